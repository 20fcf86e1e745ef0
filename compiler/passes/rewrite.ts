// What passes do to a graph, as two moves: other values in place of some, other nodes in place of some.
import type { Graph, GraphOutput, Node, Value } from "../ir/graph.ts";

export type Pass = (graph: Graph) => Graph;

/** Reads `values.get(v)` wherever the graph read v; follows chains of replacements. */
export function replaceValues(graph: Graph, values: ReadonlyMap<Value, Value>): Graph {
  if (values.size === 0) return graph;
  const final = (value: Value): Value => {
    let at = value;
    for (let next = values.get(at); next; next = values.get(at)) at = next;
    return at;
  };
  const output = (o: GraphOutput): GraphOutput => ({ name: o.name, value: final(o.value) });
  const nodes = graph.nodes.map((node) =>
    node.inputs.some((input) => values.has(input)) ? { ...node, inputs: node.inputs.map(final) } : node,
  );
  const { outputs, losses, updates } = graph;
  const moved = updates && { updates: updates.map(output) };
  return { ...graph, nodes, outputs: outputs.map(output), losses: losses.map(output), ...moved };
}

/** Puts other nodes in the place of some; `undefined` takes a node out. */
export function replaceNodes(graph: Graph, nodes: ReadonlyMap<Node, Node | undefined>): Graph {
  if (nodes.size === 0) return graph;
  const kept = graph.nodes.flatMap((node) => {
    const other = nodes.has(node) ? nodes.get(node) : node;
    return other ? [other] : [];
  });
  return { ...graph, nodes: kept };
}
