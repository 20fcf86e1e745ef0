// The five criteria that were written down before anything was run, and what the runs say of them.
import type { Results, Run } from "./results.ts";
import { estimate, mean, signTest } from "./statistics.ts";

export const dataSeeds = [11, 12, 13] as const;
export const modelSeeds = [0, 1, 2, 3, 4] as const;
const shallow = "SmallRN4";
const deep = "SmallHG20";

export interface Criterion {
  readonly text: string;
  /** What was found, in words and numbers. */
  readonly found: string;
  readonly verdict: "met" | "not met" | "not decided";
}

type Pair = readonly [data: number, model: number];
const pairs: readonly Pair[] = dataSeeds.flatMap((data) => modelSeeds.map((model): Pair => [data, model]));

const texts = [
  "The unseen gap, HG-20 minus RN-4, is at least 4 points in the mean, and above 0 in at least 13 of 15 pairs.",
  "The seen gap is at most half of the unseen gap, in the mean.",
  "The unseen gap under partial supervision minus that under full supervision is above 0: its 95 % interval excludes 0.",
  "Both heads beat the constant mean mask by at least 1 point on unseen classes.",
  "Jittered crops cost HG-20 more on unseen than on seen classes.",
] as const;

/** One value a pair that all `arms` have run for. */
function each(
  runs: readonly Run[],
  arms: readonly string[],
  value: (...of: readonly Run[]) => number,
): readonly number[] {
  return pairs.flatMap(([data, model]) => {
    const found = arms.map((arm) =>
      runs.find((run) => `${run.head}:${run.regime}` === arm && run.data_seed === data && run.model_seed === model),
    );
    return found.every((run) => run !== undefined) ? [value(...found)] : [];
  });
}

export const gaps = (runs: readonly Run[], regime: string, split: "seen" | "unseen"): readonly number[] =>
  each(runs, [`${deep}:${regime}`, `${shallow}:${regime}`], (a, b) => a!.miou[split] - b!.miou[split]);

const interaction = (runs: readonly Run[]): readonly number[] =>
  each(
    runs,
    [`${deep}:partial`, `${shallow}:partial`, `${deep}:full`, `${shallow}:full`],
    (a, b, c, d) => a!.miou.unseen - b!.miou.unseen - (c!.miou.unseen - d!.miou.unseen),
  );

/** What jitter costs HG-20. */
const losses = (runs: readonly Run[], split: "seen" | "unseen"): readonly number[] =>
  each(runs, [`${deep}:partial`, `${deep}:jitter`], (a, b) => a!.miou[split] - b!.miou[split]);

/** How far a head is above the mean mask on unseen classes. */
function margins(head: string, { runs, baselines }: Results): readonly number[] {
  const constant = new Map(baselines.map(({ data_seed, rows }) => [data_seed, rows["mean mask"]!.unseen]));
  const comparable = runs.filter(({ data_seed }) => constant.has(data_seed));
  return each(comparable, [`${head}:partial`], (run) => run!.miou.unseen - constant.get(run!.data_seed)!);
}

/** With its sign. */
export const points = (value: number): string => `${value > 0 ? "+" : ""}${value.toFixed(1)}`;

/** `judge` is asked once all pairs have run. */
function judged(text: string, values: readonly (readonly number[])[], judge: () => [string, boolean]): Criterion {
  const count = Math.min(...values.map(({ length }) => length));
  const found = `${count} of ${pairs.length} pairs have run`;
  if (count < pairs.length) return { text, found, verdict: "not decided" };
  const [measured, isMet] = judge();
  return { text, found: measured, verdict: isMet ? "met" : "not met" };
}

export function criteria(results: Results): readonly Criterion[] {
  const { runs } = results;
  const [unseen, seen] = [gaps(runs, "partial", "unseen"), gaps(runs, "partial", "seen")];
  const both = interaction(runs);
  const above = [margins(shallow, results), margins(deep, results)] as const;
  const [lostSeen, lostUnseen] = [losses(runs, "seen"), losses(runs, "unseen")];
  return [
    judged(texts[0], [unseen], () => {
      const wins = unseen.filter((gap) => gap > 0).length;
      const chance = signTest(wins, unseen.length).toPrecision(2);
      const found = `${points(mean(unseen))}; above 0 in ${wins} of ${unseen.length} (sign test p = ${chance})`;
      return [found, mean(unseen) >= 4 && wins >= 13];
    }),
    judged(texts[1], [seen, unseen], () => [
      `seen ${points(mean(seen))}, unseen ${points(mean(unseen))}`,
      mean(seen) <= mean(unseen) / 2,
    ]),
    judged(texts[2], [both], () => {
      const { mean: middle, interval } = estimate(both);
      return [`${points(middle)}, ${points(interval![0])} to ${points(interval![1])}`, interval![0] > 0];
    }),
    judged(texts[3], above, () => [
      `RN-4 ${points(mean(above[0]))}, HG-20 ${points(mean(above[1]))}`,
      Math.min(mean(above[0]), mean(above[1])) >= 1,
    ]),
    judged(texts[4], [lostSeen, lostUnseen], () => [
      `unseen ${points(-mean(lostUnseen))}, seen ${points(-mean(lostSeen))}`,
      mean(lostUnseen) > mean(lostSeen),
    ]),
  ];
}
