import { expect, it } from "vitest";
import { evaluate } from "../evaluate.ts";
import type { Value } from "../ir/graph.ts";
import { verify } from "../ir/verify.ts";
import { freshWeights } from "../ir/weights.ts";
import { distance, GraphBuilder, sample } from "../testing.ts";
import { mergeCommonSubexpressions } from "./common-subexpressions.ts";

it("merges whole equal subgraphs, and keeps their values", () => {
  const b = new GraphBuilder();
  const x = b.input("x", [1, 4, 4, 3]);
  const left = b.apply("relu", [b.apply("tanh", [x])]);
  const right = b.apply("relu", [b.apply("tanh", [x])]);
  const graph = b
    .output("y", b.apply("add", [left, right]))
    .output("z", right)
    .graph();
  const merged = mergeCommonSubexpressions(graph);
  expect(merged.nodes.map((node) => node.op)).toEqual(["tanh", "relu", "add"]);
  expect(verify(merged)).toEqual([]);
  const feeds = new Map([["x", sample([1, 4, 4, 3])]]);
  for (const name of ["y", "z"]) {
    const [before, after] = [graph, merged].map((g) => evaluate(g, feeds, freshWeights(1)).get(name)?.data ?? []);
    expect(distance(before ?? [], after ?? [])).toBe(0);
  }
});

it("merges operators with several results, result by result", () => {
  const b = new GraphBuilder();
  const x = b.input("x", [1, 4, 4, 6]);
  const [first] = b.applyAll("split", [x], { n: 2 });
  const [again, second] = b.applyAll("split", [x], { n: 2 });
  const graph = b
    .output(
      "y",
      b.apply(
        "sub",
        [first, second].flatMap((part) => part ?? []),
      ),
    )
    .output("z", again as Value);
  const merged = mergeCommonSubexpressions(graph.graph());
  expect(merged.nodes.map((node) => node.op)).toEqual(["split", "sub"]);
  expect(verify(merged)).toEqual([]);
  expect(merged.outputs[1]?.value).toBe(first);
});

it("tells apart parameters, weights, operators and the order of inputs", () => {
  const b = new GraphBuilder();
  const x = b.input("x", [1, 4, 4, 3]);
  const y = b.input("y", [1, 4, 4, 3]);
  const values = [
    b.apply("leaky_relu", [x], { slope: 0.1 }),
    b.apply("leaky_relu", [x], { slope: 0.2 }),
    b.apply("conv", [x], { c: 3 }),
    b.apply("conv", [x], { c: 3 }),
    b.apply("sub", [x, y]),
    b.apply("sub", [y, x]),
    b.apply("relu", [x]),
  ];
  const graph = b.output("all", b.apply("concat", values)).graph();
  expect(mergeCommonSubexpressions(graph).nodes.length).toBe(graph.nodes.length);
});

it("merges two uses of a shared layer on one input, but not what is random in training", () => {
  const b = new GraphBuilder();
  const x = b.input("x", [1, 4, 4, 3]);
  const first = b.apply("conv", [x], { c: 3 });
  const second = b.apply("conv", [x], { c: 3 }, { weights: b.nodes[0]?.weights ?? {} });
  const drops = [b.apply("dropout", [first]), b.apply("dropout", [second])];
  b.output("y", b.apply("add", drops));
  expect(mergeCommonSubexpressions(b.graph("train")).nodes.map((node) => node.op)).toEqual([
    "conv",
    "dropout",
    "dropout",
    "add",
  ]);
});
