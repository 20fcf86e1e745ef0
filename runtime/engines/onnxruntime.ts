// Runs ONNX files with onnxruntime: its native build, or the one for WebAssembly, which needs no binary.
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { halfBytes, memorySource, numbersOf } from "../../checkpoints/index.ts";
import type { Manifest, Port, Size } from "../manifest.ts";
import {
  type EngineFailure,
  invalidModel,
  isEngineFailure,
  missingEngine,
  type Numbers,
  type OnnxBackend,
  runFailed,
  type Session,
  type SessionOptions,
  type TensorData,
  type Tensors,
  timeOf,
} from "../session.ts";
import { onnxMetadata } from "./onnx-metadata.ts";

type Engine = typeof import("onnxruntime-node");

async function loadEngine(backend: OnnxBackend, { threads = 1 }: SessionOptions): Promise<Engine | EngineFailure> {
  try {
    if (backend === "onnxruntime-node") {
      // Read when the library is loaded: it would keep an identifier in the home folder and events for its makers.
      process.env["ORT_DISABLE_TELEMETRY"] = "1";
      return await import("onnxruntime-node");
    }
    const web = await import("onnxruntime-web");
    web.env.wasm.numThreads = threads;
    // Both builds have the interface of onnxruntime-common.
    return web as unknown as Engine;
  } catch (problem) {
    return missingEngine(backend, problem);
  }
}

export async function openOnnx(
  model: string | Uint8Array,
  backend: OnnxBackend,
  options: SessionOptions,
): Promise<Session | EngineFailure> {
  const engine = await loadEngine(backend, options);
  if (isEngineFailure(engine)) return engine;
  try {
    const session = await create(engine, model, backend, options);
    const runOn = (feeds: Tensors) => run(engine, session, feeds);
    return {
      backend,
      title: backend,
      manifest: manifestOf(session, metadataOf(model)),
      run: runOn,
      time: (feeds) => timeOf(() => runOn(feeds)),
      close: () => session.release(),
    };
  } catch (problem) {
    return invalidModel(problem);
  }
}

function create(
  engine: Engine,
  model: string | Uint8Array,
  backend: OnnxBackend,
  { threads, verbose }: SessionOptions,
): Promise<InferenceSession> {
  const severity = { logSeverityLevel: verbose ? 2 : 3 } as const;
  if (backend === "onnxruntime-web") {
    const bytes = typeof model === "string" ? readFileSync(model) : model;
    return engine.InferenceSession.create(bytes, { ...severity, executionProviders: ["wasm"] });
  }
  const settings: InferenceSession.SessionOptions = {
    ...severity,
    // Threads that spin while they wait cost more than they gain wherever cores are shared.
    extra: { session: { intra_op: { allow_spinning: "0" }, inter_op: { allow_spinning: "0" } } },
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  };
  return typeof model === "string"
    ? engine.InferenceSession.create(model, settings)
    : engine.InferenceSession.create(model, settings);
}

function manifestOf(session: InferenceSession, metadata: Manifest["metadata"]): Manifest {
  return { inputs: session.inputMetadata.map(portOf), outputs: session.outputMetadata.map(portOf), metadata };
}

function metadataOf(model: string | Uint8Array): Manifest["metadata"] {
  if (typeof model !== "string") return onnxMetadata(memorySource(model));
  const file = openSync(model, "r");
  try {
    const read = (at: number, length: number) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, at));
    };
    return onnxMetadata({ size: fstatSync(file).size, read });
  } finally {
    closeSync(file);
  }
}

interface OnnxPort extends Port {
  readonly isHalf: boolean;
  readonly isByte: boolean;
}

function portOf(value: InferenceSession.ValueMetadata): OnnxPort {
  const told = value.isTensor ? value.type : "float32";
  const type = told === "uint8" ? "int32" : told === "int32" || told === "bool" ? told : "float32";
  return {
    name: value.name,
    type,
    dims: value.isTensor ? (value.shape as readonly Size[]) : [],
    isHalf: told === "float16",
    isByte: told === "uint8",
  };
}

async function run(engine: Engine, session: InferenceSession, feeds: Tensors): Promise<Tensors | EngineFailure> {
  try {
    const results = await session.run(
      Object.fromEntries(session.inputMetadata.flatMap((port) => feed(engine, portOf(port), feeds[port.name]))),
    );
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, dataOf(tensor)]));
  } catch (problem) {
    return runFailed(problem);
  }
}

/** A missing feed is left out: the engine names it in its own message. */
function feed(engine: Engine, port: OnnxPort, given: TensorData | undefined): [string, Tensor][] {
  if (!given) return [];
  if (port.isByte) return [[port.name, new engine.Tensor("uint8", Uint8Array.from(given.data), given.dims)]];
  if (!port.isHalf) return [[port.name, new engine.Tensor(port.type, given.data, given.dims)]];
  const halves = halfBytes(given.data, port.name);
  return [[port.name, new engine.Tensor("float16", new Uint16Array(halves.buffer), given.dims)]];
}

function dataOf(tensor: Tensor): TensorData {
  if (tensor.type === "float16") {
    const { buffer, byteOffset, byteLength } = tensor.data as Uint16Array;
    const data = Float32Array.from(numbersOf("F16", new Uint8Array(buffer, byteOffset, byteLength)));
    return { dims: tensor.dims, data };
  }
  return { dims: tensor.dims, data: tensor.data as Numbers };
}
