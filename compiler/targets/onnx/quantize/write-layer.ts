// What has a kernel: convolutions, dense layers, and batch norms that became convolutions. Kernels are int8
// with one step size per output channel, biases int32 in steps of input times kernel.
import type { Initialiser, OnnxNode } from "../program.ts";
import { channelMeans } from "./calibration.ts";
import { integersOf, type Kernel, kernelIntegers } from "./layer.ts";
import type { Step } from "./plan.ts";
import type { Steps } from "./ranges.ts";
import { addNode, floats, integersFor, type Rewriting, stepsOfTensor } from "./rewriting.ts";

export function writeLayer({ node, output, positive }: Step & { kind: "layer" }, r: Rewriting): void {
  const { program, initialisers, weights } = r;
  const [first = "", kernelName = "", biasName] = node.inputs;
  const input = integersFor(first, r, node.doc);
  const stored = weightNamed(kernelName, initialisers);
  const outputAxis = node.opType === "Conv" ? 0 : 1;
  const groups = typeof node.attributes["group"] === "number" ? node.attributes["group"] : 1;
  const read = (): Kernel => ({
    values: weights.read(stored.weight, stored.axes),
    dims: stored.dims,
    outputAxis,
    groups,
  });
  const bias = biasName === undefined ? undefined : numbersOf(biasName, r);
  const seen = r.calibration.get(first);
  const means = seen && node.opType !== "MatMul" ? channelMeans(seen) : undefined;
  const { scales, bias: biasIntegers } = integersOf(read(), bias, { scale: input.steps.scale, means });
  const kernel = program.computed(`${kernelName}/quantized`, "i8", stored.dims, () =>
    bytesOf(kernelIntegers(read(), scales)),
  );
  const inputs = [input.name, readBack(kernel, kernelName, scales, outputAxis, r, node.doc)];
  // MatMul has no bias, and no need of one.
  if (node.opType !== "MatMul")
    inputs.push(biasInput(biasName ?? `${kernelName}/bias`, biasIntegers, scales, input.steps, r, node.doc));
  // A dense layer at the end gives its sums as they are; a convolution needs steps to run on integers.
  if (node.opType !== "Conv" && !r.plan.wanted.has(output)) return addFloatResult(node, output, positive, inputs, r);
  addNode(node, output, inputs, stepsOfTensor(output, positive, r), r);
}

function addFloatResult(
  node: OnnxNode,
  output: string,
  positive: boolean,
  inputs: readonly string[],
  r: Rewriting,
): void {
  const { program } = r;
  program.nodes.push({ ...node, inputs });
  if (positive)
    program.nodes.push({
      ...node,
      opType: "Relu",
      name: `${node.name}/Relu`,
      inputs: [node.output],
      output,
      attributes: {},
    });
}

/** y = a·x + b per channel: the kernel is ±127 of its own steps, so that it is exact. */
export function writeNorm({ node, output, positive }: Step & { kind: "norm" }, r: Rewriting): void {
  const { program } = r;
  const [first = "", ...names] = node.inputs;
  const [gamma, beta, mean, variance] = names.map((name) => numbersOf(name, r)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const epsilon = node.attributes["epsilon"];
  const eps = typeof epsilon === "object" && "float" in epsilon ? epsilon.float : 1e-5;
  const factor = gamma.map((g, c) => g / Math.sqrt((variance[c] ?? 0) + eps));
  const bias = factor.map((f, c) => (beta[c] ?? 0) - (mean[c] ?? 0) * f);
  const input = integersFor(first, r, node.doc);
  const dims = [factor.length, 1, 1, 1];
  const kernel: Kernel = { values: factor, dims, outputAxis: 0, groups: factor.length };
  const { scales, bias: biasIntegers } = integersOf(kernel, bias, { scale: input.steps.scale, means: undefined });
  const path = node.name;
  const integers = program.computed(`${path}/kernel/quantized`, "i8", dims, () =>
    bytesOf(kernelIntegers(kernel, scales)),
  );
  const inputs = [
    input.name,
    readBack(integers, `${path}/kernel`, scales, 0, r, node.doc),
    biasInput(`${path}/bias`, biasIntegers, scales, input.steps, r, node.doc),
  ];
  const attributes = {
    kernel_shape: [1, 1],
    strides: [1, 1],
    dilations: [1, 1],
    group: factor.length,
    pads: [0, 0, 0, 0],
  };
  addNode({ ...node, opType: "Conv", attributes }, output, inputs, stepsOfTensor(output, positive, r), r);
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

function biasInput(
  name: string,
  integers: Int32Array,
  scales: Float32Array,
  steps: Steps,
  r: Rewriting,
  doc: string,
): string {
  const stored = r.program.stored(`${name}/quantized`, "i32", [integers.length], integers);
  return readBack(
    stored,
    name,
    scales.map((scale) => Math.fround(scale * steps.scale)),
    0,
    r,
    doc,
  );
}
