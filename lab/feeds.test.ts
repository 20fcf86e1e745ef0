import { describe, expect, it } from "vitest";
import { elaborate, loadProgram } from "../compiler/index.ts";
import { batched, openAxis, portsOf, randomBatches, randomFeeds } from "./feeds.ts";

it("the ports of a graph are those of the file that is written with a layout", () => {
  const text =
    "dm 1\nmodel Two on (maps: f32[N, 8, 6, 3], vector: f32[N, 5]) = { maps: maps -> relu, vector: -vector }\n";
  const { graph } = elaborate(
    loadProgram({ name: "two.dm", text }, () => ({ error: "no imports" })),
    {},
    "infer",
  );
  if (!graph) throw new Error("the model does not elaborate");
  const dimsIn = (layout: "nhwc" | "nchw") => portsOf(graph, layout).inputs.map(({ dims }) => dims);
  expect(dimsIn("nhwc")).toEqual([
    ["N", 8, 6, 3],
    ["N", 5],
  ]);
  expect(dimsIn("nchw")).toEqual([
    ["N", 3, 8, 6],
    ["N", 5],
  ]);
  expect(randomFeeds(portsOf(graph, "nchw"), 2, 1)).toMatchObject({
    maps: { dims: [2, 3, 8, 6], data: { length: 288 } },
    vector: { dims: [2, 5] },
  });
});

describe("samples of the user", () => {
  const samples = (count: number) => [
    { name: "x", dims: [count, 2], data: Float32Array.from({ length: 2 * count }, (_, i) => Math.floor(i / 2)) },
    { name: "n", dims: [count], data: Float32Array.from({ length: count }, (_, i) => i) },
  ];
  const ports = (first: number | string) => ({
    inputs: [
      { name: "x", type: "float32", dims: [first, 2] },
      { name: "n", type: "int32", dims: [first] },
    ] as const,
  });
  const seen = (first: number | string, count: number, batch: number) =>
    batched(ports(first), samples(count), batch).map(({ n }) => [...(n?.data ?? [])]);

  it("all count: the rest is a smaller batch", () => {
    expect(seen("N", 7, 3)).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(seen("N", 2, 8)).toEqual([[0, 1]]);
    expect(batched(ports("N"), samples(7), 3).at(-1)).toMatchObject({
      x: { dims: [1, 2], data: Float32Array.of(6, 6) },
      n: { dims: [1], data: Int32Array.of(6) },
    });
  });
  it("all count: samples before it fill up a batch that is fixed", () => {
    expect(seen(3, 7, 8)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [4, 5, 6],
    ]);
    expect(seen(3, 6, 8)).toHaveLength(2);
    expect(seen(3, 2, 8)).toEqual([]);
  });
  it("are drawn as many as were asked for, where the batch is free", () => {
    const counts = (first: number | string) => randomBatches(ports(first), 10, 4, 1).map(({ n }) => n?.dims[0]);
    expect(counts("N")).toEqual([4, 4, 2]);
    expect(counts(3)).toEqual([3, 3, 3, 3]);
  });
  it("need a size on every other axis", () => {
    const inputs = [{ name: "x", type: "float32", dims: ["N", "S", 3] }] as const;
    expect(openAxis({ inputs })).toEqual({ name: "x", axis: 1, size: "S" });
    expect(openAxis(ports("N"))).toBeUndefined();
  });
});
