// Collects what an elaboration makes. While sizes are found nothing is made: nodes are only counted,
// in BigInt, with repeats multiplied, so that the size of a network is known before it is expanded.
import type { Span } from "../../../grammar/index.ts";
import type { Node, NodeOrigin, ParamValues, TensorType, Value, Weight } from "../../ir/graph.ts";
import type { WeightSpec } from "../../ops/index.ts";
import { type Dim, sameDim } from "../../sizes/dim/dim.ts";

import type { OpenInstance } from "./instances.ts";

/** Nodes of a network; 200,000 nodes take about 150 MB. */
export const nodeLimit = 200_000;

interface NewNode {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly types: readonly TensorType[];
  readonly params: ParamValues;
  readonly weights: Readonly<Record<string, Weight>>;
  readonly path: string;
  readonly origin: NodeOrigin;
}

/** The first use of a shared weight: later uses must agree with it. */
interface FirstUse {
  readonly dims: readonly Dim[];
  readonly span: Span;
  readonly input: TensorType | undefined;
}

export class Builder {
  /** Nodes of the network so far, repeats multiplied. */
  count = 0n;
  /** Uses of operators that have weights, repeats multiplied or not: only whether it grows matters. */
  weighted = 0;
  /** Operators that were really looked at: bounds the time of a pass that cannot multiply. */
  work = 0;
  readonly nodes: Node[] = [];
  readonly instances: OpenInstance[] = [];
  /** Paths that two nodes have, or weights that are not shared. */
  readonly clashes = new Set<string>();
  readonly #paths = new Set<string>();
  readonly #weights = new Map<string, { readonly weight: Weight; readonly shared: boolean }>();
  readonly #shared = new Map<string, FirstUse>();
  #values = 0;

  value(type: TensorType, path: string): Value {
    return { id: this.#values++, type, path };
  }

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
  weight(path: string, spec: WeightSpec, shared: boolean): Weight {
    const known = this.#weights.get(path);
    if (known && !(known.shared && shared)) this.clashes.add(path);
    if (known) return known.weight;
    const weight = { path, ...spec };
    this.#weights.set(path, { weight, shared });
    return weight;
  }

  /** Remembers the first use of a shared weight; answers it when this use has another shape. */
  sharedUse(path: string, dims: readonly Dim[], span: Span, input: TensorType | undefined): FirstUse | undefined {
    const first = this.#shared.get(path);
    if (!first) {
      this.#shared.set(path, { dims, span, input });
      return undefined;
    }
    const same = first.dims.length === dims.length && first.dims.every((dim, axis) => sameDim(dim, dims[axis] ?? 0));
    return same ? undefined : first;
  }
}
