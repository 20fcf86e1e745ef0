import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../testing.ts";
import type { Graph, Node } from "./graph.ts";
import { readersOf, verified, verify } from "./verify.ts";

function sampleGraph(): Graph {
  const b = new GraphBuilder();
  const x = b.input("x", ["N", 4, 4, 3]);
  return b.output("y", b.apply("relu", [b.apply("conv", [x], { c: 2 })])).graph();
}
const [conv, relu] = sampleGraph().nodes as [Node, Node];
const graph = {
  ...sampleGraph(),
  nodes: [conv, relu],
  inputs: [{ name: "x", value: conv.inputs[0]! }],
  outputs: [{ name: "y", value: relu.outputs[0]! }],
};

describe("verify", () => {
  it("accepts a legal graph", () => {
    expect(verify(graph)).toEqual([]);
    expect(verified(graph, "a test")).toBe(graph);
  });

  it.each<[string, Graph, string]>([
    ["order", { ...graph, nodes: [relu, conv] }, "relu reads conv before it is made"],
    ["a missing maker", { ...graph, nodes: [conv] }, "output y is not made by any node"],
    ["two makers", { ...graph, nodes: [conv, { ...conv, path: "other" }, relu] }, "conv is made twice"],
    [
      "equal ids",
      { ...graph, nodes: [conv, { ...relu, outputs: [{ ...relu.outputs[0]!, id: 0 }] }] },
      "id 0 of relu is used twice",
    ],
    ["equal paths", { ...graph, nodes: [conv, { ...relu, path: "conv" }] }, "node path conv occurs twice"],
    ["equal names", { ...graph, outputs: [...graph.outputs, ...graph.outputs] }, "output y occurs twice"],
    [
      "weights of one path",
      { ...graph, nodes: [conv, { ...relu, weights: { kernel: { ...conv.weights["kernel"]! } } }] },
      "two weights are called conv/kernel",
    ],
    [
      "axes of weights",
      { ...graph, nodes: [{ ...conv, weights: { kernel: { ...conv.weights["kernel"]!, axes: "IO" } } }, relu] },
      "weight conv/kernel [3, 3, 3, 2] does not have the axes IO",
    ],
    [
      "dims",
      {
        ...graph,
        nodes: [{ ...conv, weights: { kernel: { ...conv.weights["kernel"]!, dims: [1, 1, 0.5, 2] } } }, relu],
      },
      "weight conv/kernel [1, 1, 0.5, 2] has an illegal dim",
    ],
  ])("finds a fault: %s", (_, broken, problem) => {
    expect(verify(broken)).toContain(problem);
    expect(() => verified(broken, "a test")).toThrow(/internal: after a test/);
  });

  it("knows readers", () => {
    expect(readersOf(graph).get(conv.outputs[0]!)).toEqual([relu]);
    expect(readersOf(graph).get(relu.outputs[0]!)).toEqual(["output"]);
  });
});
