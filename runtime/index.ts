// FILES + IMAGES -> RESULTS. Knows no grammar and no compiler.
export { isEngineFailure, openSession, type EngineFailure, type Numbers, type Session, type SessionOptions, type TensorData } from "./engine.ts";
export type { Manifest, Port, Size } from "./manifest.ts";
