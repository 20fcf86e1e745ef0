// What has a kernel: convolutions, dense layers, and batch norms that became convolutions. Kernels are int8
// with one step size per output channel, biases int32 in steps of input times kernel.
import type { Initialiser, OnnxNode } from "../program.ts";
import { channelMeans } from "./calibration.ts";
import { integersOf, type Kernel, kernelIntegers } from "./layer.ts";
import type { Step } from "./plan.ts";
import { addNode, floats, integersFor, type Quantized, type Rewriting, stepsOfTensor } from "./rewriting.ts";

/** One layer of integers: what it reads, and under which names its numbers are stored. */
interface Numbers {
  readonly node: OnnxNode;
  readonly input: Quantized;
  /** Paths of kernel and bias. */
  readonly names: readonly [kernel: string, bias: string];
  /** Read twice: for its step sizes, and when the file is written. */
  kernel(): Kernel;
  readonly bias: Float32Array | undefined;
  readonly means: Float64Array | undefined;
}

/** The tensors that a layer reads: input, kernel and bias, each read back from integers. */
function inputsOf({ node, input, names, kernel, bias, means }: Numbers, r: Rewriting): readonly string[] {
  const [kernelName, biasName] = names;
  const first = kernel();
  const { scales, bias: biasIntegers } = integersOf(first, bias, { scale: input.steps.scale, means });
  const integers = r.program.computed(`${kernelName}/quantized`, "i8", first.dims, () =>
    bytesOf(kernelIntegers(kernel(), scales)),
  );
  const weights = readBack(integers, kernelName, scales, first.outputAxis, r, node.doc);
  // MatMul has no bias, and no need of one.
  if (node.opType === "MatMul") return [input.name, weights];
  const steps = scales.map((scale) => Math.fround(scale * input.steps.scale));
  const stored = r.program.stored(`${biasName}/quantized`, "i32", [scales.length], biasIntegers);
  return [input.name, weights, readBack(stored, biasName, steps, 0, r, node.doc)];
}

export function writeLayer({ node, output, positive }: Step & { kind: "layer" }, r: Rewriting): void {
  const [first = "", kernelName = "", biasName] = node.inputs;
  const stored = weightNamed(kernelName, r.initialisers);
  const shape = {
    dims: stored.dims,
    outputAxis: node.opType === "Conv" ? 0 : 1,
    groups: typeof node.attributes["group"] === "number" ? node.attributes["group"] : 1,
  };
  const numbers: Numbers = {
    node,
    input: integersFor(first, r, node.doc),
    names: [kernelName, biasName ?? `${kernelName}/bias`],
    kernel: () => ({ ...shape, values: r.weights.read(stored.weight, stored.axes) }),
    bias: biasName === undefined ? undefined : numbersOf(biasName, r),
    means: node.opType === "MatMul" ? undefined : meansOf(first, r),
  };
  const inputs = inputsOf(numbers, r);
  // A dense layer at the end gives its sums as they are; a convolution needs steps to run on integers.
  if (node.opType !== "Conv" && !r.plan.wanted.has(output)) return addFloatResult(node, output, positive, inputs, r);
  addNode(node, output, inputs, stepsOfTensor(output, positive, r), r);
}

function meansOf(name: string, { calibration }: Rewriting): Float64Array | undefined {
  const seen = calibration.get(name);
  return seen && channelMeans(seen);
}

function addFloatResult(
  node: OnnxNode,
  output: string,
  positive: boolean,
  inputs: readonly string[],
  { program }: Rewriting,
): void {
  program.nodes.push({ ...node, inputs });
  if (!positive) return;
  const name = `${node.name}/Relu`;
  program.nodes.push({ ...node, opType: "Relu", name, inputs: [node.output], output, attributes: {} });
}

const onePixel = { kernel_shape: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };

/** y = a·x + b per channel: the kernel is ±127 of its own steps, so that it is exact. */
export function writeNorm({ node, output, positive }: Step & { kind: "norm" }, r: Rewriting): void {
  const [first = "", ...names] = node.inputs;
  const [gamma, beta, mean, variance] = names.map((name) => numbersOf(name, r)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const epsilon = node.attributes["epsilon"];
  const eps = typeof epsilon === "object" && "float" in epsilon ? epsilon.float : 1e-5;
  const values = gamma.map((g, c) => g / Math.sqrt((variance[c] ?? 0) + eps));
  const group = values.length;
  const numbers: Numbers = {
    node,
    input: integersFor(first, r, node.doc),
    names: [`${node.name}/kernel`, `${node.name}/bias`],
    kernel: () => ({ values, dims: [group, 1, 1, 1], outputAxis: 0, groups: group }),
    bias: values.map((factor, c) => (beta[c] ?? 0) - (mean[c] ?? 0) * factor),
    means: undefined,
  };
  const conv = { ...node, opType: "Conv", attributes: { ...onePixel, group } };
  addNode(conv, output, inputsOf(numbers, r), stepsOfTensor(output, positive, r), r);
}

/**
 * A transposed convolution whose windows lie side by side (kernel = stride): a 1×1 convolution makes the
 * pixels of each window as channels, and DepthToSpace lays them out. Runtimes have integers for both.
 */
export function writeSpread({ node, output, positive }: Step & { kind: "spread" }, r: Rewriting): void {
  const { program } = r;
  const [first = "", kernelName = "", biasName] = node.inputs;
  const stored = weightNamed(kernelName, r.initialisers);
  const [, channels = 1, side = 1] = stored.dims;
  const bias = biasName === undefined ? undefined : numbersOf(biasName, r);
  const numbers: Numbers = {
    node,
    input: integersFor(first, r, node.doc),
    names: [kernelName, biasName ?? `${kernelName}/bias`],
    kernel: () => spreadKernel(r.weights.read(stored.weight, stored.axes), stored.dims),
    bias: bias && Float32Array.from({ length: side * side * channels }, (_, i) => bias[i % channels] ?? 0),
    means: meansOf(first, r),
  };
  const inputs = inputsOf(numbers, r);
  const [batch = 1, , height = 1, width = 1] = program.typeOf(first).dims;
  const steps = stepsOfTensor(output, positive, r);
  const pixels = program.tensorName(`${output}/pixels`);
  program.types.set(pixels, floats([batch, side * side * channels, height, width]));
  const conv = { ...node, name: `${node.name}/pixels`, opType: "Conv", attributes: { ...onePixel, group: 1 } };
  addNode(conv, pixels, inputs, steps, r);
  const spread = { ...node, opType: "DepthToSpace", attributes: { blocksize: side, mode: "DCR" } };
  addNode(spread, output, [integersFor(pixels, r, node.doc).name], steps, r);
}

/** [in, out, row, column] as [(row, column, out), in, 1, 1]. */
function spreadKernel(values: Float32Array, dims: readonly number[]): Kernel {
  const [inputs = 1, outputs = 1, rows = 1, columns = 1] = dims;
  const moved = new Float32Array(values.length);
  let at = 0;
  for (let pixel = 0; pixel < rows * columns; pixel++)
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < inputs; i++) moved[at++] = values[(i * outputs + o) * rows * columns + pixel] ?? 0;
  return { values: moved, dims: [rows * columns * outputs, inputs, 1, 1], outputAxis: 0, groups: 1 };
}

function weightNamed(name: string, initialisers: Rewriting["initialisers"]): Initialiser & { kind: "weight" } {
  const initialiser = initialisers.get(name);
  if (initialiser?.kind !== "weight") throw new Error(`internal: ${name} is no stored weight`);
  return initialiser;
}

function numbersOf(name: string, { initialisers, weights }: Rewriting): Float32Array {
  const initialiser = initialisers.get(name);
  if (initialiser?.kind === "weight") return weights.read(initialiser.weight, initialiser.axes);
  if (initialiser?.kind === "constant") return Float32Array.from(initialiser.values);
  throw new Error(`internal: ${name} is no stored weight`);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Integers with one step size per channel of `axis`, read back as floats. */
function readBack(
  integers: string,
  name: string,
  scales: Float32Array,
  axis: number,
  r: Rewriting,
  doc: string,
): string {
  const { program } = r;
  const { dtype, dims } = program.typeOf(integers);
  const channels = [scales.length];
  const scale = program.stored(`${name}/scale`, "f32", channels, scales);
  const zero = program.constant(dtype, channels, new Array<number>(scales.length).fill(0));
  return program.add("DequantizeLinear", [integers, scale, zero], { axis }, `${name}/dequantized`, doc, floats(dims));
}
