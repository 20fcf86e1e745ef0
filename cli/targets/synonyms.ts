// What people ask `--target` for by the names of other tools, and what to write here.

const rows: readonly (readonly [names: readonly string[], write: string])[] = [
  [["tensorflow", "tf", "keras", "savedmodel", "h5"], "--target tfjs (TensorFlow.js), or --target torch"],
  [["tensorflowjs", "tensorflow.js", "tf.js", "js", "javascript", "web", "browser"], "--target tfjs"],
  [["pytorch", "pt", "pth", "py", "python", "torchscript", "libtorch"], "--target torch"],
  [["onnxruntime", "ort"], "--target onnx"],
  [["webgpu", "onnxruntime-web", "ort-web"], "--target onnx --profile webgpu"],
  [["coreml", "mlmodel", "mlpackage", "apple", "ios"], "--target onnx --profile coreml"],
  [["tensorrt", "trt", "cuda", "nvidia"], "--target onnx --profile tensorrt"],
  [["openvino", "intel"], "--target onnx --profile openvino"],
  [["tflite", "litert", "ncnn", "mnn", "tvm", "android"], "--target onnx --profile portable"],
];

const byName: ReadonlyMap<string, string> = new Map(
  rows.flatMap(([names, write]) => names.map((name) => [name, write] as const)),
);

export const instead = (name: string): string | undefined => byName.get(name.toLowerCase());
