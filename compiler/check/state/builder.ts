// Collects what an elaboration makes. While sizes are found nothing is made: nodes are only counted,
// in BigInt, with repeats multiplied, so that the size of a network is known before it is expanded.
import type { Span } from "../../../grammar/index.ts";
import type { TensorType, Value } from "../../ir/graph.ts";
import { NodeBuilder } from "../../ir/node-builder.ts";
import { type Dim, sameDim } from "../../sizes/dim/dim.ts";
import type { OpenInstance } from "./instances.ts";

/** Nodes of a network; 200,000 nodes take about 150 MB. */
export const nodeLimit = 200_000;

/** The first use of a shared weight: later uses must agree with it. */
interface FirstUse {
  readonly dims: readonly Dim[];
  readonly span: Span;
  readonly input: TensorType | undefined;
}

export class Builder extends NodeBuilder {
  /** Nodes of the network so far, repeats multiplied. */
  count = 0n;
  /** Uses of operators that have weights, repeats multiplied or not: only whether it grows matters. */
  weighted = 0;
  /** Operators that were really looked at: bounds the time of a pass that cannot multiply. */
  work = 0;
  readonly instances: OpenInstance[] = [];
  /** What a pattern calls the values that it takes apart; the first name counts. */
  readonly words = new Map<Value, string>();
  readonly #shared = new Map<string, FirstUse>();

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
