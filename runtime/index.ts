// FILES + IMAGES -> RESULTS. Knows no grammar and no compiler.
export {
  type EngineFailure,
  isEngineFailure,
  type Numbers,
  openSession,
  type Session,
  type SessionOptions,
  type TensorData,
} from "./engine.ts";
export type { Manifest, Port, Size } from "./manifest.ts";
