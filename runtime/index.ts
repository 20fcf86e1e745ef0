// FILES + IMAGES -> RESULTS. Knows no grammar and no compiler.
export { openSession } from "./engine.ts";
export { type TorchEngine, torchEngine } from "./engines/torch.ts";
export { type ImageFailure, isImageFailure, type Picture } from "./images/picture.ts";
export { type PngSource, readPicture, writePng } from "./images/sharp.ts";
export type { Manifest, Port, Size } from "./manifest.ts";
export { type NpyFailure, type NpyTensor, npyHeader, readNpyTensor } from "./npy.ts";
export { type Npz, type NpzArray, readNpz, writeNpz } from "./npz.ts";
export {
  boxProblem,
  type CanvasPixels,
  clipped,
  type Instance,
  maskAt,
  pictureOf,
  type Runner,
  type Segmentation,
  type SegmentOptions,
  type System,
  segment,
  systemOf,
} from "./segment/index.ts";
export {
  type Backend,
  type EngineFailure,
  isEngineFailure,
  type Numbers,
  onnxBackends,
  type Session,
  type SessionOptions,
  type TensorData,
  type Tensors,
  tfjsBackends,
} from "./session.ts";
export { type Candidate, medianRatio, percentile, type TimingOptions, timeInterleaved } from "./timing.ts";
