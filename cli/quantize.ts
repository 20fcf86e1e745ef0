// `deepmacc quantize REF`: the float model is run on calibration inputs while its tensors are looked at,
// then written in integers, and both are compared.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Calibration,
  type Difference,
  differenceOf,
  elaborate,
  type Graph,
  type NDArray,
  newCalibration,
  observe,
  signalToNoise,
  type WeightReader,
} from "../compiler/index.ts";
import { isEngineFailure, openSession, type Session } from "../runtime/index.ts";
import { type BuildOptions, weightsOf } from "./build.ts";
import { exits, Failure, type Outcome } from "./exit.ts";
import { refused } from "./info.ts";
import { type Feeds, feedsFrom, randomFeeds } from "./inputs.ts";
import { secondText } from "./numbers.ts";
import type { Paint } from "./paint.ts";
import { chooseModel } from "./programs.ts";
import { fileNameOf, parseWhole } from "./reference.ts";
import type { Writing, Written } from "./targets/index.ts";
import { onnx } from "./targets/onnx.ts";

export interface QuantizeOptions extends Omit<BuildOptions, "target"> {
  readonly calibration?: readonly string[];
  readonly samples?: string;
  readonly batch?: string;
}

/** The seeds of random inputs: what errors are measured on was never seen by the calibration. */
const calibrationSeed = 1;
const testSeed = 1_000_001;

/** Says what is being done, on a terminal; "" when it is done. */
export type Status = (text: string) => void;

export async function quantize(
  reference: string,
  options: QuantizeOptions,
  paint: Paint,
  status: Status = () => {},
): Promise<Outcome> {
  const started = performance.now();
  onnx.checkOptions(options);
  const counts = {
    samples: parseWhole(options.samples ?? "64", "--samples", [1, 1e6]),
    batch: parseWhole(options.batch ?? "8", "--batch", [1, 65_536]),
  };
  const chosen = chooseModel(reference, options);
  if ("diagnostics" in chosen) return refused(chosen.diagnostics, paint);
  const { graph, diagnostics } = elaborate(chosen.program, chosen.request, "infer", { weights: true });
  if (!graph) return refused(diagnostics, paint);
  const weights = weightsOf({ ...options, target: "onnx" });
  if (!weights) throw new Failure(exits.usage, "a model without weights cannot be quantized");
  const path = options.output ?? `${fileNameOf(chosen.reference)}-int8.onnx`;
  const { calibration, references, feeds } = await calibrated(graph, weights, options, counts, status);
  const written = await write(graph, { path, options, weights, quantization: calibration, progress: () => {} });
  const differences = await compareWith(path, references, feeds, status);
  return outcomeOf(graph.name, path, written, differences, performance.now() - started, paint);
}

async function write(graph: Graph, writing: Writing): Promise<Written> {
  const written = await onnx.write(graph, writing);
  if (!("unsupported" in written)) return written;
  const [first] = written.unsupported;
  throw new Failure(exits.unsupported, `${first?.node.op ?? "this model"} cannot be written as ONNX: ${first?.reason}`);
}

export async function opened(path: string): Promise<Session> {
  const session = await openSession(path);
  if (!isEngineFailure(session)) return session;
  throw new Failure(session.failure === "engine-missing" ? exits.unsupported : exits.internal, session.message);
}

async function answersOf(session: Session, feeds: Feeds): Promise<Feeds> {
  const answers = await session.run(feeds);
  if (isEngineFailure(answers)) throw new Failure(exits.internal, answers.message);
  return answers;
}

interface OutputError extends Difference {
  readonly name: string;
  /** In decibels. */
  readonly sqnr: number;
}

interface Calibrated {
  readonly calibration: Calibration;
  /** The test inputs, and what the float model made of them. */
  readonly feeds: readonly Feeds[];
  readonly references: readonly Feeds[];
}

/** Runs the float model on the calibration inputs; only its own outputs of the test inputs are kept. */
async function calibrated(
  graph: Graph,
  weights: WeightReader,
  options: QuantizeOptions,
  { samples, batch }: { readonly samples: number; readonly batch: number },
  status: Status,
): Promise<Calibrated> {
  const folder = mkdtempSync(join(tmpdir(), "deepmacc-quantize-"));
  try {
    const path = join(folder, "float.onnx");
    await write(graph, { path, options, weights, quantization: "observe", progress: () => {} });
    const session = await opened(path);
    const files = options.calibration ?? [];
    const given = files.length > 0 ? feedsFrom(files, session.manifest, batch) : undefined;
    const draw = (count: number, seed: number): readonly Feeds[] =>
      Array.from({ length: count }, (_, i) => randomFeeds(session.manifest, batch, seed + i));
    const inputs = given ?? draw(Math.ceil(samples / batch), calibrationSeed);
    const calibration = newCalibration();
    for (const [index, feeds] of inputs.entries()) {
      const seen = { ...feeds, ...(await answersOf(session, feeds)) };
      for (const [name, tensor] of Object.entries(seen)) observe(calibration, name, tensor);
      refuseInfinite(calibration);
      status(`calibrating ${index + 1} of ${inputs.length}`);
    }
    const feeds = given ?? draw(4, testSeed);
    const own = new Set(graph.outputs.map(({ name }) => name));
    const references: Feeds[] = [];
    for (const each of feeds) references.push(only(await answersOf(session, each), own));
    await session.close();
    return { calibration, feeds, references };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function refuseInfinite(calibration: Calibration): void {
  for (const [name, { histogram }] of calibration)
    if (!histogram.finite)
      throw new Failure(exits.diagnostics, `${name} of the float model holds values that are no finite numbers`, [
        "a model whose floats overflow has no range to quantize; look at its weights and inputs",
      ]);
}

const only = (tensors: Feeds, names: ReadonlySet<string>): Feeds =>
  Object.fromEntries(Object.entries(tensors).filter(([name]) => names.has(name)));

async function compareWith(
  path: string,
  references: readonly Feeds[],
  feeds: readonly Feeds[],
  status: Status,
): Promise<readonly OutputError[]> {
  const session = await opened(path);
  const answers: Feeds[] = [];
  for (const [index, each] of feeds.entries()) {
    answers.push(await answersOf(session, each));
    status(`comparing ${index + 1} of ${feeds.length}`);
  }
  await session.close();
  status("");
  return Object.keys(references[0] ?? {}).map((name) => {
    const [reference, answer] = [joined(references, name), joined(answers, name)];
    return { name, ...differenceOf(reference, answer), sqnr: signalToNoise(reference, answer) };
  });
}

/** What all runs answered for one output. */
function joined(runs: readonly Feeds[], name: string): NDArray {
  const data = Float64Array.from(runs.flatMap((run) => Array.from(run[name]?.data ?? [])));
  return { dims: [data.length], data };
}

function outcomeOf(
  name: string,
  path: string,
  written: Written,
  differences: readonly OutputError[],
  milliseconds: number,
  paint: Paint,
): Outcome {
  const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
  const lines = differences.map(
    ({ name: output, max, mean, sqnr, scale }) =>
      `  ${output.padEnd(14)} largest ${percent(max)}, mean ${percent(mean)} of its scale (${scale.toPrecision(3)}); SQNR ${sqnr.toFixed(1)} dB`,
  );
  return {
    exit: exits.ok,
    document: { name, target: "onnx", file: path, ...written.document, outputs: differences },
    stdout: `${paint.strong(path)} ${written.size}: ${name} in int8, ${secondText(milliseconds)}\nerror against float:\n${lines.join("\n")}\n`,
  };
}
