// A graph cut at values: what was computed becomes an input, and what is not needed any more is left out. Paths stay, of
// nodes as of weights, so that one checkpoint serves a graph and everything that is cut out of it.
import type { Graph, GraphInput, GraphOutput, Node, TensorType, Value } from "./graph.ts";
import { freeNames, reachable } from "./graph-walk.ts";

/** A value that becomes an input. */
export interface Given extends GraphInput {
  /** Another type than it has inside; what is computed from it keeps the types that it had. */
  readonly type?: TensorType;
}

/** The part of a graph between the given values and the outputs. It has no losses, and keeps no numbers up to date. */
export function cutGraph(whole: Graph, given: readonly Given[], outputs: readonly GraphOutput[]): Graph {
  const { updates: _, ...graph } = whole;
  const targets = outputs.map(({ value }) => value);
  const nodes = reachable(graph.nodes, targets, new Set(given.map(({ value }) => value)));
  const used = [...targets, ...nodes.flatMap((node) => [...node.inputs, ...node.outputs])];
  const free = 1 + used.reduce((most, { id }) => Math.max(most, id), 0);
  const inputs = given.map(({ name, value, type = value.type }, i) => ({
    name,
    value: { id: free + i, type, path: name },
  }));
  const values = new Map(given.map(({ value }, i) => [value, inputs[i]?.value ?? value]));
  const cut = rebuilt({ ...graph, inputs, outputs, losses: [], nodes }, values);
  return { ...cut, free: freeNames(inputs, graph.rules.origins) };
}

/** What differs where a node is made anew. */
export type Remade = Partial<Pick<Node, "params">> & { readonly types?: readonly TensorType[] };

/** Every node again, in order, with other values in place of some; `remake` sees its new inputs. */
export function rebuilt(
  graph: Graph,
  replaced: ReadonlyMap<Value, Value>,
  remake: (node: Node) => Remade = () => ({}),
): Graph {
  const values = new Map(replaced);
  const other = (value: Value): Value => values.get(value) ?? value;
  const nodes = graph.nodes.map((before) => {
    const node = { ...before, inputs: before.inputs.map(other) };
    const { types, params = node.params } = remake(node);
    if (!types) return { ...node, params };
    const outputs = before.outputs.map((output, index) => ({ ...output, type: types[index] ?? output.type }));
    before.outputs.forEach((output, index) => values.set(output, outputs[index] ?? output));
    return { ...node, params, outputs };
  });
  const instances = graph.instances.map((instance) => ({
    ...instance,
    inputs: new Map([...instance.inputs].map(([port, value]) => [port, other(value)])),
  }));
  const outputs = graph.outputs.map(({ name, value }) => ({ name, value: other(value) }));
  const words = graph.words && new Map([...graph.words].map(([value, word]) => [other(value), word]));
  return { ...graph, nodes, instances, outputs, ...(words && { words }) };
}
