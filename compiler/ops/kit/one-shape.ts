// Shape rules of operators with several inputs of one shape. Nothing is broadcast.

import type { TensorType } from "../../ir/graph.ts";
import { type Dim, subtractDims } from "../../sizes/dim/dim.ts";
import { nth } from "./nth.ts";
import { type Failure, fail, type Sizes } from "./primitive.ts";
import { axisName } from "./types.ts";

/** What a message says one does with the operator: "cannot add f32 and i32". */
const verbs: Readonly<Record<string, string>> = { sub: "subtract", mul: "multiply", div: "divide" };

/** Joins take one type; the failure names both. */
export function wantOneType(op: string, inputs: readonly TensorType[]): Failure | undefined {
  const { dtype } = nth(inputs, 0);
  const other = inputs.find((type) => type.dtype !== dtype);
  return other && fail("DM4209", { op: verbs[op] ?? op, left: dtype, right: other.dtype });
}

interface Difference {
  readonly text: string;
  readonly help: readonly string[];
}

/** How two shapes differ, in the user's words; undefined when they are equal. */
function differenceOf(left: TensorType, right: TensorType, sizes: Sizes): Difference | undefined {
  const rank = left.dims.length;
  if (rank !== right.dims.length)
    return { text: `ranks differ (${rank} and ${right.dims.length})`, help: spread(left, right, sizes) };
  const axis = left.dims.findIndex((dim, i) => !sizes.equal(dim, nth(right.dims, i)));
  if (axis < 0) return undefined;
  const [a, b] = [nth(left.dims, axis), nth(right.dims, axis)];
  const name = axisName(rank, axis);
  const pair = `(${sizes.show(a)} and ${sizes.show(b)})`;
  if (name === "channels") return { text: `channels differ ${pair}`, help: [projection(a, b, rank, sizes)] };
  if (name === "height" || name === "width")
    return { text: `${name}s differ ${pair}`, help: cutByPadding(a, b) ? ["use `pad = half`"] : [] };
  return { text: `sizes of ${name} differ ${pair}`, help: [] };
}

/** A vector against a map: what other libraries broadcast. */
function spread(left: TensorType, right: TensorType, sizes: Sizes): readonly string[] {
  const [map, vector] = left.dims.length > right.dims.length ? [left, right] : [right, left];
  if (map.dims.length < 4 || vector.dims.length !== 2) return [];
  const [height, width] = [sizes.show(nth(map.dims, -3)), sizes.show(nth(map.dims, -2))];
  return [`nothing is broadcast; \`tile_to(${height}, ${width})\` repeats a vector over the map`];
}

function projection(a: Dim, b: Dim, rank: number, sizes: Sizes): string {
  const wider = typeof a === "number" && typeof b === "number" ? Math.max(a, b) : b;
  const layer = rank >= 4 ? `conv(${sizes.show(wider)}, k = 1, bias = false) -> bn` : `dense(${sizes.show(wider)})`;
  return `project one side first: \`-> ${layer}\``;
}

/** Windows without padding cut a small even amount, whatever the size. */
function cutByPadding(a: Dim, b: Dim): boolean {
  const difference = subtractDims(a, b);
  if (typeof difference !== "number" || difference % 2 !== 0) return false;
  return typeof a !== "number" || Math.abs(difference) <= Math.min(8, a / 4);
}

/** The type that all inputs share, or how the first pair that differs does. */
export function equalShapes(op: string, inputs: readonly TensorType[], sizes: Sizes): TensorType | Failure {
  const first = nth(inputs, 0);
  const wrong = wantOneType(op, inputs);
  if (wrong) return wrong;
  for (const other of inputs.slice(1)) {
    const difference = differenceOf(first, other, sizes);
    if (!difference) continue;
    const slots = { left: sizes.showType(first), right: sizes.showType(other), difference: difference.text };
    const more = { help: difference.help };
    return op === "add" && inputs.length === 2
      ? fail("DM4201", slots, more)
      : fail("DM4201/join", { ...slots, op }, more);
  }
  return first;
}
