// Takes out nodes that hand their input on: what `if` branches, unused factors and dropout leave. Each operator says
// which of its uses do.
import type { Graph, Node, Phase, Value } from "../ir/graph.ts";
import { primitiveOf } from "../ops/of-node.ts";
import { replaceNodes, replaceValues } from "./rewrite.ts";

export function removeIdentities(graph: Graph): Graph {
  const values = new Map<Value, Value>();
  const nodes = new Map<Node, undefined>();
  for (const node of graph.nodes) {
    const [input] = node.inputs;
    const [output] = node.outputs;
    if (!input || !output || !isIdentity(node, graph.phase)) continue;
    nodes.set(node, undefined);
    values.set(output, input);
  }
  return replaceValues(replaceNodes(graph, nodes), values);
}

function isIdentity(node: Node, phase: Phase): boolean {
  const types = { inputs: node.inputs.map(({ type }) => type), outputs: node.outputs.map(({ type }) => type) };
  return primitiveOf(node).identity?.(node.params as never, types, phase) ?? false;
}
