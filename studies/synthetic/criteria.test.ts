import { describe, expect, test } from "vitest";
import { criteria, dataSeeds, modelSeeds } from "./criteria.ts";
import type { Overlaps, Results, Run } from "./results.ts";

const overlaps = (seen: number, unseen: number): Overlaps => ({ seen, unseen, classes: {} });

type Arm = "SmallRN4:partial" | "SmallHG20:partial" | "SmallRN4:full" | "SmallHG20:full" | "SmallHG20:jitter";

/** All pairs, with a little that differs from run to run, so that nothing is constant. */
function results(
  arms: Readonly<Record<Arm, readonly [seen: number, unseen: number]>>,
  left: readonly Arm[] = [],
): Results {
  const runs = Object.entries(arms).flatMap(([arm, [seen, unseen]]) =>
    dataSeeds.flatMap((data_seed) =>
      modelSeeds.map((model_seed): Run => {
        const [head, regime] = arm.split(":") as [string, string];
        const shift = 0.1 * (model_seed - 2) + (data_seed - 12);
        const miou = overlaps(seen + shift, unseen + shift + (head === "SmallHG20" ? 0.2 * (model_seed - 2) : 0));
        return { head, regime, data_seed, model_seed, steps: 3000, miou, unsettled: { "3000": miou }, device: "here" };
      }),
    ),
  );
  const baselines = dataSeeds.map((data_seed) => ({
    data_seed,
    grabcut: { opencv: "5.0.0", iterations: 3 },
    rows: { "mean mask": overlaps(60, 55 + data_seed - 12) },
  }));
  const isLeft = (run: Run): boolean => left.includes(`${run.head}:${run.regime}` as Arm) && run.model_seed === 4;
  return { runs: runs.filter((run) => !isLeft(run)), baselines };
}

const good = {
  "SmallRN4:partial": [84, 57],
  "SmallHG20:partial": [87, 65],
  "SmallRN4:full": [83, 74],
  "SmallHG20:full": [85, 78],
  "SmallHG20:jitter": [85, 60],
} as const;

const verdicts = (of: Results): readonly string[] => criteria(of).map(({ verdict }) => verdict);

describe("the criteria that were registered", () => {
  test("are all met by numbers like those of the trial", () => {
    expect(verdicts(results(good))).toEqual(["met", "met", "met", "met", "met"]);
    expect(criteria(results(good))[0]!.found).toBe("+8.0; above 0 in 15 of 15 (sign test p = 0.000031)");
  });

  test("are each failed by what they are about", () => {
    const failed = (arms: Partial<typeof good> | Record<string, readonly [number, number]>): readonly number[] =>
      verdicts(results({ ...good, ...arms })).flatMap((verdict, index) => (verdict === "not met" ? [index + 1] : []));
    expect(
      failed({ "SmallHG20:partial": [85, 60.9], "SmallHG20:full": [85, 75], "SmallHG20:jitter": [85, 55] }),
    ).toEqual([1]);
    expect(failed({ "SmallHG20:partial": [88.1, 65], "SmallHG20:jitter": [87, 60] })).toEqual([2]);
    expect(failed({ "SmallHG20:full": [85, 82.1] })).toEqual([3]);
    expect(failed({ "SmallRN4:partial": [84, 55.9], "SmallHG20:partial": [86, 65] })).toEqual([4]);
    expect(failed({ "SmallHG20:jitter": [84, 62.5] })).toEqual([5]);
  });

  test("are not decided before all pairs have run", () => {
    expect(verdicts(results(good, ["SmallHG20:full"]))).toEqual(["met", "met", "not decided", "met", "met"]);
    const found = criteria(results(good, ["SmallRN4:partial"]));
    expect(found.map(({ verdict }) => verdict)).toEqual([...Array(4).fill("not decided"), "met"]);
    expect(found[0]!.found).toBe("12 of 15 pairs have run");
    expect(verdicts({ runs: [], baselines: [] })).toEqual(Array(5).fill("not decided"));
  });
});
