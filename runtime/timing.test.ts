import { expect, it } from "vitest";
import { medianRatio, percentile, timeInterleaved } from "./timing.ts";

it("runs every candidate once a round, every other round backwards, and counts after the warm-up", async () => {
  const order: string[] = [];
  const candidate = (name: string) => ({
    name,
    run: async () => {
      order.push(name);
      return order.length;
    },
  });
  const done: number[] = [];
  const samples = await timeInterleaved([candidate("a"), candidate("b")], {
    runs: 2,
    warmups: 1,
    progress: (count, total) => done.push(count / total),
  });
  expect(order.join("")).toBe("baabba");
  expect(samples).toEqual([
    [3, 6],
    [4, 5],
  ]);
  expect(done.at(-1)).toBe(1);
});

it("percentiles lie between neighbours in proportion", () => {
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(percentile([10, 20], 0.9)).toBe(19);
  expect(percentile([7], 0.99)).toBe(7);
});

it("a ratio is taken round by round, so that a slow round cancels", () => {
  expect(medianRatio([2, 200, 4], [1, 100, 2])).toBe(2);
});
