// One row per ONNX operator that lowerings write, with what backends say against it. No word about a
// backend: its list has the operator, and nothing that we write lies outside its limits.
import type { BackendName } from "./backends.ts";

export interface Objection {
  readonly severity: "error" | "warning";
  readonly reason: string;
  readonly wayOut: string;
}

export type Objections = Readonly<Partial<Record<BackendName, Objection>>>;

const missing = (wayOut: string, reason = "its list does not have it"): Objection => ({
  severity: "error",
  reason,
  wayOut,
});

const knownSize =
  "fix the size with --at: the padding is then known, and no node of its own; end the graph before boxes are decoded";
const decodeOutside =
  "end the graph before boxes are decoded or a pyramid is cropped, and go on with what it gives on the processor";
const oneOrInput = "with one image, --at N=1, nothing is repeated; or make what is repeated an input, at full size";
const cropByProducts =
  "`crop_and_resize` crops by products of matrices, in another way; or end the graph before boxes are cropped";

export const operatorRows: Readonly<Record<string, Objections>> = {
  Add: {},
  AveragePool: {},
  BatchNormalization: {
    coreml: missing(
      "a norm right behind a convolution or dense layer is folded into it, unless --no-fold says otherwise; put one in front of this norm",
    ),
  },
  Cast: {},
  Clip: {},
  Concat: {},
  Conv: {},
  ConvTranspose: {},
  DepthToSpace: {},
  DequantizeLinear: {
    coreml: missing("give it the float file"),
    tensorrt: missing(
      "give it the float file, and let it calibrate its own",
      "zero points must be 0 there, and ours are not",
    ),
  },
  Div: {},
  Elu: {},
  Erf: {},
  Exp: {},
  Expand: { coreml: missing(oneOrInput) },
  Flatten: {},
  Floor: { coreml: missing(decodeOutside) },
  Gather: { coreml: missing(decodeOutside) },
  GatherElements: { coreml: missing(decodeOutside) },
  GatherND: {},
  Gemm: {},
  GlobalAveragePool: {},
  Greater: { coreml: missing(decodeOutside) },
  GreaterOrEqual: { coreml: missing(decodeOutside) },
  HardSigmoid: {},
  // WebGPU's list lacks it, but onnxruntime takes it out while it loads.
  Identity: {},
  LeakyRelu: {},
  Less: { coreml: missing(decodeOutside) },
  Log: { coreml: missing(decodeOutside) },
  MatMul: {},
  Max: { webgpu: missing(knownSize) },
  MaxPool: {},
  Min: { webgpu: missing(decodeOutside), coreml: missing(decodeOutside) },
  Mod: { webgpu: missing(knownSize), coreml: missing(knownSize) },
  Mul: {},
  NonMaxSuppression: { webgpu: missing(decodeOutside), coreml: missing(decodeOutside) },
  Pad: {
    coreml: missing("let the next convolution pad: `pad = half`, or a size that is fixed with --at"),
  },
  QuantizeLinear: {
    webgpu: missing("give it the float file"),
    coreml: missing("give it the float file"),
    tensorrt: missing(
      "give it the float file, and let it calibrate its own",
      "zero points must be 0 there, and ours are not",
    ),
  },
  Range: {},
  ReduceMean: {},
  ReduceSum: {},
  Relu: {},
  Reshape: {},
  Resize: {},
  ScatterND: { coreml: missing(decodeOutside) },
  Shape: {
    webgpu: {
      severity: "warning",
      reason: "it has no shader, and what depends on it waits for the processor",
      wayOut: "fix the sizes with --at, the batch as well: what is known needs no Shape",
    },
  },
  RoiAlign: { webgpu: missing(cropByProducts), coreml: missing(cropByProducts) },
  Sigmoid: {},
  Slice: {},
  Softmax: {},
  Split: {},
  Squeeze: {},
  Sub: {},
  Tanh: {},
  TopK: { webgpu: missing(decodeOutside), coreml: missing(decodeOutside) },
  Transpose: {},
  Unsqueeze: {},
  Where: { coreml: missing(decodeOutside) },
};
