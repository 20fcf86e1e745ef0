// Values computed by hand or given by facts/deep-mac.md, section 7.
import { describe, expect, it } from "vitest";
import { erf, gelu } from "./activations/gelu.ts";
import { hard_sigmoid } from "./activations/hard-sigmoid.ts";
import { softmax } from "./activations/softmax.ts";
import { crop_and_resize } from "./detection/crop-and-resize.ts";
import { gather_centers } from "./detection/gather-centers.ts";
import { concat } from "./joins/concat.ts";
import { mul } from "./joins/mul.ts";
import type { NDArray, Primitive } from "./kit/primitive.ts";
import { bn } from "./layers/bn.ts";
import { deconv } from "./layers/deconv.ts";
import { dense } from "./layers/dense.ts";
import { param } from "./layers/param.ts";
import { avg_pool } from "./pooling/avg-pool.ts";
import { max_pool } from "./pooling/max-pool.ts";
import { mean } from "./pooling/mean.ts";
import { append_coords } from "./shape/append-coords.ts";
import { cast } from "./shape/cast.ts";
import { slice } from "./shape/slice.ts";
import { split } from "./shape/split.ts";
import { tile_to } from "./shape/tile-to.ts";
import { transpose } from "./shape/transpose.ts";
import { upsample } from "./shape/upsample.ts";
import { array, evaluate, type Run } from "./testing.ts";

function expectValues(operator: Primitive, inputs: readonly NDArray[], run: Run, values: readonly number[]): void {
  const [made] = evaluate(operator, inputs, run);
  expect(made?.data.length).toBe(values.length);
  made?.data.forEach((value, i) => expect(value, `value ${i}`).toBeCloseTo(values[i] ?? Number.NaN, 6));
}

const row = (...values: number[]) => array([1, 1, values.length, 1], values);
const count = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("crops", () => {
  const ramp = array(
    [1, 8, 8, 1],
    count(64).map((i) => 10 * Math.floor(i / 8) + (i % 8)),
  );
  it("aligns corners (facts 7)", () => {
    const [made] = evaluate(crop_and_resize, [ramp, array([1, 1, 4], [0.25, 0.25, 0.75, 0.75])], {
      given: { size: [4, 4] },
    });
    [19.25, 20.416667, 21.583333, 22.75].forEach((value, i) => expect(made?.data[i]).toBeCloseTo(value, 6));
    expect(made?.data[15]).toBeCloseTo(57.75, 6);
  });
  it("fades outside the map (facts 7)", () => {
    const ones = array([1, 8, 8, 1], new Array<number>(64).fill(1));
    const edge = [0.3, 1, 1, 0.3];
    const corner = [0.09, 0.3, 0.3, 0.09];
    expectValues(crop_and_resize, [ones, array([1, 1, 4], [-0.1, -0.1, 1.1, 1.1])], { given: { size: [4, 4] } }, [
      ...corner,
      ...edge,
      ...edge,
      ...corner,
    ]);
  });
  it("takes the middle for a single sample, and the boxes of each image", () => {
    const two = array([2, 2, 2, 1], [0, 1, 2, 3, 10, 11, 12, 13]);
    expectValues(
      crop_and_resize,
      [two, array([2, 1, 4], [0, 0, 1, 1, 0, 0, 1, 1])],
      { given: { size: [1, 1] } },
      [1.5, 11.5],
    );
  });
  it("reads the cell of a centre, toward zero", () => {
    const boxes = array([1, 4, 4], [0.25, 0.25, 0.75, 0.75, 0, 0.8, 0.2, 1, -0.2, 0, 0, 0.2, 0.9, 0.9, 1.2, 1.2]);
    expectValues(gather_centers, [ramp, boxes], {}, [44, 7, 0, 0]);
  });
  it("puts the grid in front", () => {
    expectValues(append_coords, [array([1, 1, 3, 1], [7, 8, 9])], {}, [-1, -1, 7, -1, 0, 8, -1, 1, 9]);
  });
});

describe("sizes", () => {
  it("upsample repeats, or blends between pixel centres", () => {
    expectValues(upsample, [row(0, 1)], { given: { s: [1, 2] } }, [0, 0, 1, 1]);
    expectValues(upsample, [row(0, 1)], { given: { s: [1, 2], mode: "bilinear" } }, [0, 0.25, 0.75, 1]);
    expectValues(upsample, [row(0, 3)], { given: { s: [1, 3], mode: "bilinear" } }, [0, 0, 1, 2, 3, 3]);
  });
  it("max_pool ignores its padding", () => {
    expectValues(max_pool, [row(-3, -1, -2, -5)], { given: { k: [1, 3], stride: [1, 2] } }, [-1, -1]);
  });
  it("avg_pool does not count its padding", () => {
    expectValues(avg_pool, [row(2, 4, 6)], { given: { k: [1, 3], stride: [1, 1] } }, [3, 4, 5]);
    expectValues(avg_pool, [row(2, 4, 6)], { given: { k: [1, 2], pad: "same" } }, [3, 6]);
  });
  it("deconv spreads pixels", () => {
    const weights = { kernel: array([1, 3, 1, 1], [1, 2, 3]), bias: array([1], [10]) };
    expectValues(deconv, [row(1, 10)], { given: { c: 1, k: [1, 3], stride: [1, 2] }, weights }, [11, 12, 23, 30, 40]);
    expectValues(transpose, [array([1, 2, 3], count(6))], { given: { axes: [2, 1] } }, [0, 3, 1, 4, 2, 5]);
  });
  it("cuts, joins and repeats", () => {
    expectValues(slice, [array([1, 2, 3], count(6))], { given: { axis: 2, from: -2, to: 0 } }, [1, 2, 4, 5]);
    expectValues(slice, [array([1, 3, 2], count(6))], { given: { axis: 1, from: 1, to: -1 } }, [2, 3]);
    const value = array([2], [5, 6]);
    expectValues(param, [array([2, 3], count(6))], { given: { sizes: [2] }, weights: { value } }, [5, 6, 5, 6]);
    const parts = evaluate(split, [array([1, 2, 2, 2], count(8))], { given: { n: 2, axis: 2 } });
    expect(parts.map(({ dims, data }) => [dims, ...data])).toEqual([
      [[1, 2, 1, 2], 0, 1, 4, 5],
      [[1, 2, 1, 2], 2, 3, 6, 7],
    ]);
    expectValues(concat, [array([1, 2, 1], [1, 2]), array([1, 2, 2], [3, 4, 5, 6])], {}, [1, 3, 4, 2, 5, 6]);
    expectValues(tile_to, [array([2, 1], [1, 2])], { given: { h: 1, w: 2 } }, [1, 1, 2, 2]);
    expectValues(mean, [array([1, 2, 2], [1, 2, 3, 6])], { given: { axis: 1 } }, [2, 4]);
    expectValues(mul, [array([1, 1, 2, 2], [1, 2, 3, 4]), array([1, 1, 1, 2], [10, 100])], {}, [10, 200, 30, 400]);
  });
});

describe("numbers", () => {
  it("softmax does not overflow", () => {
    expectValues(softmax, [array([1, 3], [1000, 1000 + Math.log(2), 1000])], {}, [0.25, 0.5, 0.25]);
  });
  it("erf and gelu are exact", () => {
    expect([erf(0.5), erf(-1), erf(3), erf(9)]).toEqual(
      [0.5204998778130465, -0.8427007929497149, 0.9999779095030014, 1].map((x) => expect.closeTo(x, 15)),
    );
    expectValues(gelu, [array([1, 3], [-1, 0, 2])], {}, [-0.15865525, 0, 1.95449974]);
  });
  it("hard_sigmoid has slope 1/6", () => {
    expectValues(hard_sigmoid, [array([1, 4], [-4, 0, 1.5, 4])], {}, [0, 0.5, 0.75, 1]);
  });
  it("cast cuts toward zero", () => {
    expectValues(cast, [array([1, 3], [-1.7, 0, 2.5])], { given: { to: "i32" } }, [-1, 0, 2]);
    expectValues(cast, [array([1, 3], [-1.7, 0, 2.5])], { given: { to: "bool" } }, [1, 0, 1]);
  });
  it("dense multiplies the last axis", () => {
    const weights = { kernel: array([2, 2], [1, 2, 3, 4]), bias: array([2], [100, 200]) };
    expectValues(dense, [array([1, 2, 2], [1, 0, 10, 1])], { given: { c: 2 }, weights }, [101, 202, 113, 224]);
  });
  it("bn takes the batch in training and the averages at inference", () => {
    const x = array([2, 1, 1, 1], [1, 3]); // mean 2, biased variance 1
    const weights = {
      gamma: array([1], [10]),
      beta: array([1], [5]),
      moving_mean: array([1], [1]),
      moving_variance: array([1], [4]),
    };
    expectValues(bn, [x], { given: { eps: 0 }, weights, phase: "train" }, [-5, 15]);
    expectValues(bn, [x], { given: { eps: 0 }, weights, phase: "infer" }, [5, 15]);
    expectValues(bn, [x], { given: { eps: 5 }, weights, phase: "infer" }, [5, 5 + 20 / 3]);
  });
});
