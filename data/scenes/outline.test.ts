import { expect, test } from "vitest";
import { fill, normalised, type Outline, placed, polar } from "./outline.ts";

const area = (outline: Outline, size: number): number => {
  let count = 0;
  fill(outline, size, () => count++);
  return count;
};

test("a square holds the pixels whose middles it holds", () => {
  const square: Outline = [[2, 3], [5, 3], [5, 6], [2, 6]]; // biome-ignore format: one line
  const seen: string[] = [];
  fill(square, 8, (x, y) => seen.push(`${x},${y}`));
  expect(seen).toEqual(["2,3", "3,3", "4,3", "2,4", "3,4", "4,4", "2,5", "3,5", "4,5"]);
});

test("a disc has its area, wherever it is turned, and is cut by the border", () => {
  const disc = normalised(polar(48, () => 3));
  const at = (x: number, turn: number) => placed(disc, { x, y: 32, radius: 20, turn, aspect: 1 });
  for (const turn of [0, 1, 2]) expect(area(at(32, turn), 64) / (Math.PI * 400)).toBeCloseTo(1, 1);
  expect(area(at(0, 0), 64) / (Math.PI * 200)).toBeCloseTo(1, 1);
});

test("aspect changes the width against the height and keeps the area", () => {
  const square = normalised([[0, 0], [1, 0], [1, 1], [0, 1]]); // biome-ignore format: one line
  const wide = placed(square, { x: 32, y: 32, radius: 16, turn: 0, aspect: 2 });
  const [xs, ys] = [wide.map(([x]) => x), wide.map(([, y]) => y)];
  expect((Math.max(...xs) - Math.min(...xs)) / (Math.max(...ys) - Math.min(...ys))).toBeCloseTo(2);
  expect(area(wide, 64) / (2 * 16 * 16)).toBeCloseTo(1, 1);
});
