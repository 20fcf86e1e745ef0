// Which values are the best, for the reference. Engines choose in single precision, and so does the released code: what
// is equal there is a tie here as well, however much more double precision knows.

/** A number as engines compare it; what is no number is the least of all. */
const single = (value: number): number => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : Math.fround(value));

/** The places of the `count` largest values, best first; equal ones in order. There are fewer if `values` has fewer. */
export function bestOf(values: ArrayLike<number>, count: number): readonly number[] {
  const rounded = Float32Array.from(values, single);
  const order = Uint32Array.from(rounded, (_, place) => place);
  order.sort((a, b) => (rounded[b] === rounded[a] ? a - b : rounded[b]! - rounded[a]!));
  return [...order.subarray(0, count)];
}

export const isAbove = (value: number, threshold: number): boolean => single(value) > Math.fround(threshold);
