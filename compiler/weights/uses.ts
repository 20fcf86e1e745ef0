// What the graph around a weight says about how a file may keep it: a depthwise kernel, and rows or columns that
// stand for the pixels of a map.

import type { Graph, Node, TensorType, Value } from "../ir/graph.ts";
import type { Dim } from "../sizes/dim/dim.ts";

/** One axis that a map was flattened into: pixels first and channels innermost, as `flatten` does it. */
export interface Flattened {
  readonly pixels: number;
  readonly channels: number;
}

/** An axis that holds a flattened map among other things: how is not known. */
type Axis = Flattened | "mixed";

export interface Uses {
  /** Groups of depthwise kernels, by path. */
  readonly depthwise: ReadonlyMap<string, number>;
  /** Input features of dense kernels that are a flattened map. */
  readonly rows: ReadonlyMap<string, Axis>;
  /** Output features that become a map, and what is kept per feature of a flattened one. */
  readonly columns: ReadonlyMap<string, Axis>;
}

export const noUses: Uses = { depthwise: new Map(), rows: new Map(), columns: new Map() };

export function usesOf(graph: Graph): Uses {
  const rows = new Map<string, Axis>();
  const columns = new Map<string, Axis>();
  const flat = flattenedValues(graph.nodes);
  const unflat = unflattenedValues(graph.nodes);
  for (const node of graph.nodes) {
    const before = node.inputs.map((input) => flat.get(input)).find((axis) => axis !== undefined);
    const behind = node.outputs.map((output) => unflat.get(output)).find((axis) => axis !== undefined);
    for (const { path, axes } of Object.values(node.weights)) {
      if (axes === "IO" && before) rows.set(path, before);
      if (axes === "IO" && behind) columns.set(path, behind);
      const perFeature = node.op === "dense" ? behind : before;
      if (axes === "C" && perFeature) columns.set(path, perFeature);
    }
  }
  return { depthwise: new Map(graph.nodes.flatMap(depthwiseOf)), rows, columns };
}

function depthwiseOf({ params, weights: { kernel } }: Node): readonly (readonly [string, number])[] {
  const groups = params["groups"];
  return kernel?.axes === "HWIO" && kernel.dims[2] === 1 && typeof groups === "number" && groups > 1
    ? [[kernel.path, groups]]
    : [];
}

/** Values whose last axis is a flattened map. */
function flattenedValues(nodes: readonly Node[]): ReadonlyMap<Value, Axis> {
  const found = new Map<Value, Axis>();
  const turned = new Set<Value>();
  for (const { op, inputs, outputs, weights } of nodes) {
    const [input] = inputs;
    const [output] = outputs;
    if (!input || !output) continue;
    // Whoever turned the map before flattening it has seen to the order already.
    if (op === "transpose") turned.add(output);
    const merged = turned.has(input) ? undefined : mergedMap(op, input.type, output.type);
    const [carried] = inputs.flatMap((each) => found.get(each) ?? []);
    const axis = merged ?? (carried && carriedOn(carried, op, output.type, weights));
    if (axis) found.set(output, axis);
  }
  return found;
}

/** Values whose last axis becomes a map. */
function unflattenedValues(nodes: readonly Node[]): ReadonlyMap<Value, Axis> {
  const found = new Map<Value, Axis>();
  for (const { op, inputs, outputs, weights } of [...nodes].reverse()) {
    const [input] = inputs;
    const [output] = outputs;
    if (!input || !output || found.has(input)) continue;
    const split = op === "reshape" ? mergedMap(op, output.type, input.type) : undefined;
    const carried = found.get(output);
    const axis = split ?? (carried && carriedOn(carried, op, input.type, weights));
    if (axis) found.set(input, axis);
  }
  return found;
}

/** What an operator that keeps features apart hands on; a product over all features ends it. */
function carriedOn(axis: Axis, op: string, type: TensorType, weights: Node["weights"]): Axis | undefined {
  if (Object.values(weights).some(({ axes }) => axes !== "C")) return undefined;
  const isSame = axis !== "mixed" && op !== "transpose" && type.dims.at(-1) === axis.pixels * axis.channels;
  if (isSame) return axis;
  return op === "concat" || op === "slice" ? "mixed" : undefined;
}

/** The map that becomes one axis between two types; undefined where order makes no difference. */
function mergedMap(op: string, map: TensorType, row: TensorType): Flattened | undefined {
  if (op !== "flatten" && op !== "reshape") return undefined;
  const [h, w, channels] = map.dims.slice(-3);
  const features = row.dims.at(-1);
  if (map.dims.length !== row.dims.length + 2 || !areNumbers([h, w, channels])) return undefined;
  const pixels = Number(h) * Number(w);
  const isMap = features === pixels * Number(channels) && pixels > 1 && Number(channels) > 1;
  return isMap ? { pixels, channels: Number(channels) } : undefined;
}

const areNumbers = (dims: readonly (Dim | undefined)[]): boolean => dims.every((dim) => typeof dim === "number");
