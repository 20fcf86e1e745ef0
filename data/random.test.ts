import { expect, test } from "vitest";
import { randomFrom } from "./random.ts";

const numbers = (...keys: number[]): readonly number[] => {
  const random = randomFrom(...keys);
  return Array.from({ length: 2000 }, () => random.between(0, 1));
};
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test("equal keys give equal numbers, and any other key others", () => {
  expect(numbers(1, 2)).toEqual(numbers(1, 2));
  const streams = [numbers(1, 2), numbers(2, 1), numbers(1, 3), numbers(0, 2), numbers(1), numbers()];
  expect(new Set(streams.map(([first]) => first)).size).toBe(streams.length);
});

test("numbers of neighbouring keys are even and do not follow each other", () => {
  const first = Array.from({ length: 2000 }, (_, index) => randomFrom(7, index).between(0, 1));
  expect(mean(first)).toBeCloseTo(0.5, 1);
  const products = first.slice(1).map((value, index) => (value - 0.5) * (first[index]! - 0.5));
  expect(Math.abs(mean(products))).toBeLessThan(0.01);
});

test("whole numbers reach both ends, and normal ones have their deviation", () => {
  const random = randomFrom(3);
  expect(new Set(Array.from({ length: 300 }, () => random.whole(2, 5)))).toEqual(new Set([2, 3, 4, 5]));
  const squares = Array.from({ length: 4000 }, () => random.normal(3) ** 2);
  expect(Math.sqrt(mean(squares))).toBeCloseTo(3, 0);
  expect(random.chance(0)).toBe(false);
  expect(random.chance(1)).toBe(true);
});
