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
} from "../../compiler/index.ts";
import type { Diagnostic } from "../../grammar/index.ts";
import type { Layout } from "../targets/index.ts";
import type { Arrays } from "./runners.ts";

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

/** The array as the interface wants it: feature maps [.., H, W, C] become [.., C, H, W] with `nchw`. */
export function toInterface(array: NDArray, layout: Layout): NDArray {
  return layout === "nhwc" ? array : moved(array, [2, 0, 1]);
}

export function fromInterface(array: NDArray, layout: Layout): NDArray {
  return layout === "nhwc" ? array : moved(array, [1, 2, 0]);
}

/** Reorders the last three axes of what has a batch in front of them: new axis i is the old `order[i]`. */
function moved({ dims, data }: NDArray, order: readonly [number, number, number]): NDArray {
  if (dims.length < 4) return { dims, data };
  const last = dims.slice(-3);
  const steps = [(last[1] ?? 1) * (last[2] ?? 1), last[2] ?? 1, 1];
  const [a = 1, b = 1, c = 1] = order.map((axis) => last[axis]);
  const [stepA = 1, stepB = 1, stepC = 1] = order.map((axis) => steps[axis]);
  const out = new Float64Array(data.length);
  let at = 0;
  for (let start = 0; start < data.length; start += a * b * c) {
    for (let i = 0; i < a; i++) {
      for (let j = 0; j < b; j++) {
        for (let k = 0; k < c; k++) out[at++] = data[start + i * stepA + j * stepB + k * stepC] as number;
      }
    }
  }
  return { dims: [...dims.slice(0, -3), a, b, c], data: out };
}
