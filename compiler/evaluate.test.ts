import { describe, expect, it } from "vitest";
import { evaluate, sizesFrom } from "./evaluate.ts";
import { freshWeights } from "./ir/weights.ts";
import { addDims, multiplyDims, variable } from "./sizes/dim/dim.ts";
import { GraphBuilder, sample } from "./testing.ts";

const weights = freshWeights(1);

describe("evaluate", () => {
  it("runs a graph on feeds by name", () => {
    const b = new GraphBuilder();
    const x = b.input("x", [2, 3]);
    const graph = b
      .output("y", b.apply("scale", [b.apply("relu", [x])], { by: 2 }))
      .output("x again", x)
      .graph();
    const feeds = new Map([["x", { dims: [2, 3], data: Float64Array.from([1, -2, 3, -4, 5, -6]) }]]);
    const results = evaluate(graph, feeds, weights);
    expect([...(results.get("y")?.data ?? [])]).toEqual([2, 0, 6, 0, 10, 0]);
    expect(results.get("x again")).toBe(feeds.get("x"));
  });

  it("reads free sizes off the feeds, also behind a substitution", () => {
    const s = variable("s");
    const b = new GraphBuilder();
    const x = b.input("x", ["N", addDims(multiplyDims(s, 32), 3), 4, 1]);
    const graph = b
      .output("y", b.apply("reshape", [x], { sizes: [multiplyDims(4, addDims(multiplyDims(s, 32), 3))] }))
      .graph();
    const feeds = new Map([["x", sample([2, 67, 4, 1])]]);
    expect([...sizesFrom(graph, feeds)]).toEqual([
      ["N", 2],
      ["s", 2],
    ]);
    expect(evaluate(graph, feeds, weights).get("y")?.dims).toEqual([2, 268]);
  });

  it("refuses feeds that do not fit", () => {
    const b = new GraphBuilder();
    const graph = b.output("y", b.apply("relu", [b.input("x", ["N", "N", multiplyDims(2, variable("K"))])])).graph();
    const run =
      (...dims: number[]) =>
      () =>
        evaluate(graph, new Map([["x", sample(dims)]]), weights);
    expect(run(3, 3, 8)).not.toThrow();
    expect(run(3, 4, 8)).toThrow("axis 1 of input x is N, but the feed has 4");
    expect(run(3, 3, 7)).toThrow("K");
    expect(run(3, 3)).toThrow("3 axes, but the feed has 2");
    expect(() => evaluate(graph, new Map(), weights)).toThrow("no feed for input x");
  });
});
