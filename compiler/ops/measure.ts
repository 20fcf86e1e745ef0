// What can be counted of a graph without running it. Everything is exact: whole numbers where sizes
// are known, polynomials in the free sizes where they are not.

import type { Graph, Node, TensorType, Value, Weight } from "../ir/graph.ts";
import {
  addDims,
  type Dim,
  floorDivide,
  isSymbolic,
  modulo,
  multiplyDims,
  substituteDim,
  variablesOf,
} from "../sizes/dim/dim.ts";
import { operators } from "./index.ts";
import type { Primitive, Reach } from "./kit/primitive.ts";

/** Pixels of the input that one output pixel sees; "all" where some path sees everything. */
export type ReceptiveField = number | readonly [number, number] | "all";

/** The fewest and the most pixels of the input that a pixel of the output sees, along one axis. */
export interface Seen {
  readonly least: number;
  readonly most: number;
}

export const primitiveOf = (op: string): Primitive => operators[op as keyof typeof operators] as Primitive;

/** Every weight once, in order of first use. */
export function weightsOf(nodes: readonly Node[]): readonly Weight[] {
  const weights = new Map<string, Weight>();
  for (const node of nodes) for (const weight of Object.values(node.weights)) weights.set(weight.path, weight);
  return [...weights.values()];
}

const elements = (dims: readonly Dim[]): Dim => dims.reduce(multiplyDims, 1);
const total = (dims: readonly Dim[]): Dim => dims.reduce(addDims, 0);

/** Trainable numbers. */
export const countParams = (nodes: readonly Node[]): Dim => count(nodes, true);
/** Moving statistics: stored, not trained. */
export const countBuffers = (nodes: readonly Node[]): Dim => count(nodes, false);

function count(nodes: readonly Node[], trainable: boolean): Dim {
  return total(weightsOf(nodes).flatMap((weight) => (weight.trainable === trainable ? [elements(weight.dims)] : [])));
}

/**
 * Multiply-adds for one sample of the batch: the first axis of the graph's inputs counts once,
 * whether it is free or fixed.
 */
export function countMacs(graph: Graph, nodes: readonly Node[]): Dim {
  const sum = total(
    nodes.map((node) =>
      primitiveOf(node.op).macs(
        node.inputs.map((value) => value.type),
        node.outputs.map((value) => value.type),
        node.params as never,
      ),
    ),
  );
  return perSample(sum, graph);
}

function perSample(sum: Dim, graph: Graph): Dim {
  const batches = graph.inputs.map(({ value }) => value.type.dims[0] ?? 1);
  const [batch] = batches;
  if (batch === undefined) return sum;
  if (isSymbolic(batch)) return substituteDim(sum, new Map([...variablesOf(batch)].map((name) => [name, 1])));
  return batches.every((other) => other === batch) && modulo(sum, batch) === 0 ? floorDivide(sum, batch) : sum;
}

/** The longest path counted in weighted layers (convolutions and dense layers). */
export function measureDepth(nodes: readonly Node[], targets: readonly Value[]): number {
  const depths = new Map<Value, number>();
  for (const node of nodes) {
    const before = node.inputs.reduce((most, input) => Math.max(most, depths.get(input) ?? 0), 0);
    for (const output of node.outputs) depths.set(output, before + (primitiveOf(node.op).layer ? 1 : 0));
  }
  return targets.reduce((most, target) => Math.max(most, depths.get(target) ?? 0), 0);
}

/** Extent of the input that is seen, and the distance between neighbours in input pixels, per axis. */
interface View {
  readonly extent: readonly [number, number];
  readonly step: readonly [number, number];
}
const pixel: View = { extent: [1, 1], step: [1, 1] };

/** What the model shows is what it sees: a loss is a mean over everything, and counts only where nothing else comes out. */
export function seenTargets({ outputs, losses }: Graph): readonly Value[] {
  return (outputs.length > 0 ? outputs : losses).map(({ value }) => value);
}

export function measureReceptiveField(nodes: readonly Node[], targets: readonly Value[]): ReceptiveField {
  const views = new Map<Value, View | "all">();
  for (const node of nodes) {
    const seen = merge(node.inputs.map((input) => views.get(input) ?? pixel));
    const view = seen === "all" ? seen : widen(seen, primitiveOf(node.op).reach(node.params as never));
    for (const output of node.outputs) views.set(output, view);
  }
  const final = merge(targets.map((target) => views.get(target) ?? pixel));
  if (final === "all") return "all";
  const [height, width] = final.extent.map((extent) => Math.round(extent * 1000) / 1000) as [number, number];
  return height === width ? height : [height, width];
}

function merge(views: readonly (View | "all")[]): View | "all" {
  const [first = pixel, ...others] = views;
  return others.reduce<View | "all">((a, b) => {
    if (a === "all" || b === "all") return "all";
    return {
      extent: [Math.max(a.extent[0], b.extent[0]), Math.max(a.extent[1], b.extent[1])],
      step: [Math.max(a.step[0], b.step[0]), Math.max(a.step[1], b.step[1])],
    };
  }, first);
}

function widen(view: View, reach: Reach | undefined): View | "all" {
  if (!reach) return view;
  if (reach.kind === "everything") return "all";
  if (reach.kind === "upsample") {
    const { factor, taps } = reach;
    return {
      extent: [view.extent[0] + (taps - 1) * view.step[0], view.extent[1] + (taps - 1) * view.step[1]],
      step: [view.step[0] / factor[0], view.step[1] / factor[1]],
    };
  }
  const { kernel, stride } = reach;
  return {
    extent: [view.extent[0] + (kernel[0] - 1) * view.step[0], view.extent[1] + (kernel[1] - 1) * view.step[1]],
    step: [view.step[0] * stride[0], view.step[1] * stride[1]],
  };
}

const bytesOf: Readonly<Record<TensorType["dtype"], number>> = { f32: 4, i32: 4, bool: 1 };

/**
 * Bytes of activations that are alive at once, at most, when nodes run in order and a tensor is freed
 * after its last reader; undefined while a size is free (the batch counts once, as in `countMacs`).
 */
export function measurePeak(graph: Graph, nodes: readonly Node[], targets: readonly Value[]): number | undefined {
  const size = (value: Value): number | undefined => {
    const dims = perSample(elements(value.type.dims), graph);
    return isSymbolic(dims) ? undefined : dims * bytesOf[value.type.dtype];
  };
  const last = lastReaders(nodes, targets);
  const alive = new Map<Value, number>();
  for (const { value } of graph.inputs) {
    const bytes = size(value);
    if (bytes === undefined) return undefined;
    if (last.has(value)) alive.set(value, bytes);
  }
  let now = [...alive.values()].reduce((sum, bytes) => sum + bytes, 0);
  let peak = now;
  for (const [index, node] of nodes.entries()) {
    for (const output of node.outputs) {
      const bytes = size(output);
      if (bytes === undefined) return undefined;
      alive.set(output, bytes);
      now += bytes;
    }
    peak = Math.max(peak, now);
    for (const value of new Set([...node.inputs, ...node.outputs])) {
      if ((last.get(value) ?? -1) > index) continue;
      now -= alive.get(value) ?? 0;
      alive.delete(value);
    }
  }
  return peak;
}

function lastReaders(nodes: readonly Node[], targets: readonly Value[]): Map<Value, number> {
  const last = new Map<Value, number>();
  for (const [index, node] of nodes.entries()) for (const input of node.inputs) last.set(input, index);
  for (const target of targets) last.set(target, Number.POSITIVE_INFINITY);
  return last;
}
