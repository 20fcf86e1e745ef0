// Walks over a graph against the flow, and what its inputs leave open.
import { isSymbolic, type Origin, variablesOf } from "../sizes/dim/dim.ts";
import type { GraphInput, Node, Value } from "./graph.ts";

/** The nodes that `targets` need, in order; what is given needs none. */
export function reachable(
  nodes: readonly Node[],
  targets: readonly Value[],
  given: ReadonlySet<Value> = new Set(),
): readonly Node[] {
  const needed = new Set<Value>(targets);
  const kept: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output) && !given.has(output))) continue;
    for (const input of node.inputs) needed.add(input);
    kept.push(node);
  }
  return kept.reverse();
}

/** Free sizes of the inputs under the names of the text, in order of first use. */
export function freeNames(inputs: readonly GraphInput[], origins: ReadonlyMap<string, Origin>): readonly string[] {
  const names = new Set<string>();
  for (const { value } of inputs) {
    for (const dim of value.type.dims)
      if (isSymbolic(dim)) for (const name of variablesOf(dim)) names.add(origins.get(name)?.name ?? name);
  }
  return [...names];
}
