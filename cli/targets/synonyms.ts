// What people ask `--target` and `--profile` for by the names of other tools, and what takes their place here.

export interface Counterpart {
  /** Words behind `--target`, the nearest first. */
  readonly targets: readonly string[];
  readonly profile?: string;
}

const rows: readonly (Counterpart & { readonly names: readonly string[] })[] = [
  { names: ["tensorflow", "tf", "keras", "savedmodel", "h5"], targets: ["tfjs", "torch"] },
  { names: ["tensorflowjs", "tensorflow.js", "tf.js", "js", "javascript", "web", "browser"], targets: ["tfjs"] },
  { names: ["pytorch", "pt", "pth", "py", "python", "torchscript", "libtorch"], targets: ["torch"] },
  { names: ["onnxruntime", "ort"], targets: ["onnx"] },
  { names: ["webgpu", "onnxruntime-web", "ort-web"], targets: ["onnx"], profile: "webgpu" },
  { names: ["coreml", "mlmodel", "mlpackage", "apple", "ios"], targets: ["onnx"], profile: "coreml" },
  { names: ["tensorrt", "trt", "cuda", "nvidia"], targets: ["onnx"], profile: "tensorrt" },
  { names: ["openvino", "intel"], targets: ["onnx"], profile: "openvino" },
  { names: ["tflite", "litert", "ncnn", "mnn", "tvm", "android"], targets: ["onnx"], profile: "portable" },
];

const byName: ReadonlyMap<string, Counterpart> = new Map(
  rows.flatMap(({ names, ...place }) => names.map((name) => [name, place] as const)),
);

export const counterpartOf = (name: string): Counterpart | undefined => byName.get(name.toLowerCase());
