// What the rules about whole graphs look at.

import type { Graph } from "../../../ir/graph.ts";
import { isSymbolic } from "../../../sizes/dim/dim.ts";
import type { Program } from "../program.ts";

export interface GraphFacts {
  readonly opset: number;
  readonly ir: number;
  /** The free first axis of the inputs, by its name. */
  readonly freeBatch: string | undefined;
  /** Every other free size, as the user named them. */
  readonly freeSizes: readonly string[];
  readonly mostAxes: number;
  /** With `--no-weights`. */
  readonly openWeights: boolean;
}

export function factsOf(
  graph: Graph,
  program: Program,
  options: { readonly opset: number; readonly ir: number; readonly weights: unknown },
): GraphFacts {
  const first = graph.inputs[0]?.value.type.dims[0];
  const batch = first !== undefined && isSymbolic(first) ? graph.free.find((name) => name === first.key) : undefined;
  return {
    opset: options.opset,
    ir: options.ir,
    freeBatch: batch,
    freeSizes: graph.free.filter((name) => name !== batch),
    mostAxes: Math.max(0, ...[...program.types.values()].map(({ dims }) => dims.length)),
    openWeights: options.weights === undefined,
  };
}
