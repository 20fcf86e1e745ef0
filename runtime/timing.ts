// How long a piece of work takes, on machines that do other things as well: warm-up, then rounds in
// which every candidate runs once, so that what disturbs one disturbs all. The medians of such rounds
// can be compared; a single fast run cannot.
import type { EngineFailure } from "./session.ts";

export interface Candidate {
  readonly name: string;
  /** One run of the work: how many milliseconds it took, measured where it ran. */
  run(): Promise<number | EngineFailure>;
}

export interface TimingOptions {
  /** Rounds that count, at least one. */
  readonly runs: number;
  /** Rounds before those, for caches, memory and threads. */
  readonly warmups: number;
  /** Called after every run with the number of runs done and the number that there will be. */
  progress?(done: number, total: number): void;
}

/** Wall-clock milliseconds by candidate, one per round; the first failure ends it. */
export async function timeInterleaved(
  candidates: readonly Candidate[],
  { runs, warmups, progress }: TimingOptions,
): Promise<readonly (readonly number[])[] | EngineFailure> {
  const samples = candidates.map((): number[] => []);
  const total = (runs + warmups) * candidates.length;
  let done = 0;
  for (let round = -warmups; round < runs; round++) {
    // Every other round goes backwards: nobody always runs behind the same neighbour.
    const order = candidates.map((_, index) => (round % 2 === 0 ? index : candidates.length - 1 - index));
    for (const index of order) {
      const milliseconds = await (candidates[index] as Candidate).run();
      if (typeof milliseconds !== "number") return milliseconds;
      if (round >= 0) samples[index]?.push(milliseconds);
      progress?.(++done, total);
    }
  }
  return samples;
}

/** The value below which `part` (0 to 1) of the samples lie, between neighbours in proportion. */
export function percentile(samples: readonly number[], part: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const place = part * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** The median of a / b round by round: what slows a whole round cancels. */
export function medianRatio(a: readonly number[], b: readonly number[]): number {
  return percentile(
    a.map((value, round) => value / (b[round] ?? Number.NaN)),
    0.5,
  );
}
