// What the float model did on the calibration inputs, tensor by tensor. Filled run by run.
import { addValues, type Histogram, newHistogram } from "./histogram.ts";

export interface Seen {
  readonly histogram: Histogram;
  /** Sum of every channel (axis 1), and how many values each had; empty for tensors without channels. */
  sums: Float64Array;
  perChannel: number;
}

export type Calibration = Map<string, Seen>;

export const newCalibration = (): Calibration => new Map();

export interface Tensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

export function observe(calibration: Calibration, name: string, { dims, data }: Tensor): void {
  const channels = dims[1] ?? 0;
  const seen = calibration.get(name) ?? {
    histogram: newHistogram(),
    sums: new Float64Array(channels),
    perChannel: 0,
  };
  calibration.set(name, seen);
  addValues(seen.histogram, data);
  const inner = dims.slice(2).reduce((a, b) => a * b, 1);
  const outer = dims[0] ?? 0;
  for (let n = 0, at = 0; n < outer; n++)
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (const end = at + inner; at < end; at++) sum += data[at] as number;
      seen.sums[c] = (seen.sums[c] ?? 0) + sum;
    }
  seen.perChannel += inner * outer;
}

/** The mean of every channel; undefined for a tensor that was never seen. */
export function channelMeans(seen: Seen): Float64Array {
  return seen.sums.map((sum) => sum / Math.max(1, seen.perChannel));
}
