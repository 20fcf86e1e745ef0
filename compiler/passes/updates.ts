// What a step of training makes of weights that are not trained, as values of the graph: every operator says what
// becomes of its own. A weight that several uses share moves from one use to the next.
import type { Graph, GraphOutput, Node, ParamValues, TensorType, Value, Weight } from "../ir/graph.ts";
import { NodeBuilder } from "../ir/node-builder.ts";
import { primitiveOf } from "../ops/of-node.ts";

/** The train graph with `updates`; any other has none. */
export function withUpdates(graph: Graph): Graph {
  if (graph.phase !== "train") return graph;
  const moving = new Moving(graph);
  const nodes = graph.nodes.flatMap((node) => [node, ...moving.after(node)]);
  return { ...graph, nodes, updates: moving.updates() };
}

class Moving {
  readonly #builder: NodeBuilder;
  /** Each weight as it is after the nodes so far. */
  readonly #now = new Map<Weight, Value>();

  constructor({ inputs, nodes }: Graph) {
    const values = [...inputs.map(({ value }) => value), ...nodes.flatMap(({ outputs }) => outputs)];
    this.#builder = new NodeBuilder(values.reduce((most, { id }) => Math.max(most, id + 1), 0));
  }

  /** The nodes that compute what the node makes of its weights. */
  after(node: Node): readonly Node[] {
    const rule = primitiveOf(node).updates;
    const weights = (rule?.roles ?? []).map((role) => node.weights[role] as Weight);
    if (!rule || weights.length === 0) return [];
    const start = this.#builder.nodes.length;
    const before = weights.map((weight) => this.#now.get(weight) ?? this.#read(weight, node));
    const inputs = [...node.inputs, ...before];
    const params = rule.params(node.params as never);
    const types = weights.map(({ dims }): TensorType => ({ dtype: "f32", dims }));
    const outputs = this.#make(rule.op, inputs, types, params, {}, `${node.path}/after`, node);
    weights.forEach((weight, i) => this.#now.set(weight, outputs[i] as Value));
    return this.#builder.nodes.slice(start);
  }

  /** The weight as it was before the step. */
  #read(weight: Weight, reader: Node): Value {
    const type: TensorType = { dtype: "f32", dims: weight.dims };
    const [value] = this.#make("weight", [], [type], { sizes: weight.dims }, { value: weight }, weight.path, reader);
    return value as Value;
  }

  #make(
    op: string,
    inputs: readonly Value[],
    types: readonly TensorType[],
    params: ParamValues,
    weights: Node["weights"],
    path: string,
    { origin }: Node,
  ): readonly Value[] {
    return this.#builder.node({ op, inputs, types, params, weights, path, origin });
  }

  updates(): readonly GraphOutput[] {
    return [...this.#now].map(([{ path }, value]) => ({ name: `after/${path}`, value }));
  }
}
