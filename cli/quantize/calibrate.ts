// The float model is run on calibration inputs while its tensors are looked at, then written in integers.
import { join } from "node:path";
import { type Calibration, type Graph, newCalibration, observe, type WeightReader } from "../../compiler/index.ts";
import { isEngineFailure, openSession, type Session } from "../../runtime/index.ts";
import { exits, Failure } from "../exit.ts";
import { type Feeds, feedsFrom, randomFeeds } from "../inputs.ts";
import { inScratchFolder } from "../scratch.ts";
import type { NotExpressible, TargetOptions, Writing, Written } from "../targets/index.ts";
import { onnx } from "../targets/onnx.ts";

/** Says what is being done, on a terminal; "" when it is done. */
export type Status = (text: string) => void;

/** The seeds of random inputs: what errors are measured on was never seen by the calibration. */
const calibrationSeed = 1;
const testSeed = 1_000_001;
const testRuns = 4;

export interface QuantizeWork {
  readonly graph: Graph;
  readonly weights: WeightReader;
  readonly options: TargetOptions;
  /** Files of inputs; without them, `samples` are drawn. */
  readonly files: readonly string[];
  readonly samples: number;
  /** Samples in one run. */
  readonly batch: number;
}

/** What the float model answered, to compare with. */
export interface References {
  readonly feeds: readonly Feeds[];
  readonly answers: readonly Feeds[];
}

/** Writes the int8 model at `path`, unless the target cannot express it or a profile refuses it. */
export async function quantizeInto(
  path: string,
  work: QuantizeWork,
  status: Status,
): Promise<{ readonly written: Written | NotExpressible; readonly references: References }> {
  const { graph, weights, options } = work;
  const made = await calibrated(work, status);
  if ("unsupported" in made) return { written: made, references: { feeds: [], answers: [] } };
  const { calibration, references } = made;
  const writing = { path, options, weights, quantization: calibration, progress: () => {} };
  return { written: await onnx.write(graph, writing), references };
}

/** The float model with outputs to look at. What a profile says is about the file in integers, not about this one. */
async function writeObserved(
  path: string,
  { graph, weights, options }: QuantizeWork,
): Promise<Written | NotExpressible> {
  const { profile: _ours, ...others } = options;
  const writing: Writing = { path, options: others, weights, quantization: "observe", progress: () => {} };
  return onnx.write(graph, writing);
}

export async function opened(path: string): Promise<Session> {
  const session = await openSession(path);
  if (!isEngineFailure(session)) return session;
  throw new Failure(session.failure === "engine-missing" ? exits.unsupported : exits.internal, session.message);
}

export async function answersOf(session: Session, feeds: Feeds): Promise<Feeds> {
  const answers = await session.run(feeds);
  if (isEngineFailure(answers)) throw new Failure(exits.internal, answers.message);
  return answers;
}

interface Calibrated {
  readonly calibration: Calibration;
  readonly references: References;
}

const calibrated = (work: QuantizeWork, status: Status): Promise<Calibrated | NotExpressible> =>
  inScratchFolder(async (folder) => {
    const path = join(folder, "float.onnx");
    const written = await writeObserved(path, work);
    return "unsupported" in written ? written : calibratedOn(await opened(path), work, status);
  });

/** Runs the float model on the calibration inputs; of the test inputs, only its own outputs are kept. */
async function calibratedOn(
  session: Session,
  { graph, files, samples, batch }: QuantizeWork,
  status: Status,
): Promise<Calibrated> {
  const given = files.length > 0 ? feedsFrom(files, session.manifest, batch) : undefined;
  const draw = (count: number, seed: number): readonly Feeds[] =>
    Array.from({ length: count }, (_, i) => randomFeeds(session.manifest, batch, seed + i));
  const calibration = await lookAt(session, given ?? draw(Math.ceil(samples / batch), calibrationSeed), status);
  const feeds = given ?? draw(testRuns, testSeed);
  const names = new Set(graph.outputs.map(({ name }) => name));
  const answers: Feeds[] = [];
  for (const each of feeds) answers.push(only(await answersOf(session, each), names));
  await session.close();
  return { calibration, references: { feeds, answers } };
}

async function lookAt(session: Session, inputs: readonly Feeds[], status: Status): Promise<Calibration> {
  const calibration = newCalibration();
  for (const [index, feeds] of inputs.entries()) {
    status(`calibrating ${index + 1} of ${inputs.length}`);
    const seen = { ...feeds, ...(await answersOf(session, feeds)) };
    for (const [name, tensor] of Object.entries(seen)) observe(calibration, name, tensor);
    refuseInfinite(calibration);
  }
  return calibration;
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
