import { describe, expect, it } from "vitest";
import { evaluate } from "../evaluate.ts";
import type { Graph, Value } from "../ir/graph.ts";
import { freshWeights, type WeightReader } from "../ir/weights.ts";
import { distance, GraphBuilder, sample } from "../testing.ts";
import { cutAt, firstDivergence } from "./bisect.ts";
import { differenceOf, signalToNoise } from "./difference.ts";
import { trialFeeds, trialSizes } from "./feeds.ts";

/** Two branches that meet: a, b -> join -> c, with the numbers of one weight wrong. */
function forked(): Graph {
  const b = new GraphBuilder();
  const x = b.input("x", [2, 6, 6, 3]);
  const left = b.apply("relu", [b.apply("conv", [x], { c: 4 }, { path: "left/conv" })], {}, { path: "left/relu" });
  const right = b.apply(
    "conv",
    [b.apply("conv", [x], { c: 4 }, { path: "right/first" })],
    { c: 4 },
    { path: "right/second" },
  );
  const sum = b.apply("add", [left, right], {}, { path: "sum" });
  return b.output("y", b.apply("conv", [sum], { c: 1 }, { path: "logits" })).graph();
}

const wrongAt = (path: string): WeightReader => ({
  read: (weight, axes) => {
    const numbers = freshWeights(0).read(weight, axes);
    return weight.path === path ? numbers.map((v) => v * 1.5) : numbers;
  },
});

describe("bisection", () => {
  it.each(["left/conv", "right/first", "right/second", "logits"])("finds a wrong weight of %s", async (path) => {
    const graph = forked();
    const feeds = trialFeeds(graph, 1);
    let asked = 0;
    const diverges = async (value: Value): Promise<boolean> => {
      asked++;
      const cut = cutAt(graph, value);
      const [a, b] = [freshWeights(0), wrongAt(`${path}/kernel`)].map((reader) =>
        evaluate(cut, feeds, reader).get("cut"),
      );
      return distance(a?.data ?? [], b?.data ?? []) > 1e-9;
    };
    const node = await firstDivergence(graph, graph.outputs[0]?.value as Value, diverges);
    expect(node?.path).toBe(path);
    expect(asked).toBeLessThan(10);
  });

  it("finds an operator by its second result", async () => {
    const b = new GraphBuilder();
    const wide = b.apply("conv", [b.input("x", [1, 4, 4, 3])], { c: 6 }, { path: "wide" });
    const [left, right] = b.applyAll("split", [wide], { n: 2 }, { path: "parts" }) as [Value, Value];
    const graph = b.output("y", b.apply("sub", [b.apply("relu", [left]), right], {}, { path: "last" })).graph();
    const wrong = new Set([right.path, "last"]);
    const node = await firstDivergence(graph, graph.outputs[0]?.value as Value, async ({ path }) => wrong.has(path));
    expect(node?.path).toBe("parts");
    expect(cutAt(graph, right).nodes.map(({ path }) => path)).toEqual(["wide", "parts"]);
  });

  it("answers nothing where nothing diverges", async () => {
    const graph = forked();
    expect(await firstDivergence(graph, graph.outputs[0]?.value as Value, async () => false)).toBeUndefined();
  });
});

it("a cut keeps what the value needs and nothing else", () => {
  const b = new GraphBuilder();
  const x = b.input("x", [1, 4]);
  const unused = b.input("unused", [1, 4]);
  const first = b.apply("relu", [x], {}, { path: "first" });
  b.output("y", b.apply("add", [first, unused], {}, { path: "second" }));
  const cut = cutAt(b.graph(), first);
  expect(cut.nodes.map((node) => node.path)).toEqual(["first"]);
  expect(cut.inputs.map((input) => input.name)).toEqual(["x"]);
});

describe("differences", () => {
  const reference = { dims: [3], data: Float64Array.of(1, -4, 2) };
  it("are relative to the largest value of the reference", () => {
    expect(differenceOf(reference, { dims: [3], data: [1, -4, 3] })).toEqual({ max: 0.25, mean: 0.25 / 3, scale: 4 });
  });
  it("are infinite for other shapes, and where one side is not a number", () => {
    expect(differenceOf(reference, { dims: [1, 3], data: [1, -4, 2] }).max).toBe(Number.POSITIVE_INFINITY);
    expect(differenceOf(reference, { dims: [3], data: [1, Number.NaN, 2] }).max).toBe(Number.POSITIVE_INFINITY);
  });
  it("see what is finite beside what is not", () => {
    const [infinite, none] = [Number.POSITIVE_INFINITY, Number.NaN];
    const mixed = { dims: [4], data: Float64Array.of(infinite, none, 2, -4) };
    expect(differenceOf(mixed, { dims: [4], data: [infinite, none, 2, -4] })).toEqual({ max: 0, mean: 0, scale: 4 });
    expect(differenceOf(mixed, { dims: [4], data: [infinite, none, 3, -4] })).toEqual({
      max: 0.25,
      mean: 0.0625,
      scale: 4,
    });
    for (const data of [
      [-infinite, none, 2, -4],
      [infinite, 0, 2, -4],
      [none, none, 2, -4],
      [infinite, none, 2, infinite],
    ])
      expect(differenceOf(mixed, { dims: [4], data }).max).toBe(infinite);
    // What single precision cannot hold is infinite there.
    expect(differenceOf({ dims: [2], data: Float64Array.of(1e39, 1) }, { dims: [2], data: [infinite, 1] }).max).toBe(0);
  });
  it("in decibels count what is finite alone", () => {
    const infinite = Number.POSITIVE_INFINITY;
    const mixed = { dims: [3], data: Float64Array.of(infinite, 3, 4) };
    expect(signalToNoise(mixed, { data: [infinite, 3, 4] })).toBe(infinite);
    expect(signalToNoise(mixed, { data: [infinite, 3, 4.5] })).toBeCloseTo(20);
  });
  it("are absolute where the reference is zero", () => {
    const zero = { dims: [2], data: Float64Array.of(0, 0) };
    expect(differenceOf(zero, { dims: [2], data: [0, 0.5] })).toEqual({ max: 0.5, mean: 0.25, scale: 0 });
  });

  it("are absolute where the reference is too small for float32", () => {
    const tiny = { dims: [2], data: Float64Array.from([1e-60, -2e-60]) };
    expect(differenceOf(tiny, { dims: [2], data: [0, 0] }).max).toBeLessThan(1e-50);
  });
});

describe("trial runs", () => {
  it("give the batch two samples and other axes a small size", () => {
    const b = new GraphBuilder();
    b.output("y", b.apply("relu", [b.input("x", ["N", "K", "H", "W", 3])]));
    expect(trialSizes(b.graph())).toEqual({ N: 2, K: 2, H: 8, W: 8 });
  });
  it("feed the same numbers again, float32 ones, and others for another seed", () => {
    const graph = forked();
    const [a, again, other] = [1, 1, 2].map((seed) => trialFeeds(graph, seed).get("x")?.data ?? []);
    expect(a).toEqual(again);
    expect(distance(a ?? [], other ?? [])).toBeGreaterThan(0.1);
    expect([...(a ?? [])].every((v) => Math.fround(v) === v)).toBe(true);
    expect(sample([2, 6, 6, 3]).data.length).toBe(a?.length);
  });
});
