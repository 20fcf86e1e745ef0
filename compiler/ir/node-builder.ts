// Makes values, nodes and weights. Whoever builds or rewrites a graph makes them here, so that numbers of values
// are never given twice, and a path always means one weight.
import type { Node, NodeOrigin, ParamValues, TensorType, Value, Weight } from "./graph.ts";

export interface NewNode {
  readonly op: string;
  readonly inputs: readonly Value[];
  /** Of the outputs. */
  readonly types: readonly TensorType[];
  readonly params: ParamValues;
  readonly weights: Readonly<Record<string, Weight>>;
  readonly path: string;
  readonly origin: NodeOrigin;
}

export class NodeBuilder {
  readonly nodes: Node[] = [];
  /** Paths that two nodes have, or weights that are not shared. */
  readonly clashes = new Set<string>();
  readonly #paths = new Set<string>();
  readonly #weights = new Map<string, { readonly weight: Weight; readonly shared: boolean }>();
  #values: number;

  /** `first`: the number of its first value, for a builder that adds to a graph. */
  constructor(first = 0) {
    this.#values = first;
  }

  value(type: TensorType, path: string): Value {
    return { id: this.#values++, type, path };
  }

  /** One value for each type; several results are told apart by their place: `rpn:0`, `rpn:1`. */
  node(made: NewNode): readonly Value[] {
    const outputs = made.types.map((type, index) =>
      this.value(type, made.types.length === 1 ? made.path : `${made.path}:${index}`),
    );
    const { op, inputs, params, weights, path, origin } = made;
    if (this.#paths.has(path)) this.clashes.add(path);
    this.#paths.add(path);
    this.nodes.push({ op, inputs, outputs, params, weights, path, origin });
    return outputs;
  }

  /** The weight of that path; `shared` blocks ask for it at every use. */
  weight(path: string, spec: Omit<Weight, "path">, shared: boolean): Weight {
    const known = this.#weights.get(path);
    if (known && !(known.shared && shared)) this.clashes.add(path);
    if (known) return known.weight;
    const weight = { path, ...spec };
    this.#weights.set(path, { weight, shared });
    return weight;
  }
}
