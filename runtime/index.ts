// FILES + IMAGES -> RESULTS. Knows no grammar and no compiler.
export { openSession } from "./engine.ts";
export { type TorchEngine, type TorchOptions, type TorchSession, torchEngine } from "./engines/torch.ts";
export type { Manifest, Port, Size } from "./manifest.ts";
export { type NpyArray, type NpyFailure, readNpy } from "./npy.ts";
export {
  type Backend,
  type EngineFailure,
  isEngineFailure,
  type Numbers,
  onnxBackends,
  type Session,
  type SessionOptions,
  type TensorData,
  tfjsBackends,
} from "./session.ts";
export { type Candidate, medianRatio, percentile, type TimingOptions, timed, timeInterleaved } from "./timing.ts";
