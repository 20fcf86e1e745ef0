// How far an answer is from the reference, relative to the size of the reference: the one measure that
// `verify` reports and tests assert.
import type { NDArray } from "../ops/index.ts";

/** Differences relative to `scale`, the largest absolute value of the reference that is finite. */
export interface Difference {
  readonly max: number;
  readonly mean: number;
  readonly scale: number;
}

/** Below this a float32 loses digits and then everything: a reference that small counts as zero. */
const smallestScale = 2 ** -100;

/** Infinite where shapes differ, or where one side is not a number, or infinite, and the other is not. */
export function differenceOf(
  reference: NDArray,
  answer: Pick<NDArray, "dims"> & { data: ArrayLike<number> },
): Difference {
  const scale = scaleOf(reference);
  const sameShape = reference.dims.join() === answer.dims.join() && reference.data.length === answer.data.length;
  if (!sameShape) return { max: Number.POSITIVE_INFINITY, mean: Number.POSITIVE_INFINITY, scale };
  let max = 0;
  let sum = 0;
  reference.data.forEach((value, at) => {
    const distance = distanceOf(value, answer.data[at] as number);
    max = Math.max(max, distance);
    sum += distance;
  });
  const unit = unitOf(scale);
  return { max: max / unit, mean: sum / Math.max(1, reference.data.length) / unit, scale };
}

/** What differences are relative to, where the scale is this. */
export const unitOf = (scale: number): number => (scale < smallestScale ? 1 : scale);

/** What is not finite has no size, and must not hide the rest. */
function scaleOf({ data }: Pick<NDArray, "data">): number {
  let scale = 0;
  for (const value of data) {
    const size = Math.abs(value);
    if (size > scale && Number.isFinite(Math.fround(size))) scale = size;
  }
  return scale;
}

/** Equal infinities agree, and so do two values that are no numbers. Single precision ends before double does. */
export function distanceOf(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const [single, other] = [Math.fround(a), Math.fround(b)];
  if (Number.isFinite(single) && Number.isFinite(other)) return Math.abs(a - b);
  return Object.is(single, other) ? 0 : Number.POSITIVE_INFINITY;
}

/**
 * Power of the reference over power of the difference, in decibels (SQNR); infinite where both agree, and minus
 * infinite where they do not on what is finite.
 */
export function signalToNoise({ data }: NDArray, answer: { readonly data: ArrayLike<number> }): number {
  let signal = 0;
  let noise = 0;
  data.forEach((value, at) => {
    if (Number.isFinite(value)) signal += value * value;
    noise += distanceOf(value, answer.data[at] as number) ** 2;
  });
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
