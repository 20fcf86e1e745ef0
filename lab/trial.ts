// One trial of a model: the sizes, the inputs, and what the text means for them, computed by the
// operators' own references in float64.
import {
  countMacs,
  elaborate,
  evaluate,
  type Graph,
  type ModelRequest,
  type NDArray,
  type Program,
  trialFeeds,
  trialSizes,
  type WeightReader,
} from "../compiler/index.ts";
import type { Diagnostic } from "../grammar/index.ts";

export type Arrays = ReadonlyMap<string, NDArray>;

export interface Trial {
  /** Free sizes and what they are in this trial. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly feeds: Arrays;
  /** Multiply-adds for one sample: how long the reference takes. */
  readonly macs: number;
  /** The outputs. Computed when first asked, like `values`. */
  reference(): Arrays;
  /** What every node of the graph should answer, by the path of the value. */
  values(): Arrays;
}

export interface TrialRequest {
  readonly program: Program;
  readonly request: ModelRequest;
  /** The graph that targets get, with its free sizes. */
  readonly graph: Graph;
  readonly weights: WeightReader;
  readonly seed: number;
}

export function tryOut(asked: TrialRequest): Trial | { readonly diagnostics: readonly Diagnostic[] } {
  const { program, request, weights, seed } = asked;
  const sizes = trialSizes(asked.graph);
  const { graph, diagnostics } = elaborate(program, { ...request, at: { ...sizes, ...request.at } }, "infer");
  if (!graph) return { diagnostics };
  const feeds = trialFeeds(graph, seed);
  return {
    sizes,
    feeds,
    macs: Number(countMacs(graph, graph.nodes)),
    reference: once(() => evaluate(graph, feeds, weights)),
    values: once(() => {
      const made = new Map<string, NDArray>();
      evaluate(graph, feeds, weights, (value, array) => made.set(value.path, array));
      return made;
    }),
  };
}

function once(compute: () => Arrays): () => Arrays {
  let answer: Arrays | undefined;
  return () => {
    answer ??= compute();
    return answer;
  };
}
