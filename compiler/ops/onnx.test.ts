// Every lowering against the operator's own meaning, in onnxruntime.
import { expect, it } from "vitest";
import { decodingSamplers } from "../../tests/parity/detection-samplers.ts";
import { bytesOf, emit, runOnnx } from "../../tests/parity/run-onnx.ts";
import { evaluate } from "../evaluate.ts";
import type { ParamValues, Value } from "../ir/graph.ts";
import { weightsFrom } from "../ir/weights.ts";
import { distance, GraphBuilder, sample, variedWeights } from "../testing.ts";
import { operators, type Primitive } from "./index.ts";

interface Case {
  readonly op: string;
  readonly feed: readonly (readonly number[])[];
  readonly params?: ParamValues;
  /** The type of the inputs where a size is free. */
  readonly free?: readonly (readonly (number | string)[])[];
  /** An operator before this one, so that it sees channels first. */
  readonly first?: string;
}

const map = [2, 7, 9, 6];
const freeMap = ["N", "H", "W", 6];
const one = (op: string, params: ParamValues = {}, feed: readonly number[] = map): Case => ({
  op,
  params,
  feed: [feed],
});
const free = (op: string, params: ParamValues = {}, feed: readonly number[] = map): Case => ({
  op,
  params,
  feed: [feed],
  free: [freeMap],
});

const cases: readonly Case[] = [
  one("conv", { c: 4 }),
  one("conv", { c: 4, k: [3, 5], stride: [2, 1], rate: [1, 2], pad: "valid" }),
  one("conv", { c: 4, k: 3, stride: 2, pad: "same", bias: false }),
  one("conv", { c: 12, groups: 6 }, [2, 3, 7, 9, 6]),
  one("conv", { c: 4, k: 1, stride: 2, groups: 2, pad: "same" }),
  free("conv", { c: 4, k: 3, stride: 2, pad: "same" }),
  free("conv", { c: 4, k: 3, stride: 2, pad: "same" }, [1, 8, 6, 6]),
  free("conv", { c: 4, k: [2, 3], stride: [3, 4], pad: "same" }, [1, 10, 12, 6]),
  free("conv", { c: 4, k: 3, stride: 2 }),
  one("deconv", { c: 4 }),
  free("deconv", { c: 4, k: [3, 4], stride: [2, 3], pad: 1, bias: false }),
  one("dense", { c: 4 }, [3, 5]),
  one("dense", { c: 4, bias: false }, [3, 5]),
  one("dense", { c: 4 }, [3, 2, 5]),
  one("dense", { c: 4, bias: false }),
  one("bn"),
  one("bn", { scale: false, center: false, eps: 0.1 }),
  one("bn", {}, [4, 5]),
  one("bn", {}, [4, 3, 5]),
  { ...one("bn"), first: "upsample" },
  one("frozen_bn"),
  one("frozen_bn", { eps: 0.1 }, [4, 3, 5]),
  ...[
    "relu",
    "relu6",
    "elu",
    "leaky_relu",
    "sigmoid",
    "hard_sigmoid",
    "tanh",
    "gelu",
    "silu",
    "hard_swish",
    "softmax",
    "dropout",
    "id",
  ].map((op) => one(op)),
  { ...one("softmax"), first: "upsample" },
  one("softmax", {}, [3, 5]),
  one("scale", { by: 2.5 }),
  { op: "add", feed: [map, map, map] },
  ...["add", "sub", "mul", "div"].map((op) => ({ op, feed: [map, map] })),
  { op: "mul", feed: [map, [2, 1, 1, 6]], first: "id" },
  { op: "mul", feed: [map, [2, 1, 1, 6]], free: [freeMap, ["N", 1, 1, 6]] },
  { op: "concat", feed: [map, [2, 7, 9, 2]] },
  {
    op: "concat",
    feed: [
      [2, 5],
      [2, 3],
    ],
  },
  ...["max_pool", "avg_pool"].flatMap((op) => [
    one(op),
    one(op, { k: 3, stride: 2 }),
    one(op, { k: [3, 2], stride: [1, 3], pad: "same" }),
    free(op, { k: 3, stride: 2, pad: "same" }),
    free(op, { k: 3, stride: 2, pad: "same" }, [1, 6, 10, 6]),
    free(op, { k: [2, 1], stride: [3, 3], pad: "same" }),
  ]),
  one("global_avg_pool", {}, [2, 3, 7, 9, 6]),
  free("global_avg_pool"),
  free("global_avg_pool", { keep: true }),
  one("average"),
  free("average"),
  one("mean"),
  { ...one("mean", { axis: 1 }), first: "upsample" },
  one("mean", { axis: -2 }, [2, 3, 5]),
  one("upsample", { s: [2, 3] }),
  free("upsample", { s: [2, 3], mode: "bilinear" }),
  one("upsample", { s: 1 }),
  one("pad", { by: [1, 2], value: 0.5 }),
  one("slice", { from: 2, to: 5 }),
  one("slice", { axis: 1, from: 1 }, [2, 3, 7, 9, 6]),
  { ...one("slice", { axis: 1, from: 1 }, [2, 3, 7, 9, 6]), first: "upsample" },
  { ...free("slice", { axis: -2, from: -4, to: -1 }), first: "upsample" },
  one("param", { sizes: [2, 3] }, [2, 4, 5]),
  free("param", { sizes: [7, 9, 6], init: 1 }),
  one("split", { n: 3 }),
  one("split", { n: 3, axis: 1 }, [2, 3, 7, 9, 6]),
  { ...free("split", { n: 3, axis: 2 }, [2, 7, 9, 6]), first: "upsample" },
  one("flatten"),
  free("flatten"),
  one("flatten", {}, [2, 3, 5]),
  one("reshape", { sizes: [6, 63] }),
  one("reshape", { sizes: [2, 3] }, [2, 4, 6]),
  one("transpose", { axes: [3, 1, 2] }),
  one("tile_to", { h: 3, w: 2 }, [2, 4, 5]),
  { ...one("tile_to", { h: 3, w: 2 }, [2, 4, 5]), free: [["N", "K", 5]] },
  one("append_coords", {}, [2, 3, 4, 5, 6]),
  { ...one("append_coords", {}, [2, 4, 5, 6]), free: [["N", 4, 5, 6]] },
  {
    op: "crop_and_resize",
    params: { size: [3, 2], outside: 0.5 },
    feed: [map, [2, 3, 4]],
    free: [freeMap, ["N", "K", 4]],
    first: "upsample",
  },
  {
    op: "roi_align",
    params: { size: [3, 2], scale: 5 },
    feed: [map, [2, 3, 4]],
    free: [freeMap, ["N", "K", 4]],
    first: "upsample",
  },
  { op: "gather_centers", feed: [map, [2, 3, 4]], free: [freeMap, ["N", "K", 4]], first: "upsample" },
  {
    op: "multilevel_crop",
    params: { size: [3, 2] },
    feed: [map, [2, 4, 5, 6], [2, 3, 4]],
    free: [freeMap, ["N", "H2", "W2", 6], ["N", "K", 4]],
    first: "upsample",
  },
  one("cast", { to: "i32" }),
  one("cast", { to: "bool" }),
];

function built({ op, feed, params = {}, free: types, first }: Case) {
  const b = new GraphBuilder();
  const inputs = feed.map((dims, i): Value => b.input(`x${i}`, types?.[i] ?? dims));
  const [head, ...rest] = inputs;
  const start = first && head ? [b.apply(first, [head], first === "upsample" ? { s: 1 } : {}), ...rest] : inputs;
  return b.output("y", b.apply(op, start, params)).graph();
}

it.each(cases.map((each, i) => [`${each.op} ${i}`, each] as const))("%s", async (_name, each) => {
  const graph = built(each);
  const weights = weightsFrom(variedWeights(graph));
  const feeds = new Map(each.feed.map((dims, i) => [`x${i}`, sample(dims, i + 1)]));
  const expected = evaluate(graph, feeds, weights).get("y");
  for (const [opset, layout] of [
    [16, "nchw"],
    [18, "nhwc"],
    [21, "nchw"],
  ] as const) {
    const made = (await runOnnx(bytesOf(emit(graph, { weights, opset, layout })), graph, feeds, layout)).get("y");
    expect(made?.dims).toEqual(expected?.dims);
    expect(distance(made?.data ?? [], expected?.data ?? []), `opset ${opset}`).toBeLessThan(2e-6);
  }
});

it("covers every lowering", () => {
  const lowered = Object.entries<object>(operators).filter(
    ([, operator]) => "expand" in operator || !("unsupported" in (operator as Primitive).onnx),
  );
  const covered = new Set([...cases.map(({ op }) => op), ...Object.keys(decodingSamplers)]);
  expect(lowered.map(([name]) => name).filter((name) => !covered.has(name))).toEqual([]);
});
