// What it takes to run a graph once, counted before anything is allocated: a text of a hundred bytes can name
// tensors that no machine holds.
import { type Graph, type Node, resultsOfGraph, type TensorType, type Value } from "../ir/graph.ts";
import { primitiveOf } from "../ops/of-node.ts";
import { type Dim, evaluateDim, isSymbolic } from "../sizes/dim/dim.ts";

export interface Work {
  /** Numbers in the largest tensor. */
  readonly largest: number;
  /** Numbers in all tensors together: inputs and results of nodes. */
  readonly numbers: number;
  /** Numbers that are alive at once, at most, when a tensor is freed after its last reader. */
  readonly alive: number;
  /** Multiply-adds, and what pools and copies read. */
  readonly steps: number;
}

type Sizes = ReadonlyMap<string, number>;

/** `sizes`: what the free dimensions are in this run, by name. */
export function workOf(graph: Graph, sizes: Sizes = new Map()): Work {
  const countOf = (type: TensorType): number => type.dims.reduce<number>((n, dim) => n * sized(dim, sizes), 1);
  const inputs = graph.inputs.map(({ value }) => value);
  const made = graph.nodes.flatMap((node) => node.outputs);
  const counts = new Map<Value, number>([...inputs, ...made].map((value) => [value, countOf(value.type)]));
  const all = [...counts.values()];
  return {
    largest: all.reduce((a, b) => Math.max(a, b), 0),
    numbers: all.reduce((a, b) => a + b, 0),
    alive: mostAlive(graph, counts),
    steps: graph.nodes.reduce((sum, node) => sum + stepsOf(node, counts, sizes), 0),
  };
}

const sized = (dim: Dim, sizes: Sizes): number => (isSymbolic(dim) ? evaluateDim(dim, sizes) : dim);

function stepsOf(node: Node, counts: ReadonlyMap<Value, number>, sizes: Sizes): number {
  const typesOf = (values: readonly Value[]) => values.map(({ type }) => type);
  const total = (values: readonly Value[]) => values.reduce((sum, value) => sum + (counts.get(value) ?? 0), 0);
  const operator = primitiveOf(node);
  const macs = sized(operator.macs(typesOf(node.inputs), typesOf(node.outputs), node.params as never), sizes);
  const reach = operator.reach(node.params as never);
  // A pool reads a window for each of its results.
  const window = reach?.kind === "window" ? reach.kernel[0] * reach.kernel[1] : 1;
  return Math.max(macs, total(node.outputs) * window, total(node.inputs));
}

function mostAlive(graph: Graph, counts: ReadonlyMap<Value, number>): number {
  const { inputs, nodes } = graph;
  const last = new Map<Value, number>();
  nodes.forEach((node, index) => {
    for (const value of [...node.outputs, ...node.inputs]) last.set(value, index);
  });
  for (const { value } of resultsOfGraph(graph)) last.set(value, nodes.length);
  let now = inputs.reduce((sum, { value }) => sum + (counts.get(value) ?? 0), 0);
  let most = now;
  nodes.forEach((node, index) => {
    for (const value of node.outputs) now += counts.get(value) ?? 0;
    most = Math.max(most, now);
    for (const value of new Set([...node.inputs, ...node.outputs]))
      if (last.get(value) === index) now -= counts.get(value) ?? 0;
  });
  return most;
}
