// Opens a model with an engine that is installed. Engines are optional peers: they are loaded when a
// session opens, and their absence is an answer, not an exception.
import { statSync } from "node:fs";
import { basename } from "node:path";
import { withEmptyAnswers } from "./empty.ts";
import { openOnnx } from "./engines/onnxruntime.ts";
import { openTfjs } from "./engines/tfjs.ts";
import {
  type Backend,
  type EngineFailure,
  isEngineFailure,
  type OnnxBackend,
  onnxBackends,
  type Session,
  type SessionOptions,
  type TfjsBackend,
  tfjsBackends,
} from "./session.ts";

/** An ONNX file by path or from bytes, or a tfjs model by its directory or its model.json. */
export async function openSession(
  model: string | Uint8Array,
  options: SessionOptions = {},
): Promise<Session | EngineFailure> {
  const session = await opened(model, options);
  return isEngineFailure(session) ? session : withEmptyAnswers(session);
}

async function opened(model: string | Uint8Array, options: SessionOptions): Promise<Session | EngineFailure> {
  const { backend } = options;
  if (typeof model === "string" && isTfjsModel(model)) {
    const wanted = choose(backend, tfjsBackends, "a tfjs model");
    return isEngineFailure(wanted) ? wanted : firstThatOpens(wanted, "tfjs-wasm", (name) => openTfjs(model, name));
  }
  const wanted = choose(backend, onnxBackends, "an ONNX file");
  return isEngineFailure(wanted)
    ? wanted
    : firstThatOpens(wanted, "onnxruntime-node", (name) => openOnnx(model, name, options));
}

function isTfjsModel(path: string): boolean {
  if (basename(path) === "model.json") return true;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function choose<Kind extends OnnxBackend | TfjsBackend>(
  wanted: Backend | undefined,
  kinds: readonly Kind[],
  what: string,
): readonly Kind[] | EngineFailure {
  if (wanted === undefined) return kinds;
  const found = kinds.find((kind) => kind === wanted);
  return found ? [found] : { failure: "model-invalid", message: `${wanted} does not open ${what}` };
}

/** The next one is tried only where an engine is missing. Where all are, the refusal names the usual one. */
async function firstThatOpens<Kind extends Backend>(
  backends: readonly Kind[],
  usual: Kind,
  open: (backend: Kind) => Promise<Session | EngineFailure>,
): Promise<Session | EngineFailure> {
  const missing = new Map<Kind, EngineFailure>();
  for (const backend of backends) {
    const session = await open(backend);
    if (!isEngineFailure(session) || session.failure !== "engine-missing") return session;
    missing.set(backend, session);
  }
  return missing.get(usual) ?? ([...missing.values()][0] as EngineFailure);
}
