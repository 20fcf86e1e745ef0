// Checkpoint files <-> named tensors. Pure over a byte source; imports nothing of ours.
export { type Checkpoint, isProblem, type Problem, type TensorEntry } from "./checkpoint.ts";
export { type DType, dtypeSizes, numbersOf } from "./dtype.ts";
export { type NonFinite, nonFiniteText, watchFinite } from "./finite.ts";
export { halfBytes, TooLargeForHalf } from "./half.ts";
export { printable, shapeText } from "./printable.ts";
export { openSafetensors } from "./safetensors/read.ts";
export { bytesOf, type SafetensorsFile, type TensorToWrite, writeSafetensors } from "./safetensors/write.ts";
export { type ByteSource, memorySource } from "./source.ts";
export { type OpenShard, openTensorflow } from "./tensorflow/read.ts";
