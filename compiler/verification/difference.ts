// How far an answer is from the reference, relative to the size of the reference: the one measure that
// `verify` reports and tests assert.
import type { NDArray } from "../ops/index.ts";

/** Differences relative to `scale`, the largest absolute value of the reference. */
export interface Difference {
  readonly max: number;
  readonly mean: number;
  readonly scale: number;
}

/** Below this a float32 loses digits and then everything: a reference that small counts as zero. */
const smallestScale = 2 ** -100;

/** Infinite where shapes differ, or where one side is not a number and the other is. */
export function differenceOf(
  reference: NDArray,
  answer: Pick<NDArray, "dims"> & { data: ArrayLike<number> },
): Difference {
  let scale = 0;
  for (const value of reference.data) scale = Math.max(scale, Math.abs(value));
  const sameShape = reference.dims.join() === answer.dims.join() && reference.data.length === answer.data.length;
  if (!sameShape) return { max: Number.POSITIVE_INFINITY, mean: Number.POSITIVE_INFINITY, scale };
  let max = 0;
  let sum = 0;
  reference.data.forEach((value, at) => {
    const distance = distanceOf(value, answer.data[at] as number);
    max = Math.max(max, distance);
    sum += distance;
  });
  const unit = scale < smallestScale ? 1 : scale;
  return { max: max / unit, mean: sum / Math.max(1, reference.data.length) / unit, scale };
}

/** Equal infinities, and two values that are no numbers, agree. */
function distanceOf(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const distance = Math.abs(a - b);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

/** Power of the reference over power of the difference, in decibels (SQNR); infinite where both agree. */
export function signalToNoise({ data }: NDArray, answer: { readonly data: ArrayLike<number> }): number {
  let signal = 0;
  let noise = 0;
  data.forEach((value, at) => {
    signal += value * value;
    noise += (value - (answer.data[at] as number)) ** 2;
  });
  return 10 * Math.log10(signal / noise);
}
