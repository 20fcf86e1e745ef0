// What can run a graph: the operators' own references, or an engine on the files of a target.
import { join } from "node:path";
import { evaluate, type Graph, missingReferences, type NDArray, type WeightReader } from "../../compiler/index.ts";
import { nearest } from "../../grammar/index.ts";
import { type AnsweredArray, type Arrays, answersOf } from "../../lab/index.ts";
import { listOf } from "../../report/index.ts";
import { type Backend, type EngineFailure, isEngineFailure, type Session } from "../../runtime/index.ts";
import { exits, Failure, Refused } from "../exit.ts";
import { expectWritten } from "../not-expressible.ts";
import { inScratchFolder } from "../scratch.ts";
import { targetNamed } from "../targets/index.ts";
import { noReference } from "../verify/report.ts";

interface Job {
  /** At the sizes of the feeds. */
  readonly graph: Graph;
  readonly weights: WeightReader;
  /** In the axes of the text. */
  readonly feeds: Arrays;
}

export interface Answer {
  /** Outputs, losses and updates, in the order of the model's, in the axes of the text. */
  readonly arrays: readonly NDArray[];
  /** What computed it: "onnxruntime-node", "PyTorch 2.13.0". */
  readonly backend: string;
  /** Of the run alone. */
  readonly milliseconds: number;
}

export interface Engine {
  readonly name: string;
  run(job: Job): Promise<Answer>;
  /** Absent where it runs no files. */
  readonly files?: Files;
}

export interface Files {
  /** Whose files they are. */
  readonly target: string;
  /** Why they run no train graph. */
  readonly refusesTraining?: string;
  /** Why they tell nothing of moving statistics. */
  readonly refusesUpdates?: string;
  open(path: string, training: boolean): Promise<Session | EngineFailure>;
}

const onFiles = (
  name: string,
  target: string,
  more: { backend?: Backend; refusesTraining?: string; refusesUpdates?: string } = {},
): Engine => {
  const { backend, ...reasons } = more;
  const open = (path: string, training: boolean) =>
    targetNamed(target).open(path, { training, ...(backend && { backend }) });
  const files = { target, open, ...reasons };
  return { name, files, run: (job) => runOnFiles(files, job) };
};

const engines: readonly Engine[] = [
  { name: "reference", run: runReference },
  onFiles("onnx", "onnx"),
  onFiles("wasm", "onnx", { backend: "onnxruntime-web" }),
  onFiles("tfjs", "tfjs", { refusesTraining: "its runtime runs models for inference" }),
  onFiles("torch", "torch", { refusesUpdates: "its modules keep their statistics to themselves" }),
];

export function engineNamed(name: string): Engine {
  const engine = engines.find((each) => each.name === name);
  if (engine) return engine;
  const names = engines.map((each) => each.name);
  const guess = synonyms.get(name.toLowerCase()) ?? nearest(name, names);
  throw new Failure(exits.usage, `there is no engine ${name}`, [
    guess && `did you mean ${guess}?`,
    `engines are ${listOf(names)}`,
  ]);
}

/** What people call them. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ["onnxruntime", "onnx"],
  ["ort", "onnx"],
  ["native", "onnx"],
  ["node", "onnx"],
  ["web", "wasm"],
  ["webassembly", "wasm"],
  ["onnxruntime-web", "wasm"],
  ["pytorch", "torch"],
  ["ref", "reference"],
  ["float64", "reference"],
  ["js", "tfjs"],
]);

async function runReference({ graph, weights, feeds }: Job): Promise<Answer> {
  const missing = missingReferences(graph);
  if (missing.length > 0) throw new Refused(missing.map(noReference), exits.unsupported);
  const started = performance.now();
  const arrays = [...evaluate(graph, feeds, weights).values()];
  return { arrays, backend: "the reference in float64", milliseconds: performance.now() - started };
}

/** The files are those that `build` writes, in a folder that is gone afterwards. */
async function runOnFiles({ target: name, open }: Files, { graph, weights, feeds }: Job): Promise<Answer> {
  const target = targetNamed(name);
  return inScratchFolder(async (folder) => {
    const path = join(folder, target.outputOf("model"));
    expectWritten(await target.write(graph, { path, options: {}, weights, progress: () => {} }), target);
    return whileOpen(await open(path, graph.phase === "train"), (session) => answerIn(session, feeds));
  });
}

/** Whatever comes of it, the session is closed afterwards. */
export async function whileOpen<Result>(
  session: Session | EngineFailure,
  use: (session: Session) => Promise<Result>,
): Promise<Result> {
  if (isEngineFailure(session)) throw new Failure(exits.unsupported, session.message);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** One run, timed. */
export async function answerIn(
  session: Session,
  feeds: Arrays,
): Promise<Omit<Answer, "arrays"> & { readonly arrays: readonly AnsweredArray[] }> {
  const started = performance.now();
  const arrays = await answersOf(session, feeds, "nhwc");
  const milliseconds = performance.now() - started;
  if (!isEngineFailure(arrays)) return { arrays, backend: session.title, milliseconds };
  throw new Failure(exits.unsupported, `${session.title} could not run the model: ${arrays.message}`);
}
