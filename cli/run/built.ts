// A model that was built before, in place of a REF: an ONNX file, or a directory of tfjs or PyTorch. Its interface is its
// own: names, axes and phase are those that it was written with.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { Arrays } from "../../lab/index.ts";
import { isEngineFailure, type Manifest, type Port, type Session } from "../../runtime/index.ts";
import { exits, Failure } from "../exit.ts";
import { answerIn, type Engine, engineNamed, type Files, whileOpen } from "./engines.ts";
import { type Assigned, assignInputs } from "./inputs.ts";
import { checkPort, checkType, numbersOfInput } from "./numbers.ts";
import type { Ran } from "./report.ts";
import { checkOutput, namesIn, type Result, writeResults } from "./results.ts";
import type { RunOptions } from "./settings.ts";

export interface Built {
  readonly path: string;
  readonly target: "onnx" | "tfjs" | "torch";
}

/** What a REF names, where it names no text. */
export function builtAt(text: string): Built | undefined {
  if (!existsSync(text)) return undefined;
  if (text.endsWith(".onnx")) return { path: text, target: "onnx" };
  if (basename(text) === "model.json" || existsSync(join(text, "model.json"))) return { path: text, target: "tfjs" };
  return existsSync(join(text, "model.py")) ? { path: text, target: "torch" } : undefined;
}

export async function runBuilt(built: Built, options: RunOptions, status: (text: string) => void): Promise<Ran> {
  refuseTextOptions(built, options);
  const { name: engine, files } = engineFor(built, options.engine);
  return whileOpen(await opened(built, files), async (session) => {
    const { inputs, outputs } = session.manifest;
    const assigned = assignInputs(options.input ?? [], namesIn(inputs));
    const path = checkOutput(options.output, namesIn(outputs), assigned);
    const { feeds, notes } = feedsOf(session.manifest, assigned);
    status(`running in ${engine}`);
    const answer = await answerIn(session, feeds);
    const results = answer.arrays.map((array, i): Result => {
      return { name: outputs[i]?.name ?? `${i}`, dtype: dtypes[array.type], isLoss: false, array };
    });
    const bytes = await writeResults(path, results, false);
    const told = [...assigned.notes, ...notes];
    const about = { name: built.path, engine, answer, inputs: assigned.tensors };
    return { ...about, results, path, bytes, notes: told, diagnostics: [] };
  });
}

async function opened({ path }: Built, files: Files): Promise<Session> {
  const session = await files.open(path, false);
  if (!isEngineFailure(session)) return session;
  throw new Failure(exits.unsupported, `cannot run ${path}: ${session.message}`);
}

/** What only a text can be told. */
const textOptions = [
  "at",
  "part",
  "from",
  "to",
  "with",
  "weights",
  "map",
  "axes",
  "flatten",
  "seed",
  "phase",
  "layout",
  "float64",
] as const;

function refuseTextOptions({ path }: Built, options: RunOptions): void {
  const given = textOptions.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new Failure(exits.usage, `--${given} is about the text of a model, but ${path} is built`, [
    "leave it out, or name the text",
  ]);
}

function engineFor({ path, target }: Built, name: string | undefined): Engine & { readonly files: Files } {
  if (target === "torch" && name === undefined)
    throw new Failure(exits.usage, `${path} is a program in Python, and is run only where that is asked for`, [
      "where you trust it: --engine torch",
    ]);
  const engine = engineNamed(name ?? target);
  const { files } = engine;
  if (files?.target === target) return { ...engine, files };
  throw new Failure(exits.usage, `--engine ${engine.name} does not open ${path}`, [`use --engine ${target}`]);
}

const dtypes: Readonly<Record<Port["type"], Result["dtype"]>> = { float32: "f32", int32: "i32", bool: "bool" };

function feedsOf(
  { inputs }: Manifest,
  { tensors }: Assigned,
): { readonly feeds: Arrays; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const sizes = new Map<string, number>();
  const feeds = inputs.flatMap((port) => {
    const tensor = tensors.get(port.name);
    if (!tensor) return [];
    const dtype = dtypes[port.type];
    checkType(port.name, dtype, tensor);
    checkPort(port, dtype, tensor, sizes);
    const { array, note } = numbersOfInput(port.name, dtype, tensor, false);
    if (note !== undefined) notes.push(note);
    return [[port.name, array] as const];
  });
  return { feeds: new Map(feeds), notes };
}
