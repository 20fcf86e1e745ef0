// Walks over a graph against the flow.
import type { Node, Value } from "./graph.ts";

/** The nodes that `targets` need, in order. */
export function reachable(nodes: readonly Node[], targets: readonly Value[]): readonly Node[] {
  const needed = new Set<Value>(targets);
  const kept: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    for (const input of node.inputs) needed.add(input);
    kept.push(node);
  }
  return kept.reverse();
}
