// Probabilities over the last axis.
import { zeros } from "./ndarray.ts";
import { nth } from "./nth.ts";
import type { NDArray } from "./primitive.ts";

/** The largest value of a row is subtracted first, so that no exponential overflows. */
export function softmaxOf(x: NDArray): NDArray {
  const channels = nth(x.dims, -1);
  const out = zeros(x.dims);
  for (let at = 0; at < x.data.length; at += channels) {
    const row = x.data.subarray(at, at + channels);
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const powers = row.map((value) => Math.exp(value - most));
    const total = powers.reduce((a, b) => a + b, 0);
    out.data.set(
      powers.map((power) => power / total),
      at,
    );
  }
  return out;
}
