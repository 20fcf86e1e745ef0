// What makes checkpoints of TensorFlow for tests, for a bench: bundled by weights.mjs, as it is TypeScript.
export { openSafetensors } from "../checkpoints/index.ts";
export { crc32c } from "../checkpoints/tensorflow/crc32c.ts";
export { indexOf } from "../checkpoints/testing.ts";
export { fileSource } from "../cli/weights/source.ts";
