// Writes a model in integers: its float form is written where every tensor can be looked at, and run on inputs.
import { join } from "node:path";
import { type Calibration, type Graph, variablesOf, type WeightReader, workOf } from "../../compiler/index.ts";
import { calibrate, type Feeds, isEndless, openAxis, randomBatches } from "../../lab/index.ts";
import { type EngineFailure, isEngineFailure, type Manifest, type Session } from "../../runtime/index.ts";
import { refuseTooLarge } from "../bounded.ts";
import { exits, Failure } from "../exit.ts";
import { feedsFrom } from "../inputs.ts";
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
export interface Tests {
  readonly feeds: readonly Feeds[];
  readonly answers: readonly Feeds[];
  /** What is to be said of the files. */
  readonly notes: readonly string[];
}

/** Writes the int8 model at `path`, unless the target cannot express it or a profile refuses it. */
export async function calibratedInto(
  path: string,
  work: QuantizeWork,
  status: Status,
): Promise<{ readonly written: Written | NotExpressible; readonly tests: Tests }> {
  const { graph, weights, options } = work;
  const made = await inScratchFolder((folder) => calibrated(join(folder, "float.onnx"), work, status));
  if ("unsupported" in made) return { written: made, tests: { feeds: [], answers: [], notes: [] } };
  const { calibration, tests } = made;
  const writing = { path, options, weights, quantization: calibration, progress: () => {} };
  return { written: await onnx.write(graph, writing), tests };
}

async function calibrated(
  path: string,
  work: QuantizeWork,
  status: Status,
): Promise<{ readonly calibration: Calibration; readonly tests: Tests } | NotExpressible> {
  const { graph, weights, options } = work;
  // What a profile says is about the file in integers, not about this one.
  const { profile: _ours, ...others } = options;
  const writing: Writing = { path, options: others, weights, quantization: "observe", progress: () => {} };
  const written = await onnx.write(graph, writing);
  if ("unsupported" in written) return written;
  // Every tensor of the float model is looked at, and so held at once.
  const effort = workOf(graph, new Map(openSizes(graph).map((name) => [name, work.batch])));
  refuseTooLarge(graph, effort.numbers, effort, "smaller sizes (--at) and batches (--batch) need less");
  const session = opened(await onnx.open(path));
  const inputs = inputsFor(session.manifest, work);
  // What is observed comes behind the model's own results.
  const names = new Set(session.manifest.outputs.slice(0, graph.outputs.length).map(({ name }) => name));
  const answer = await calibrate(session, inputs, names, (done, total) => status(`calibrating ${done} of ${total}`));
  await session.close();
  if (isEndless(answer))
    throw new Failure(
      exits.diagnostics,
      `${answer.endless} of the float model holds values that are no finite numbers`,
      ["a model whose floats overflow has no range to quantize; look at its weights and inputs"],
    );
  const { calibration, answers } = expectRun(answer, session);
  return { calibration, tests: { feeds: inputs.tests, answers, notes: inputs.notes } };
}

/** As the dims of the graph call them: H' where the text has H = 2·H'. Others than the batch are refused later, in words. */
const openSizes = ({ inputs }: Graph): readonly string[] =>
  inputs.flatMap(({ value }) => value.type.dims.flatMap((dim) => [...variablesOf(dim)]));

/** Files are calibrated on and compared with; of drawn inputs, the comparison gets others. */
function inputsFor(manifest: Manifest, { files, samples, batch }: QuantizeWork) {
  const open = openAxis(manifest);
  if (open)
    throw new Failure(exits.usage, `axis ${open.axis} of input ${open.name} is free: ${open.size}`, [
      `fix what it depends on: --at ${/[A-Z]\w*/.exec(open.size)?.[0] ?? open.size}=…`,
    ]);
  if (files.length > 0) {
    const { feeds, notes } = feedsFrom(files, manifest, batch);
    return { calibration: feeds, tests: feeds, notes };
  }
  return {
    calibration: randomBatches(manifest, samples, batch, calibrationSeed),
    tests: randomBatches(manifest, testRuns * batch, batch, testSeed),
    notes: [],
  };
}

export function opened(session: Session | EngineFailure): Session {
  if (!isEngineFailure(session)) return session;
  throw new Failure(exits.unsupported, session.message);
}

/** An engine that gives up has reasons of its own: a size that does not fit, too little memory. */
export function expectRun<Answer extends object>(answer: Answer | EngineFailure, { title }: Session): Answer {
  if (!isEngineFailure(answer)) return answer;
  throw new Failure(exits.unsupported, `${title} could not run the model: ${answer.message}`);
}
