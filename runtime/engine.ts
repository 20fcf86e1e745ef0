// Runs model files with onnxruntime-node. The engine is an optional peer: it is loaded when the first
// session opens, and its absence is an answer, not an exception.
import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { Manifest, Port, Size } from "./manifest.ts";

export type Numbers = Float32Array | Int32Array | Uint8Array;
/** Row-major numbers, in the order of the model's interface. Booleans are bytes. */
export interface TensorData {
  readonly dims: readonly number[];
  readonly data: Numbers;
}

export interface EngineFailure {
  readonly failure: "engine-missing" | "model-invalid" | "run-failed";
  readonly message: string;
}

export interface SessionOptions {
  /** Threads per operator; absent: as many as there are cores. */
  readonly threads?: number;
  /** Shows warnings of the engine about the model. */
  readonly verbose?: boolean;
}

export interface Session {
  /** Inputs and outputs. `metadata` is empty where the engine does not show it. */
  readonly manifest: Manifest;
  run(feeds: Readonly<Record<string, TensorData>>): Promise<Readonly<Record<string, TensorData>> | EngineFailure>;
  close(): Promise<void>;
}

export function isEngineFailure(answer: object): answer is EngineFailure {
  return "failure" in answer;
}

type Engine = typeof import("onnxruntime-node");

async function loadEngine(): Promise<Engine | EngineFailure> {
  try {
    return await import("onnxruntime-node");
  } catch (problem) {
    return {
      failure: "engine-missing",
      message: `running a model needs onnxruntime-node: npm install onnxruntime-node (${firstLine(problem)})`,
    };
  }
}

function firstLine(problem: unknown): string {
  const text = problem instanceof Error ? problem.message : String(problem);
  return text.split("\n")[0] ?? text;
}

/** Opens a model file by path, or from bytes in memory. */
export async function openSession(
  model: string | Uint8Array,
  options: SessionOptions = {},
): Promise<Session | EngineFailure> {
  const engine = await loadEngine();
  if (isEngineFailure(engine)) return engine;
  try {
    const session = await create(engine, model, options);
    return {
      manifest: manifestOf(session),
      run: (feeds) => run(engine, session, feeds),
      close: () => session.release(),
    };
  } catch (problem) {
    return { failure: "model-invalid", message: firstLine(problem) };
  }
}

function create(engine: Engine, model: string | Uint8Array, options: SessionOptions): Promise<InferenceSession> {
  const settings: InferenceSession.SessionOptions = {
    logSeverityLevel: options.verbose ? 2 : 3,
    // Threads that spin while they wait cost more than they gain wherever cores are shared (facts/runtime.md 2).
    extra: { session: { intra_op: { allow_spinning: "0" }, inter_op: { allow_spinning: "0" } } },
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
  };
  return typeof model === "string"
    ? engine.InferenceSession.create(model, settings)
    : engine.InferenceSession.create(model, settings);
}

function manifestOf(session: InferenceSession): Manifest {
  return { inputs: session.inputMetadata.map(portOf), outputs: session.outputMetadata.map(portOf), metadata: {} };
}

function portOf(value: InferenceSession.ValueMetadata): Port {
  const type = value.isTensor && (value.type === "int32" || value.type === "bool") ? value.type : "float32";
  return { name: value.name, type, dims: value.isTensor ? (value.shape as readonly Size[]) : [] };
}

async function run(
  engine: Engine,
  session: InferenceSession,
  feeds: Readonly<Record<string, TensorData>>,
): Promise<Readonly<Record<string, TensorData>> | EngineFailure> {
  try {
    const results = await session.run(
      Object.fromEntries(session.inputMetadata.flatMap((port) => feed(engine, portOf(port), feeds[port.name]))),
    );
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, dataOf(tensor)]));
  } catch (problem) {
    return { failure: "run-failed", message: firstLine(problem) };
  }
}

/** A missing feed is left out: the engine names it in its own message. */
function feed(engine: Engine, port: Port, given: TensorData | undefined): [string, Tensor][] {
  if (!given) return [];
  return [[port.name, new engine.Tensor(port.type, given.data, given.dims)]];
}

function dataOf(tensor: Tensor): TensorData {
  return { dims: tensor.dims, data: tensor.data as Numbers };
}
