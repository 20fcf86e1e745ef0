// How far rounding may carry an answer. Where values cancel, or are rounded to whole numbers, single precision is
// far from double although nothing is wrong. What is meant is then run again with every number that a node reads
// a little off, and what moves by as much is no fault. That finds the scale of what was summed, however it was
// summed, and lets a whole number differ by a step where it lies beside one.
import {
  distanceOf,
  evaluate,
  type Graph,
  type NDArray,
  type Node,
  operators,
  type WeightReader,
} from "../compiler/index.ts";
import type { Arrays } from "./layout.ts";

/** In units of the value itself: the largest, and the mean. */
export interface Spread {
  readonly max: number;
  readonly mean: number;
}

/** By the path of a value. */
export type Spreads = ReadonlyMap<string, Spread>;

const runs = 2;

/** `amount`: by which part of itself a number is off. `exact` holds what every node should answer, by path. */
export function spreadsOf(
  { graph, feeds, weights }: { readonly graph: Graph; readonly feeds: Arrays; readonly weights: WeightReader },
  exact: Arrays,
  amount: number,
): Spreads {
  const spreads = new Map<string, Spread>();
  for (let run = 1; run <= runs; run++) {
    const sign = signs(run);
    evaluate(graph, feeds, weights, {
      read: (array, node, type) =>
        type && type.dtype !== "f32" ? array : disturbed(array, amount * lengthFactor(node), sign),
      watch: ({ path }, array) => {
        const reference = exact.get(path);
        if (reference) spreads.set(path, wider(spreads.get(path), spreadOf(reference, array)));
      },
    });
  }
  return spreads;
}

/** The sum of n products in single precision is off by about √n roundings, of which engines keep some lanes apart. */
function lengthFactor(node: Node): number {
  const results = node.outputs.reduce((sum, { type }) => sum + countOf(type.dims), 0);
  const read = node.inputs.reduce((sum, { type }) => sum + countOf(type.dims), 0);
  const operator = operators[node.op as keyof typeof operators];
  const typesOf = (values: Node["inputs"]) => values.map(({ type }) => type);
  const macs =
    "macs" in operator ? Number(operator.macs(typesOf(node.inputs), typesOf(node.outputs), node.params as never)) : 0;
  return Math.max(1, Math.sqrt(Math.max(macs, read) / Math.max(1, results)) / 8);
}

const countOf = (dims: readonly unknown[]): number => dims.reduce<number>((n, dim) => n * Number(dim), 1);

function disturbed({ dims, data }: NDArray, amount: number, sign: () => number): NDArray {
  return { dims, data: data.map((value) => value * (1 + amount * sign())) };
}

/** Plus and minus one, the same on every machine. */
function signs(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >= 2 ** 31 ? 1 : -1;
  };
}

/** What is not finite moves nowhere that says something. */
function spreadOf(reference: NDArray, { data }: NDArray): Spread {
  let max = 0;
  let sum = 0;
  reference.data.forEach((value, at) => {
    const distance = distanceOf(value, data[at] as number);
    if (!Number.isFinite(distance)) return;
    max = Math.max(max, distance);
    sum += distance;
  });
  return { max, mean: sum / Math.max(1, reference.data.length) };
}

const wider = (a: Spread = { max: 0, mean: 0 }, b: Spread): Spread => ({
  max: Math.max(a.max, b.max),
  mean: Math.max(a.mean, b.mean),
});
