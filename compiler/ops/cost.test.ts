// Weights, multiply-adds and reach: what the metrics of a model add up.
import { expect, it } from "vitest";
import type { TensorType } from "../ir/graph.ts";
import { type Dim, formatDim, variable } from "../sizes/dim/dim.ts";
import { type OperatorName, operators, type Primitive } from "./index.ts";
import { shapesOf, tensor, typed, type Values } from "./testing.ts";

const [n, s, c] = [variable("N"), variable("S"), variable("C")];
const map = (channels: Dim, size: Dim = 32): TensorType => tensor(1, size, size, channels);
const primitive = (name: OperatorName): Primitive => operators[name] as Primitive;

const weights: readonly [OperatorName, TensorType, Values, string][] = [
  ["conv", map(8), { c: 16 }, "kernel HWIO [3, 3, 8, 16] glorot_uniform 72 144, bias C [16] constant"],
  ["conv", map(8), { c: 16, groups: 4, bias: false }, "kernel HWIO [3, 3, 2, 16] glorot_uniform 18 144"],
  ["conv", map(c), { c, groups: c, bias: false }, "kernel HWIO [3, 3, 1, C] glorot_uniform 9 9·C"],
  ["deconv", map(8), { c: 16, bias: false, init: "he_normal" }, "kernel HWOI [2, 2, 16, 8] he_normal 32 64"],
  ["dense", tensor(n, 5, 8), { c: 16, init: "normal" }, "kernel IO [8, 16] normal, bias C [16] constant"],
  [
    "bn",
    map(8),
    {},
    "gamma C [8] constant, beta C [8] constant, moving_mean C [8] constant fixed, moving_variance C [8] constant fixed",
  ],
  [
    "bn",
    map(8),
    { scale: false, center: false },
    "moving_mean C [8] constant fixed, moving_variance C [8] constant fixed",
  ],
  ["relu", map(8), {}, ""],
];

it.each(weights)("weights of %s %#", (name, input, given, text) => {
  const operator = primitive(name);
  const lines = Object.entries(operator.weights([input], typed(operator, given))).map(
    ([role, { axes, dims, initialiser, trainable }]) => {
      const fans = "fanIn" in initialiser ? ` ${formatDim(initialiser.fanIn)} ${formatDim(initialiser.fanOut)}` : "";
      return `${role} ${axes} [${dims.map((dim) => formatDim(dim)).join(", ")}] ${initialiser.kind}${fans}${trainable ? "" : " fixed"}`;
    },
  );
  expect(lines.join(", ")).toBe(text);
});

const macs: readonly [OperatorName, TensorType, Values, string][] = [
  ["conv", map(8), { c: 16, stride: [2, 2] }, String(16 * 16 * 16 * 9 * 8)],
  ["conv", map(8, s), { c: 16, k: [1, 1] }, "128·S^2"],
  ["conv", map(c), { c, groups: c }, "9216·C"],
  ["deconv", map(8), { c: 16 }, String(32 * 32 * 8 * 4 * 16)],
  ["dense", tensor(n, 7, 8), { c: 16 }, "896·N"],
  ["bn", map(8), {}, "0"],
];

it.each(macs)("multiply-adds of %s %#", (name, input, given, text) => {
  const operator = primitive(name);
  const cost = operator.macs([input], shapesOf(operator, [input], given), typed(operator, given));
  expect(formatDim(cost)).toBe(text);
});

const reaches: readonly [OperatorName, Values, object | undefined][] = [
  ["conv", { c: 8, rate: [2, 1], stride: [1, 2] }, { kind: "window", kernel: [5, 3], stride: [1, 2], before: [2, 1] }],
  ["max_pool", { k: [3, 3] }, { kind: "window", kernel: [3, 3], stride: [3, 3], before: [1, 1] }],
  ["deconv", { c: 8, k: [4, 4] }, { kind: "upsample", factor: [2, 2], taps: 2 }],
  ["upsample", {}, { kind: "upsample", factor: [2, 2], taps: 1 }],
  ["upsample", { mode: "bilinear" }, { kind: "upsample", factor: [2, 2], taps: 2 }],
  ["flatten", {}, { kind: "everything" }],
  ["relu", {}, undefined],
];

it.each(reaches)("reach of %s %#", (name, given, reach) => {
  const operator = primitive(name);
  const found = operator.reach(typed(operator, given));
  if (reach === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(reach);
});
