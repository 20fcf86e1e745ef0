import { expect, it } from "vitest";
import type { Value } from "../ir/graph.ts";
import { verify } from "../ir/verify.ts";
import { GraphBuilder } from "../testing.ts";
import { removeDeadCode } from "./dead-code.ts";

it("takes out what no output needs, and nothing else", () => {
  const b = new GraphBuilder();
  const x = b.input("x", [1, 4, 4, 3]);
  const used = b.apply("conv", [x], { c: 4 }, { path: "used" });
  b.apply("relu", [b.apply("conv", [used], { c: 4 }, { path: "dead" })]);
  const graph = b.output("y", b.apply("sigmoid", [used])).graph();
  const cleaned = removeDeadCode(graph);
  expect(cleaned.nodes.map((node) => node.path)).toEqual(["used", "sigmoid"]);
  expect(verify(cleaned)).toEqual([]);
  expect(removeDeadCode(cleaned)).toBe(cleaned);
});

it("keeps an operator of which one result is read, with all its results", () => {
  const b = new GraphBuilder();
  const [left, right] = b.applyAll("split", [b.input("x", [1, 6])], { n: 2 }) as [Value, Value];
  b.apply("relu", [left]);
  const cleaned = removeDeadCode(b.output("y", right).graph());
  expect(cleaned.nodes.map(({ op, outputs }) => [op, outputs.length])).toEqual([["split", 2]]);
  expect(verify(cleaned)).toEqual([]);
});

it("keeps what a loss needs", () => {
  const b = new GraphBuilder();
  const x = b.input("x", [1, 3]);
  const loss = b.apply("relu", [x]);
  const graph = { ...b.output("y", b.apply("tanh", [x])).graph("train"), losses: [{ name: "loss", value: loss }] };
  expect(removeDeadCode(graph).nodes.map((node) => node.op)).toEqual(["relu", "tanh"]);
});
