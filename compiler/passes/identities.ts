// Takes out nodes that hand their input on: what `if` branches, unused factors and dropout leave.
import type { Graph, Node, Phase, Value } from "../ir/graph.ts";
import { sameType } from "../ir/verify.ts";
import { replaceNodes, replaceValues } from "./rewrite.ts";

type Predicate = (node: Node, phase: Phase) => boolean;

const always: Predicate = () => true;
const ofOneInput: Predicate = (node) => node.inputs.length === 1;
/** No axis grows, shrinks or gets another name: these operators cannot do anything else. */
const keepsType: Predicate = (node) => {
  const [input] = node.inputs;
  const [output] = node.outputs;
  return input !== undefined && output !== undefined && sameType(input.type, output.type);
};
/** A window of one pixel; the type is kept only where the step is one, too. */
const ofOnePixel: Predicate = (node, phase) =>
  Array.isArray(node.params["k"]) && node.params["k"].every((size) => size === 1) && keepsType(node, phase);

/** An operator that is not here is never an identity. */
const identities: Readonly<Record<string, Predicate>> = {
  id: always,
  dropout: (_node, phase) => phase === "infer",
  add: ofOneInput,
  concat: ofOneInput,
  scale: (node) => node.params["by"] === 1,
  cast: keepsType,
  reshape: keepsType,
  flatten: keepsType,
  slice: keepsType,
  pad: keepsType,
  upsample: keepsType,
  max_pool: ofOnePixel,
  avg_pool: ofOnePixel,
  transpose: (node) => Array.isArray(node.params["axes"]) && node.params["axes"].every((axis, i) => axis === i + 1),
};

export function removeIdentities(graph: Graph): Graph {
  const values = new Map<Value, Value>();
  const nodes = new Map<Node, undefined>();
  for (const node of graph.nodes) {
    const isIdentity = Object.hasOwn(identities, node.op) && identities[node.op]?.(node, graph.phase);
    const [input] = node.inputs;
    const [output] = node.outputs;
    if (!isIdentity || !input || !output) continue;
    nodes.set(node, undefined);
    values.set(output, input);
  }
  return replaceValues(replaceNodes(graph, nodes), values);
}
