// The system that `--model` names: a directory of parts, a model file, or a text with its weights.
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { partNames } from "../../compiler/index.ts";
import { plain } from "../../report/index.ts";
import {
  type EngineFailure,
  isEngineFailure,
  openSession,
  type Session,
  type System,
  systemOf,
} from "../../runtime/index.ts";
import { exits, Failure } from "../exit.ts";
import { chooseModel, type ModelOptions, prepare } from "../model.ts";
import { expectWritten } from "../not-expressible.ts";
import { buildParts } from "../parts/build.ts";
import { type Built, builtAt } from "../run/built.ts";
import { inScratchFolder } from "../scratch.ts";
import { parametersOf, targetNamed } from "../targets/index.ts";
import type { WeightOptions } from "../weights/choose.ts";

export type SystemOptions = ModelOptions & WeightOptions;

export interface OpenSystem {
  readonly system: System;
  /** What runs it. */
  readonly engine: string;
  /** What a person should know of its weights. */
  readonly notes: readonly string[];
}

/** Whatever comes of it, everything is closed and tidied afterwards. */
export function withSystem<Result>(
  name: string,
  options: SystemOptions,
  status: (text: string) => void,
  use: (open: OpenSystem) => Promise<Result>,
): Promise<Result> {
  status(`opening ${name}`);
  const files = filesOf(name);
  if (files) {
    refuseTextOptions(name, options);
    return withFiles(name, files, [], use);
  }
  return inScratchFolder(async (folder) => {
    const parts = await builtParts(name, options, folder);
    if (parts) return withFiles(name, parts.paths, parts.notes, use);
    const prepared = prepare(name, options);
    const target = targetNamed("onnx");
    const path = join(folder, "model.onnx");
    const { graph, weights } = prepared;
    expectWritten(await target.write(graph, { path, options: {}, weights, progress: () => {} }), target);
    const isFresh = prepared.document === undefined && parametersOf(graph) > 0;
    const fresh = isFresh ? [freshNote(name)] : [];
    return withFiles(name, [path], [...prepared.notes, ...fresh], use);
  });
}

/** The parts of a system, so that its image is run once whatever the number of boxes. */
const halves = ["features", "masks"] as const;

/** A text that states both halves is built as them; undefined where it does not. */
async function builtParts(
  name: string,
  options: SystemOptions,
  folder: string,
): Promise<{ readonly paths: readonly string[]; readonly notes: readonly string[] } | undefined> {
  const { program, request, session } = chooseModel(name, options);
  const stated = partNames(program, request, session);
  if (!halves.every((half) => stated.includes(half))) return undefined;
  const output = join(folder, "parts");
  const { weights, ...others } = options;
  const given = { ...others, ...(weights !== undefined && { weights }) };
  const built = await buildParts(name, { ...given, target: "onnx", output, verify: "off" }, plain);
  const notes = (built.stderr ?? "").split("\n").flatMap((line) => /^note: (.*)$/.exec(line)?.[1] ?? []);
  const isFresh = (built.document as { readonly weights?: unknown }).weights === undefined;
  return {
    paths: halves.map((half) => join(output, `${half}.onnx`)),
    notes: [...notes, ...(isFresh ? [freshNote(name)] : [])],
  };
}

const freshNote = (name: string): string =>
  `the weights of ${name} are fresh: its masks mean nothing before it is trained (--weights)`;

/** The files of a model that was built; undefined for a text. */
function filesOf(name: string): readonly string[] | undefined {
  const built = builtAt(name);
  if (built?.target === "torch")
    throw new Failure(exits.unsupported, `${name} is a program in Python, which segment does not run`, [
      "build it for onnx or tfjs as well",
    ]);
  if (built) return [built.path];
  const found = statSync(name, { throwIfNoEntry: false });
  if (found?.isFile() && noText.test(name)) throw new Failure(exits.usage, `${name} is no model`, [modelHelp]);
  if (!found?.isDirectory()) return undefined;
  const entries = readdirSync(name).sort();
  const all = entries.flatMap((entry) => builtAt(join(name, entry)) ?? []);
  const parts = all.filter(({ target }) => target !== "torch");
  const named = parts.filter(({ path }) => halves.some((half) => basename(path, ".onnx") === half));
  if (parts.length > 0) return (named.length === halves.length ? named : parts).map(({ path }) => path);
  if (all.length > 0) throw inPython(`${name} holds programs`, all);
  const served = entries.filter((entry) => existsSync(join(name, entry, "config.pbtxt")));
  if (served.length > 0)
    throw new Failure(
      exits.unsupported,
      `${name} is a repository of Triton (${served.join(", ")}), which a server runs`,
      ["build the same model for onnx or tfjs as well"],
    );
  throw new Failure(exits.usage, `${name} holds no models`, ["a system is a directory with one or two .onnx files"]);
}

/** Names of files that hold no text of a model, whatever is in them. */
const noText = /\.(jpe?g|png|webp|avif|gif|json|safetensors|pth?|ckpt|index|npz|npy|bin|h5|pb|tflite)$/i;
const modelHelp = "a model is a directory of parts, a file of ONNX, or a REF with its weights (--model deepmac/)";

function inPython(what: string, programs: readonly Built[]): Failure {
  const names = programs.map(({ path }) => basename(path)).join(", ");
  return new Failure(exits.unsupported, `${what} in Python (${names}), which segment does not run`, [
    "build it for onnx or tfjs as well",
  ]);
}

const textOptions = ["at", "with", "weights", "map", "axes", "flatten", "seed"] as const;

function refuseTextOptions(name: string, options: SystemOptions): void {
  const given = textOptions.find((option) => options[option] !== undefined);
  if (given !== undefined)
    throw new Failure(exits.usage, `--${given} is about the text of a model, but ${name} is built`, ["leave it out"]);
}

async function withFiles<Result>(
  name: string,
  paths: readonly string[],
  notes: readonly string[],
  use: (open: OpenSystem) => Promise<Result>,
): Promise<Result> {
  const sessions: Session[] = [];
  try {
    for (const path of paths) sessions.push(sound(path, await openSession(path)));
    const system = sound(name, systemOf(sessions));
    return await use({ system, engine: sessions[0]?.title ?? "", notes });
  } finally {
    for (const session of sessions) await session.close();
  }
}

function sound<Answer extends object>(name: string, answer: Answer | EngineFailure): Answer {
  if (!isEngineFailure(answer)) return answer;
  if (answer.failure === "engine-missing")
    throw new Failure(exits.unsupported, answer.message, ["segment needs both: npm i onnxruntime-node sharp"]);
  throw new Failure(exits.unsupported, `cannot use ${name}: ${answer.message}`);
}
