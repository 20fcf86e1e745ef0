// Values by hand, from the definition that ONNX 16 and torchvision share.
import { expect, it } from "vitest";
import { array, evaluate, type Values } from "../testing.ts";
import { roi_align } from "./roi-align.ts";

const ramp = array(
  [1, 4, 4, 1],
  [...new Array(16).keys()].map((i) => 10 * Math.floor(i / 4) + (i % 4)),
);
const crop = (box: readonly number[], given: Values) =>
  [...(evaluate(roi_align, [ramp, array([1, 1, 4], box)], { given })[0]?.data ?? [])].map(
    (value) => Math.round(value * 1e9) / 1e9,
  );

it("takes the mean of its samples, with the middle of a pixel at a half or at a whole number", () => {
  const given = { size: [2, 2], samples: 2 };
  expect(crop([1, 1, 3, 3], given)).toEqual([11, 12, 21, 22]);
  expect(crop([1, 1, 3, 3], { ...given, aligned: false })).toEqual([16.5, 17.5, 26.5, 27.5]);
  expect(crop([1, 1, 3, 3], { ...given, samples: 1 })).toEqual([11, 12, 21, 22]);
});

it("scales boxes to the map", () => {
  const given = { size: [2, 2], scale: 1 / 16 };
  expect(crop([16, 16, 48, 48], given)).toEqual([11, 12, 21, 22]);
});

it("takes a box without area as one pixel where it is not aligned", () => {
  const given = { size: [1, 1], samples: 1 };
  expect(crop([1, 1, 1, 1], given)).toEqual([5.5]);
  expect(crop([1, 1, 1, 1], { ...given, aligned: false })).toEqual([16.5]);
});

it("reads the border within a pixel outside, and 0 further out", () => {
  const given = { size: [4, 1], samples: 1, aligned: false };
  // Rows -1.5, -0.5, 0.5, 1.5; column 0.5.
  expect(crop([-2, 0, 2, 1], given)).toEqual([0, 0.5, 5.5, 15.5]);
  // Rows 2.5, 3.5, 4.5, 5.5: the last row is 3, and 4 is still within a pixel.
  expect(crop([2, 0, 6, 1], given)).toEqual([25.5, 30.5, 0, 0]);
});

it("is a mean over samples of which some are outside", () => {
  // Rows -1.25 (0), -0.75 (the border).
  expect(crop([-1.5, 0, -0.5, 1], { size: [1, 1], samples: 2, aligned: false })).toEqual([0.25]);
});
