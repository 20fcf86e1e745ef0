// The compiler with ONNX as its one target: what a page loads that writes nothing else.
export * from "./front.ts";
export { portPrecisions } from "./targets/onnx/half-ports.ts";
export { imageTextOf, pixelInput } from "./targets/onnx/image.ts";
export { emitOnnx, irVersions, largestFile, type OnnxFile, type OnnxOptions, opsets } from "./targets/onnx/index.ts";
export { type ProfileName, profileNames } from "./targets/onnx/profiles/backends.ts";
export { type Calibration, newCalibration, observe } from "./targets/onnx/quantize/index.ts";
