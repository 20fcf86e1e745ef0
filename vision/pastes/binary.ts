// Probabilities as a mask.
import { refuse } from "../error.ts";

/** 1 where a value is above the threshold, 0 elsewhere (also for NaN). Refuses a threshold that is NaN. */
export function binaryMask(values: ArrayLike<number>, threshold = 0.5): Uint8Array {
  if (Number.isNaN(threshold)) refuse("the threshold of a mask is NaN");
  const mask = new Uint8Array(values.length);
  for (let at = 0; at < mask.length; at++) if (values[at]! > threshold) mask[at] = 1;
  return mask;
}
