// The system that `--model` names: a directory of parts, a model file, or a text with its weights.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  type EngineFailure,
  isEngineFailure,
  openSession,
  type Session,
  type System,
  systemOf,
} from "../../runtime/index.ts";
import { exits, Failure } from "../exit.ts";
import { type ModelOptions, prepare } from "../model.ts";
import { expectWritten } from "../not-expressible.ts";
import { builtAt } from "../run/built.ts";
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
    const prepared = prepare(name, options);
    const target = targetNamed("onnx");
    const path = join(folder, "model.onnx");
    const { graph, weights } = prepared;
    expectWritten(await target.write(graph, { path, options: {}, weights, progress: () => {} }), target);
    const isFresh = prepared.document === undefined && parametersOf(graph) > 0;
    const fresh = isFresh
      ? [`the weights of ${name} are fresh: its masks mean nothing before it is trained (--weights)`]
      : [];
    return withFiles(name, [path], [...prepared.notes, ...fresh], use);
  });
}

/** The files of a model that was built; undefined for a text. */
function filesOf(name: string): readonly string[] | undefined {
  const built = builtAt(name);
  if (built?.target === "torch")
    throw new Failure(exits.unsupported, `${name} is a program in Python, which segment does not run`, [
      "build it for onnx or tfjs as well",
    ]);
  if (built) return [built.path];
  if (!statSync(name, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const parts = readdirSync(name)
    .sort()
    .flatMap((entry) => builtAt(join(name, entry)) ?? [])
    .filter(({ target }) => target !== "torch");
  if (parts.length > 0) return parts.map(({ path }) => path);
  throw new Failure(exits.usage, `${name} holds no models`, ["a system is a directory with one or two .onnx files"]);
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
