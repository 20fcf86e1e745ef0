// What every pass and target may rely on. Runs between passes: a problem here is a bug in deepmacc,
// never in the user's text.
import { type Dim, isSymbolic, sameDim } from "../sizes/dim/dim.ts";
import {
  type Graph,
  type Node,
  resultsOfGraph,
  type TensorType,
  type Value,
  type Weight,
  type WeightAxes,
} from "./graph.ts";

/** Everything that is wrong with the graph, one line each; empty when it is well formed. */
export function verify(graph: Graph): readonly string[] {
  return [...verifyOrder(graph), ...verifyNames(graph), ...verifyWeights(graph), ...verifyTypes(graph)];
}

/** Verifies and hands on, for use between passes. */
export function verified(graph: Graph, after: string): Graph {
  const problems = verify(graph);
  if (problems.length > 0)
    throw new Error(
      `internal: after ${after}, ${graph.name} is not a legal graph:\n  ${problems.slice(0, 10).join("\n  ")}`,
    );
  return graph;
}

/** Single assignment in topological order: every value is made once, before it is read. */
function verifyOrder(graph: Graph): string[] {
  const problems: string[] = [];
  const made = new Set<Value>();
  const ids = new Set<number>();
  const make = (value: Value): void => {
    if (made.has(value)) problems.push(`${value.path} is made twice`);
    else if (ids.has(value.id)) problems.push(`id ${value.id} of ${value.path} is used twice`);
    made.add(value);
    ids.add(value.id);
  };
  for (const input of graph.inputs) make(input.value);
  for (const node of graph.nodes) {
    for (const input of node.inputs)
      if (!made.has(input)) problems.push(`${node.path} reads ${input.path} before it is made`);
    if (node.outputs.length === 0) problems.push(`${node.path} makes nothing`);
    for (const output of node.outputs) make(output);
  }
  for (const result of resultsOfGraph(graph)) {
    if (!made.has(result.value)) problems.push(`output ${result.name} is not made by any node`);
  }
  return problems;
}

function verifyNames(graph: Graph): string[] {
  return [
    ...repeated(
      "node path",
      graph.nodes.map((node) => node.path),
    ),
    // An output may be called as an input: what a target cannot tell apart it calls otherwise.
    ...repeated(
      "input",
      graph.inputs.map((port) => port.name),
    ),
    ...repeated(
      "output",
      resultsOfGraph(graph).map((port) => port.name),
    ),
  ];
}

function repeated(what: string, names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => seen.has(name) || !seen.add(name)).map((name) => `${what} ${name} occurs twice`);
}

const ranks: Readonly<Record<WeightAxes, number>> = { HWIO: 4, HWOI: 4, IO: 2, C: 1, A: 1, AB: 2, ABC: 3, ABCD: 4 };

function verifyWeights(graph: Graph): string[] {
  const problems: string[] = [];
  const byPath = new Map<string, Weight>();
  for (const node of graph.nodes) {
    for (const weight of Object.values(node.weights)) {
      const other = byPath.get(weight.path);
      if (other === weight) continue;
      if (other) problems.push(`two weights are called ${weight.path}`);
      byPath.set(weight.path, weight);
      problems.push(...verifyWeight(weight));
    }
  }
  return problems;
}

function verifyWeight(weight: Weight): string[] {
  const shape = `${weight.path} [${weight.dims.map((d) => (isSymbolic(d) ? d.key : d)).join(", ")}]`;
  const problems = weight.dims.filter((d) => !isLegal(d)).map(() => `weight ${shape} has an illegal dim`);
  if (weight.dims.length !== ranks[weight.axes]) problems.push(`weight ${shape} does not have the axes ${weight.axes}`);
  const base = weight.derived?.base;
  if (base && !(base.axes === weight.axes && base.dims.every((d, i) => sameDim(d, weight.dims[i] ?? -1)))) {
    problems.push(`weight ${shape} is derived from one of another shape`);
  }
  if (weight.derived?.kind === "folded_kernel" && !base) problems.push(`folded kernel ${shape} has no base`);
  return problems;
}

const isLegal = (d: Dim): boolean => isSymbolic(d) || (Number.isSafeInteger(d) && d >= 0);

function verifyTypes(graph: Graph): string[] {
  const illegal = (value: Value): string[] =>
    value.type.dims.every(isLegal) ? [] : [`${value.path} has an illegal dim`];
  return [...graph.inputs.map((input) => input.value), ...graph.nodes.flatMap((node) => node.outputs)].flatMap(illegal);
}

export function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && a.dims.length === b.dims.length && a.dims.every((d, i) => sameDim(d, b.dims[i] ?? -1));
}

/** Who reads each value; outputs and losses of the graph count as a reader of their own. */
export function readersOf(graph: Graph): ReadonlyMap<Value, readonly (Node | "output")[]> {
  const readers = new Map<Value, (Node | "output")[]>();
  const add = (value: Value, reader: Node | "output"): void => {
    const known = readers.get(value);
    if (known) known.push(reader);
    else readers.set(value, [reader]);
  };
  for (const node of graph.nodes) for (const input of node.inputs) add(input, node);
  for (const result of resultsOfGraph(graph)) add(result.value, "output");
  return readers;
}
