import { expect, test } from "vitest";
import { estimate, signTest } from "./statistics.ts";

test("the sign test counts coins", () => {
  expect(signTest(15, 15)).toBeCloseTo(1 / 2 ** 15, 12);
  expect(signTest(13, 15)).toBeCloseTo((1 + 15 + 105) / 2 ** 15, 12);
  expect(signTest(0, 15)).toBeCloseTo(1, 12);
});

test("an interval holds the mean, narrows with more values, and is the same every time", () => {
  const few = estimate([1, 2, 3, 4, 5]);
  const many = estimate(Array.from({ length: 80 }, (_, index) => 1 + (index % 5)));
  const width = ({ interval }: typeof few): number => interval![1] - interval![0];
  expect(few.mean).toBe(3);
  expect(few.interval![0]).toBeLessThan(3);
  expect(few.interval![1]).toBeGreaterThan(3);
  expect(width(many)).toBeLessThan(width(few) / 2);
  // 1.96 standard errors, as of a normal mean.
  expect(width(many)).toBeCloseTo((2 * 1.96 * Math.SQRT2) / Math.sqrt(80), 1);
  expect(estimate([1, 2, 3, 4, 5])).toEqual(few);
  expect(estimate([1, 2]).interval).toBeUndefined();
});
