// Means, and how sure they are.
import { randomFrom } from "../../data/index.ts";

export interface Estimate {
  readonly mean: number;
  readonly count: number;
  /** A bootstrap interval of 95 %, by percentiles; undefined below three values. */
  readonly interval: readonly [number, number] | undefined;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const resamples = 10_000;

export function estimate(values: readonly number[]): Estimate {
  if (values.length < 3) return { mean: mean(values), count: values.length, interval: undefined };
  const random = randomFrom(2104, values.length);
  const means = Float64Array.from({ length: resamples }, () => mean(values.map(() => random.pick(values)))).sort();
  const at = (share: number): number => means[Math.round(share * (resamples - 1))]!;
  return { mean: mean(values), count: values.length, interval: [at(0.025), at(0.975)] };
}

/** How likely at least `wins` of `count` fair coins are. */
export function signTest(wins: number, count: number): number {
  let [ways, sum] = [1, 0];
  for (let k = count; k >= wins; k--) {
    sum += ways;
    ways = (ways * k) / (count - k + 1);
  }
  return sum / 2 ** count;
}
