// What an open model is, whichever engine runs it.
import type { Manifest } from "./manifest.ts";

export type Numbers = Float32Array | Int32Array | Uint8Array;
/** Row-major numbers, in the order of the model's interface. Booleans are bytes. */
export interface TensorData {
  readonly dims: readonly number[];
  readonly data: Numbers;
}

export type Tensors = Readonly<Record<string, TensorData>>;

export interface EngineFailure {
  readonly failure: "engine-missing" | "model-invalid" | "run-failed";
  readonly message: string;
}

export const onnxBackends = ["onnxruntime-node", "onnxruntime-web"] as const;
export const tfjsBackends = ["tfjs-node-gpu", "tfjs-node", "tfjs-wasm", "tfjs-cpu"] as const;
export type OnnxBackend = (typeof onnxBackends)[number];
export type TfjsBackend = (typeof tfjsBackends)[number];
/** PyTorch opens models by running their Python file, so it is never chosen by itself: see `torchEngine`. */
export type Backend = OnnxBackend | TfjsBackend | "torch";

export interface SessionOptions {
  /** Absent: the first of its kind that is installed, fastest first. */
  readonly backend?: Backend;
  /** Threads per operator; absent: as many as there are cores. WebAssembly has one unless more are asked for. */
  readonly threads?: number;
  /** PyTorch only: norms take the statistics of the batch and dropouts draw, as in training. */
  readonly training?: boolean;
  /** Shows warnings of the engine about the model. */
  readonly verbose?: boolean;
}

export interface Session {
  readonly backend: Backend;
  /** What to call the engine, with a version where that says something: "PyTorch 2.13.0". */
  readonly title: string;
  /** Inputs and outputs, in the order of the model's. `metadata` is empty where the engine does not show it. */
  readonly manifest: Manifest;
  run(feeds: Tensors): Promise<Tensors | EngineFailure>;
  /** Milliseconds of one run, measured where it runs. */
  time(feeds: Tensors): Promise<number | EngineFailure>;
  close(): Promise<void>;
}

/** `time` of an engine that runs in this process. */
export async function timeOf(run: () => Promise<Tensors | EngineFailure>): Promise<number | EngineFailure> {
  const started = performance.now();
  const answer = await run();
  return isEngineFailure(answer) ? answer : performance.now() - started;
}

export function isEngineFailure(answer: object): answer is EngineFailure {
  return "failure" in answer;
}

export function firstLine(problem: unknown): string {
  const text = problem instanceof Error ? problem.message : String(problem);
  return text.split("\n")[0] ?? text;
}

/** An engine that is not installed is an answer with the command that installs it. */
export const missingEngine = (packages: string, problem: unknown): EngineFailure => ({
  failure: "engine-missing",
  message: `running a model needs ${packages}: npm install ${packages} (${firstLine(problem)})`,
});

export const runFailed = (problem: unknown): EngineFailure => ({ failure: "run-failed", message: firstLine(problem) });
export const invalidModel = (problem: unknown): EngineFailure => ({
  failure: "model-invalid",
  message: firstLine(problem),
});
