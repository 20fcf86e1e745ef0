// How much is run at all, decided before anything is allocated.
import type { Work } from "../compiler/index.ts";

export interface Bounds {
  /** Numbers that are held at once. */
  readonly numbers: number;
  /** Multiply-adds and the like. */
  readonly steps: number;
}

/** What the reference does in a few tenths of a second and as many megabytes. */
export const quickBounds: Bounds = { numbers: 2 ** 23, steps: 2 ** 26 };

/** What was asked for may take an hour, and eight gigabytes in double precision. */
export const largestBounds: Bounds = { numbers: 2 ** 30, steps: 2 ** 40 };

/** Why a run is out of bounds, in words; undefined where it is not. `numbers`: how many it holds at once. */
export function excessOf(numbers: number, { steps }: Pick<Work, "steps">, bounds: Bounds): string | undefined {
  if (numbers > bounds.numbers)
    return `its tensors hold ${inWords(numbers)} numbers, and ${inWords(bounds.numbers)} are taken`;
  if (steps > bounds.steps) return `it takes ${inWords(steps)} steps, and ${inWords(bounds.steps)} are taken`;
  return undefined;
}

const inWords = (count: number): string =>
  count < 1e6
    ? Math.round(count).toLocaleString("en-US")
    : Number(count.toPrecision(3)).toExponential().replace("+", "");

/** A machine may have less memory than the bounds allow: then an array is refused. */
export const isOutOfMemory = (problem: unknown): boolean =>
  problem instanceof RangeError && /allocation failed|Invalid (typed )?array (buffer )?length/i.test(problem.message);
