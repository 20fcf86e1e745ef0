// Inputs for a trial run: sizes that the model accepts, and numbers that look random but are the same
// on every machine.
import { concreteDims } from "../ir/axes.ts";
import type { Graph, TensorType } from "../ir/graph.ts";
import { drawWeight } from "../ir/initial.ts";
import type { NDArray } from "../ops/index.ts";
import { everySize, nextSize } from "../sizes/set/set.ts";

/** Small, and still large enough that borders and middles differ. */
const usualSize = 8;

/**
 * A size for each free dimension: 2 for leading axes such as the batch, for others the smallest from 8
 * on that the size rule allows. Where two dimensions are bound to each other the answer may be refused
 * when the model is elaborated at it.
 */
export function trialSizes(graph: Graph): Readonly<Record<string, number>> {
  const leading = new Set(graph.inputs.flatMap(({ value }) => leadingNames(value.type)));
  return Object.fromEntries(
    graph.free.map((name) => {
      const least = leading.has(name) ? 2 : usualSize;
      const sizes = graph.rules.sizes.get(name) ?? everySize;
      return [name, nextSize(sizes, least) ?? nextSize(sizes, 1) ?? least];
    }),
  );
}

/** The axes in front of [H, W, C], or in front of the features of a vector. */
function leadingNames({ dims }: TensorType): string[] {
  const count = dims.length >= 4 ? dims.length - 3 : 1;
  return dims.slice(0, count).flatMap((dim) => (typeof dim === "number" ? [] : [dim.key]));
}

/** Standard normal floats (rounded to float32), whole numbers from 0 to 3, and coin tosses, by input name. */
export function trialFeeds(graph: Graph, seed: number): ReadonlyMap<string, NDArray> {
  return new Map(graph.inputs.map(({ name, value }) => [name, trialArray(name, value.type, seed)]));
}

/** Numbers for one input; other names and other seeds give others. */
export function trialArray(name: string, { dtype, dims: symbolic }: TensorType, seed: number): NDArray {
  const dims = concreteDims({ path: name, dims: symbolic });
  const size = dims.reduce((a, b) => a * b, 1);
  const initialiser = { kind: "normal", deviation: 1 } as const;
  const drawn = drawWeight(
    { path: `input ${name}`, axes: "C", dims: [size], initialiser, trainable: false },
    "C",
    seed,
  );
  const data = Float64Array.from(drawn);
  if (dtype === "i32") return { dims, data: data.map((v) => Math.min(3, Math.floor(2 * Math.abs(v)))) };
  return { dims, data: dtype === "bool" ? data.map((v) => Number(v > 0)) : data };
}
