// Our layers can be trained through: their gradients are what small steps say.
import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import type { ParamValues } from "../compiler/ir/graph.ts";
import { distance, GraphBuilder, sample } from "../compiler/testing.ts";
import { emitModel, loadPlain, tensorOf } from "../tests/parity/run-tfjs.ts";

const map = [2, 6, 5, 4];
type Case = [
  op: string,
  params: ParamValues,
  layer: string,
  dims?: readonly number[],
  free?: readonly (number | string)[],
];
const cases: Case[] = [
  ["conv", { c: 4, groups: 2 }, "DeepmaccConv2D"],
  ["conv", { c: 2, k: 3, stride: 2, rate: 2, pad: "same" }, "DeepmaccConv2D"],
  ["conv", { c: 6, groups: 2, stride: [1, 2], rate: [2, 1] }, "DeepmaccConv2D"],
  ["conv", { c: 8, groups: 4, k: 3, rate: 2 }, "DeepmaccConv2D"],
  ["conv", { c: 6, groups: 3, stride: [2, 1] }, "DeepmaccConv2D", [2, 5, 4, 6]],
  ["max_pool", { k: 3, stride: 2 }, "DeepmaccMaxPool2D"],
  ["avg_pool", { k: 3, stride: 2 }, "DeepmaccAvgPool2D"],
  ["avg_pool", { k: [4, 3], stride: [1, 3] }, "DeepmaccAvgPool2D"],
  ["pad", { by: [1, 2], value: 0.5 }, "DeepmaccPad2D"],
  ["upsample", { s: [2, 3], mode: "bilinear" }, "DeepmaccUpsampleBilinear"],
  ["slice", { axis: 2, from: 1, to: -1 }, "DeepmaccSlice"],
  ["split", { n: 3, axis: 1 }, "DeepmaccSplit"],
  ["mean", { axis: 1 }, "DeepmaccMean"],
  ["average", {}, "DeepmaccAverage"],
  ["append_coords", {}, "DeepmaccAppendCoords"],
  ["elu", { alpha: 0.5 }, "DeepmaccElu"],
  ["tile_to", { h: 2, w: 3 }, "DeepmaccTileTo", [2, 3, 4]],
  ["reshape", { sizes: [2, 2] }, "DeepmaccReshape", [2, 3, 4]],
  ["deconv", { c: 2, k: 3, pad: 1 }, "DeepmaccCropping2D", [1, 3, 2, 2], ["N", "H", "W", 2]],
  ["conv", { c: 2 }, "DeepmaccFold", [1, 2, 3, 3, 2]],
];

/** Numbers that lie apart, so that a small step changes no maximum. */
function apart(dims: readonly number[]): Float64Array {
  const { data } = sample(dims);
  const order = [...data.keys()].sort((a, b) => (data[a] ?? 0) - (data[b] ?? 0));
  const ranks = new Float64Array(data.length);
  for (const [rank, place] of order.entries()) ranks[place] = (2 * rank + 1) / data.length - 1;
  return ranks;
}

it.each(cases)("%s(%o) through %s", async (...[op, params, layer, dims = map, free = dims]) => {
  await tf.setBackend("cpu");
  const b = new GraphBuilder();
  const model = emitModel(b.output("y", b.apply(op, [b.input("x", free)], params)).graph());
  expect(model.customLayers).toContain(layer);
  const loaded = await loadPlain(model);
  const x = { dims, data: apart(dims) };
  const run = (at: tf.Tensor) => loaded.apply(at) as tf.Tensor;
  const weights = tensorOf(sample(run(tensorOf(x)).shape, 7));
  const loss = (at: tf.Tensor): tf.Scalar => tf.sum(tf.mul(run(at), weights));
  const told = tf.grad(loss)(tensorOf(x)).dataSync();
  const step = 1 / 512;
  const stepped = x.data.map((value, i) => {
    const moved = (to: number) => tf.tidy(() => loss(tensorOf({ dims, data: x.data.with(i, to) }))).dataSync()[0] ?? 0;
    return (moved(value + step) - moved(value - step)) / (2 * step);
  });
  expect(distance(told, stepped)).toBeLessThan(2e-3);
});

const crops: readonly (readonly [op: string, params: ParamValues, boxes: readonly number[]])[] = [
  ["crop_and_resize", { size: [2, 3], outside: 0.5 }, [0.1, 0.2, 0.7, 1.2, 0.4, 0.9, 0.5, -0.1]],
  ["roi_align", { size: [2, 1], samples: 2, scale: 0.5 }, [1, 2, 6, 9, -2, 0, 3, 12]],
  ["gather_centers", {}, [0.1, 0.2, 0.7, 1.2, 0.8, 0.8, 0.9, 1]],
  ["multilevel_crop", { size: [2, 3], finest: 1 }, [1, 2, 6, 9, 3, 0, 5, 12]],
];

it.each(crops)("a map is trained through %s", async (op, params, boxes) => {
  await tf.setBackend("cpu");
  const b = new GraphBuilder();
  const dims = [2, 5, 6, 2];
  const cropped = b.apply(op, [b.input("x", dims), b.input("boxes", [2, 1, 4])], params);
  const loaded = await loadPlain(emitModel(b.output("y", cropped).graph()));
  const given = tf.tensor(boxes as number[], [2, 1, 4]);
  const run = (at: tf.Tensor) => loaded.apply([at, given]) as tf.Tensor;
  const { data } = sample(dims);
  const weights = tensorOf(sample(run(tensorOf({ dims, data })).shape, 7));
  const loss = (at: tf.Tensor): tf.Scalar => tf.sum(tf.mul(run(at), weights));
  const told = tf.grad(loss)(tensorOf({ dims, data })).dataSync();
  // Crops are linear in the map: a step of any length is exact.
  const base = loss(tensorOf({ dims, data })).dataSync()[0] ?? 0;
  const stepped = data.map((value, i) => {
    const moved = tf.tidy(() => loss(tensorOf({ dims, data: data.with(i, value + 1) }))).dataSync()[0] ?? 0;
    return moved - base;
  });
  expect(Math.max(...stepped.map(Math.abs))).toBeGreaterThan(0.1);
  expect(distance(told, stepped)).toBeLessThan(1e-5);
});

it("splits once for all its parts, and anew for other values", async () => {
  await tf.setBackend("cpu");
  const b = new GraphBuilder();
  const parts = b.applyAll("split", [b.apply("relu", [b.input("x", [1, 6])])], { n: 3 });
  // What reads the first part runs before the others are asked for.
  for (const [i, part] of parts.entries()) b.output(`y${i}`, b.apply("tanh", [part]));
  const loaded = await loadPlain(emitModel(b.graph()));
  const given = sample([1, 6]);
  const before = tf.memory().numTensors;
  const { kernels } = await tf.profile(() => tf.tidy(() => loaded.predict(tensorOf(given)) as tf.Tensor[]));
  expect(kernels.filter(({ name }) => name === "SplitV").length).toBe(1);
  expect(tf.memory().numTensors - before).toBe(parts.length);
  const x = tensorOf(given);
  for (let run = 0; run < 2; run++) {
    const results = loaded.predict(x) as tf.Tensor[];
    expect(results.flatMap((part) => [...part.dataSync()])).toHaveLength(6);
    const doubled = (loaded.predict(tf.mul(x, 2)) as tf.Tensor[]).flatMap((part) => [...part.dataSync()]);
    expect(
      distance(
        doubled,
        given.data.map((v) => Math.tanh(Math.max(0, 2 * v))),
      ),
    ).toBeLessThan(1e-6);
    tf.dispose(results);
  }
});

it.each([
  [{ c: 96, groups: 96, rate: 2 }, 1],
  [{ c: 64, groups: 48, rate: 2, k: 3 }, 2],
  [{ c: 96, groups: 3 }, 3],
])("conv(%o) takes %i convolutions, and not one a group", async (params, count) => {
  await tf.setBackend("cpu");
  const b = new GraphBuilder();
  const dims = [1, 5, 5, 96];
  const padded = { ...params, c: params.groups * Math.ceil(params.c / params.groups) };
  const loaded = await loadPlain(emitModel(b.output("y", b.apply("conv", [b.input("x", dims)], padded)).graph()));
  const { kernels } = await tf.profile(() => loaded.apply(tensorOf(sample(dims))) as tf.Tensor);
  expect(kernels.filter(({ name }) => /Conv/.test(name)).length).toBe(count);
});
