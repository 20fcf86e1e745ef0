// From what a tensor was seen to hold to the 256 steps that stand for it: step size and zero point.
import { type Histogram, type Moments, momentsOf } from "./histogram.ts";

/** x is about (q - zero) · scale, with q from 0 to 255. */
export interface Steps {
  readonly scale: number;
  readonly zero: number;
}

const levels = 255;
/** Steps of tensors that are all but zero: their inverse is still a float. */
const smallestScale = 2 ** -100;
/** How far a range may shrink, in steps of a fiftieth of it. */
const shrinkings = Array.from({ length: 36 }, (_, i) => 1 - i / 50);

/**
 * How much worse a clipped value is than the same error by rounding: rounding errors cancel on the way,
 * a clipped peak does not. Measured on the mask heads, drawn and released: 1 has the least mean error and
 * doubles the largest, 16 still raises the largest where activations have long tails, 256 lowers both.
 */
const clippingWeight = 256;
/** Answers of unseen inputs go beyond those that were seen; nothing behind rounds what is clipped here. */
const resultMargin = 1.125;

/** The steps of an answer of the model: everything that was seen, and some more. */
export function stepsForResult({ low, high }: Histogram, positive: boolean): Steps {
  if (!(high > low)) return stepsOf(Math.min(0, low), Math.max(0, high));
  return stepsOf(positive ? 0 : Math.min(0, low * resultMargin), Math.max(0, high * resultMargin));
}

/**
 * The range with the least mean squared error: clipping the few largest values makes all steps finer.
 * `positive`: what is below zero becomes zero, as a ReLU would make it.
 */
export function stepsFor(histogram: Histogram, positive: boolean): Steps {
  const low = positive ? 0 : Math.min(0, histogram.low);
  const high = Math.max(0, histogram.high);
  if (!(high > low)) return stepsOf(low, high);
  const moments = momentsOf(histogram);
  let best = { low, high, error: Number.POSITIVE_INFINITY };
  for (const top of high > 0 ? shrinkings : [1]) {
    for (const bottom of low < 0 ? shrinkings : [1]) {
      const [a, b] = [low * bottom, high * top];
      const error = squaredError(moments, a, b, positive);
      if (error < best.error) best = { low: a, high: b, error };
    }
  }
  return stepsOf(best.low, best.high);
}

export function stepsOf(low: number, high: number): Steps {
  if (!(high > low)) return { scale: 1, zero: 0 };
  const scale = Math.max(smallestScale, Math.fround((high - low) / levels));
  return { scale, zero: Math.round((0 - low) / scale) };
}

function squaredError(moments: Moments, low: number, high: number, positive: boolean): number {
  const [under, over] = [moments.below(low), moments.below(high)];
  const { all } = moments;
  const inside = over[0] - under[0];
  const step = (high - low) / levels;
  // Values on the wrong side of a ReLU are no loss: zero is what they should be.
  const clippedLow = positive ? 0 : distance(under[0], under[1], under[2], low);
  const clippedHigh = distance(all[0] - over[0], all[1] - over[1], all[2] - over[2], high);
  return (inside * step * step) / 12 + clippingWeight * (clippedLow + clippedHigh);
}

/** Sum of (x - edge)². */
const distance = (count: number, sum: number, squares: number, edge: number): number =>
  Math.max(0, squares - 2 * edge * sum + edge * edge * count);
