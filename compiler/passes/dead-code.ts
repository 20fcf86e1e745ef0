// Takes out nodes that no output and no loss needs: what a dropped skip leaves behind.
import type { Graph, Node, Value } from "../ir/graph.ts";

export function removeDeadCode(graph: Graph): Graph {
  const needed = new Set<Value>([...graph.outputs, ...graph.losses].map((result) => result.value));
  const live: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    for (const input of node.inputs) needed.add(input);
    live.push(node);
  }
  return live.length === graph.nodes.length ? graph : { ...graph, nodes: live.reverse() };
}
