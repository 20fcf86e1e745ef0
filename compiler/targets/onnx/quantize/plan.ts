// Which nodes of a float program become integer ones. The shapes of QDQ graphs that onnxruntime runs as
// QLinearConv, QLinearAdd and so on are fixed, so this is a plan over the ONNX nodes and not over the graph.
import type { OnnxNode, Program } from "../program.ts";

/** One node, or a node with the ReLU behind it, that works on integers. */
export type Step =
  /** Left as it is; reads and writes floats. */
  | { readonly kind: "float"; readonly node: OnnxNode }
  /** A kernel and perhaps a bias: Conv, Gemm, MatMul. */
  | { readonly kind: "layer"; readonly node: OnnxNode; readonly output: string; readonly positive: boolean }
  /** A batch norm that could not be folded: a depthwise 1×1 convolution. */
  | { readonly kind: "norm"; readonly node: OnnxNode; readonly output: string; readonly positive: boolean }
  /** A transposed convolution whose windows do not overlap. */
  | { readonly kind: "spread"; readonly node: OnnxNode; readonly output: string; readonly positive: boolean }
  /** Computes anew from all its inputs: Add, Mul, Concat, averages. */
  | { readonly kind: "join"; readonly node: OnnxNode; readonly output: string; readonly positive: boolean }
  /** Moves numbers and changes none, so that its result has the steps of its input. */
  | { readonly kind: "move"; readonly node: OnnxNode };

export interface Plan {
  readonly steps: readonly Step[];
  /** Float tensors whose range must be known. */
  readonly observed: readonly string[];
  /** Tensors that an integer node reads. */
  readonly wanted: ReadonlySet<string>;
}

const layers: ReadonlySet<string> = new Set(["Conv", "Gemm", "MatMul"]);
const joins: ReadonlySet<string> = new Set(["Add", "Mul", "Concat", "AveragePool", "GlobalAveragePool", "LeakyRelu"]);
const moves: ReadonlySet<string> = new Set(["MaxPool", "Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze"]);

type Kind = Step["kind"];

/** The float tensors that a calibration must see. */
export const observedTensors = (program: Program, outputs: readonly string[]): readonly string[] =>
  planQuantization(program, outputs).observed;

export function planQuantization(program: Program, outputs: readonly string[]): Plan {
  const weights = new Set(program.initialisers.map(({ name }) => name));
  const readers = readersOf(program);
  const kinds = new Map(program.nodes.map((node) => [node, kindOf(node, program, weights)]));
  const folded = foldedInto(program, kinds, readers, new Set(outputs));
  const wanted = wantedTensors(program, kinds, weights);
  const gone = new Set(folded.values());
  const steps = program.nodes.flatMap((node): Step[] => {
    if (gone.has(node)) return [];
    const kind = kinds.get(node) ?? "float";
    const relu = folded.get(node);
    const output = (relu ?? node).output;
    if (kind === "float") return [{ kind, node }];
    if (kind === "layer" || kind === "spread") return [{ kind, node, output, positive: relu !== undefined }];
    // Only what a layer reads in the end: numbers of the answer itself, such as boxes, stay exact.
    if (!wanted.has(output))
      return relu ? [node, relu].map((node) => ({ kind: "float", node })) : [{ kind: "float", node }];
    return kind === "move" ? [{ kind, node }] : [{ kind, node, output, positive: relu !== undefined }];
  });
  return { steps, observed: observedIn(program, steps, weights), wanted };
}

function kindOf(node: OnnxNode, program: Program, weights: ReadonlySet<string>): Kind {
  const { opType, inputs } = node;
  const [first = "", second = ""] = inputs;
  const isFloat = program.types.get(first)?.dtype === "f32" && program.typeOf(node.output).dtype === "f32";
  if (!isFloat || weights.has(first)) return "float";
  if (layers.has(opType)) return weights.has(second) ? "layer" : "float";
  if (opType === "ConvTranspose") return weights.has(second) && hasWindowsSideBySide(node) ? "spread" : "float";
  if (opType === "BatchNormalization") return program.typeOf(first).dims.length === 4 ? "norm" : "float";
  if (joins.has(opType)) return inputs.some((input) => weights.has(input)) ? "float" : "join";
  if (opType === "Resize") return node.attributes["mode"] === "nearest" ? "move" : "float";
  return moves.has(opType) ? "move" : "float";
}

function hasWindowsSideBySide({ attributes }: OnnxNode): boolean {
  const list = (name: string): readonly number[] => {
    const value = attributes[name];
    return Array.isArray(value) ? value : [];
  };
  const sides = new Set([...list("kernel_shape"), ...list("strides")]);
  return sides.size === 1 && list("pads").every((pad) => pad === 0);
}

function readersOf(program: Program): ReadonlyMap<string, readonly OnnxNode[]> {
  const readers = new Map<string, OnnxNode[]>();
  for (const node of program.nodes)
    for (const input of node.inputs) {
      const known = readers.get(input);
      if (known) known.push(node);
      else readers.set(input, [node]);
    }
  return readers;
}

/** The ReLU behind a node, where nobody else reads what stands between: a range from zero is a ReLU. */
function foldedInto(
  program: Program,
  kinds: ReadonlyMap<OnnxNode, Kind>,
  readers: ReadonlyMap<string, readonly OnnxNode[]>,
  outputs: ReadonlySet<string>,
): ReadonlyMap<OnnxNode, OnnxNode> {
  const folded = new Map<OnnxNode, OnnxNode>();
  for (const node of program.nodes) {
    const kind = kinds.get(node);
    const [reader, other] = readers.get(node.output) ?? [];
    if (kind === "float" || kind === "move" || !reader || other || outputs.has(node.output)) continue;
    if (reader.opType === "Relu") folded.set(node, reader);
  }
  return folded;
}

/** From the back: what a layer reads, and what is joined or moved on the way there. */
function wantedTensors(
  program: Program,
  kinds: ReadonlyMap<OnnxNode, Kind>,
  weights: ReadonlySet<string>,
): ReadonlySet<string> {
  const wanted = new Set<string>();
  for (const node of program.nodes.toReversed()) {
    const kind = kinds.get(node);
    const [first = ""] = node.inputs;
    const passes = kind !== "float" || node.opType === "Relu";
    if (kind !== "layer" && kind !== "spread" && !(passes && wanted.has(node.output))) continue;
    for (const input of kind === "join" ? node.inputs : [first]) if (!weights.has(input)) wanted.add(input);
  }
  return wanted;
}

/** What integer nodes read and make. What is only moved has the range of what it was. */
function observedIn(program: Program, steps: readonly Step[], weights: ReadonlySet<string>): readonly string[] {
  const moved = new Map(
    steps.flatMap((step) => (step.kind === "move" ? [[step.node.output, step.node.inputs[0]]] : [])),
  );
  const source = (name: string): string => {
    const from = moved.get(name);
    return from === undefined ? name : source(from);
  };
  const names = new Set<string>();
  for (const step of steps) {
    if (step.kind === "float" || step.kind === "move") continue;
    const read = step.kind === "join" ? step.node.inputs : step.node.inputs.slice(0, 1);
    for (const input of read) if (!weights.has(input)) for (const name of [input, source(input)]) names.add(name);
    names.add(step.output);
  }
  return [...names].filter((name) => program.typeOf(name).dtype === "f32");
}
