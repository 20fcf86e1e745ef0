// The meaning of a graph: every operator's own reference, in float64. Slow and right; the arbiter when
// two runtimes disagree.

import { concreteDims } from "./ir/axes.ts";
import {
  type Graph,
  type Node,
  type ParamValue,
  type ParamValues,
  resultsOfGraph,
  type TensorType,
  type Value,
  type Weight,
} from "./ir/graph.ts";
import { readExact, type WeightReader } from "./ir/weights.ts";
import { isUnsupported, type NDArray } from "./ops/index.ts";
import { primitiveOf } from "./ops/of-node.ts";
import { type Dim, evaluateDim, formatDim, isSymbolic } from "./sizes/dim/dim.ts";
import { solvedFor } from "./verification/fit.ts";

type SizesByName = ReadonlyMap<string, number>;

/** Called between nodes: a host may count, show how far it is, or throw to end it. */
export interface Observer {
  /** Sees the result of every node as it is made. */
  watch?(value: Value, array: NDArray): void;
  /** What a node reads instead of an input or a weight; `type` is that of the input. */
  read?(array: NDArray, node: Node, type?: TensorType): NDArray;
}

/** Runs the graph on feeds by input name, in logical axes. Answers outputs and losses by name. */
export function evaluate(
  graph: Graph,
  feeds: ReadonlyMap<string, NDArray>,
  weights: WeightReader,
  { watch, read = (array) => array }: Observer = {},
): ReadonlyMap<string, NDArray> {
  const sizes = sizesFrom(graph, feeds);
  const results = resultsOfGraph(graph);
  const last = lastReads(graph);
  const arrays = new Map<Value, NDArray>(graph.inputs.map(({ name, value }) => [value, feeds.get(name) as NDArray]));
  for (const [index, node] of graph.nodes.entries()) {
    const inputs = node.inputs.map((input) => read(arrays.get(input) as NDArray, node, input.type));
    const byRole = Object.fromEntries(
      Object.entries(node.weights).map(([role, weight]) => [role, read(arrayOf(weight, weights), node)]),
    );
    const answers = evaluateNode(node, inputs, byRole, sizes, graph);
    node.outputs.forEach((output, i) => {
      arrays.set(output, answers[i] as NDArray);
      watch?.(output, answers[i] as NDArray);
    });
    for (const value of [...node.inputs, ...node.outputs]) if ((last.get(value) ?? -1) <= index) arrays.delete(value);
  }
  return new Map(results.map(({ name, value }) => [name, arrays.get(value) as NDArray]));
}

/** Nodes that `evaluate` cannot run, and why. */
export function missingReferences(graph: Graph): readonly { readonly node: Node; readonly reason: string }[] {
  return graph.nodes.flatMap((node) => {
    const { evaluate: reference } = primitiveOf(node);
    return isUnsupported(reference) ? [{ node, reason: reference.unsupported }] : [];
  });
}

/** The index of the last node that reads a value; outputs are never dead. */
function lastReads(graph: Graph): ReadonlyMap<Value, number> {
  const last = new Map<Value, number>();
  graph.nodes.forEach((node, index) => {
    for (const input of node.inputs) last.set(input, index);
  });
  for (const { value } of resultsOfGraph(graph)) last.set(value, Number.POSITIVE_INFINITY);
  return last;
}

/** The sizes of the free dimensions, read off the feeds. */
export function sizesFrom(graph: Graph, feeds: ReadonlyMap<string, NDArray>): SizesByName {
  const sizes = new Map<string, number>();
  const ports = graph.inputs.flatMap(({ name, value }) => {
    const feed = feeds.get(name);
    if (!feed) throw new Error(`no feed for input ${name}`);
    if (feed.dims.length !== value.type.dims.length)
      throw new Error(`input ${name} has ${value.type.dims.length} axes, but the feed has ${feed.dims.length}`);
    return value.type.dims.map((dim, axis) => ({ name, axis, dim, size: feed.dims[axis] as number }));
  });
  for (const { dim, size } of ports) bind(dim, size, sizes);
  for (const { name, axis, dim, size } of ports) {
    const wanted = isSymbolic(dim) ? evaluateDim(dim, sizes) : dim;
    if (wanted !== size)
      throw new Error(
        `axis ${axis} of input ${name} is ${formatDim(dim, graph.rules.origins)}, but the feed has ${size}`,
      );
  }
  return sizes;
}

function bind(dim: Dim, size: number, sizes: Map<string, number>): void {
  const solved = solvedFor(dim, size, sizes);
  if (!solved || !Number.isSafeInteger(solved.value)) return;
  const { name, value } = solved;
  if (evaluateDim(dim, new Map([...sizes, [name, value]])) === size) sizes.set(name, value);
}

function evaluateNode(
  node: Node,
  inputs: readonly NDArray[],
  byRole: Readonly<Record<string, NDArray>>,
  sizes: SizesByName,
  graph: Graph,
): readonly NDArray[] {
  const operator = primitiveOf(node);
  if (isUnsupported(operator.evaluate)) throw new Error(`${node.path}: ${operator.evaluate.unsupported}`);
  const params = concreteParams(node.params, sizes) as never;
  const outputs = node.outputs.map(({ type }) => type.dims.map((dim) => concreteDim(dim, sizes)));
  const answer = operator.evaluate(inputs, params, byRole, graph.phase, outputs);
  return "data" in answer ? [answer] : answer;
}

function arrayOf(weight: Weight, weights: WeightReader): NDArray {
  return { dims: concreteDims(weight), data: readExact(weights, weight, "logical") };
}

const concreteDim = (dim: Dim, sizes: SizesByName): number => (isSymbolic(dim) ? evaluateDim(dim, sizes) : dim);

function concreteParams(params: ParamValues, sizes: SizesByName): ParamValues {
  const concrete = (value: ParamValue): ParamValue => {
    if (typeof value === "string" || typeof value === "boolean" || typeof value === "number") return value;
    if (isList(value)) return value.map((dim) => concreteDim(dim, sizes));
    return evaluateDim(value, sizes);
  };
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, concrete(value)]));
}
const isList = (value: ParamValue): value is readonly Dim[] => Array.isArray(value);
