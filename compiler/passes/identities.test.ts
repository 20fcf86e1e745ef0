import { expect, it } from "vitest";
import type { ParamValue, Phase } from "../ir/graph.ts";
import { verify } from "../ir/verify.ts";
import { GraphBuilder } from "../testing.ts";
import { removeIdentities } from "./identities.ts";

type Params = Readonly<Record<string, ParamValue>>;

function survives(op: string, params: Params, phase: Phase = "infer"): boolean {
  const b = new GraphBuilder();
  const x = b.input("x", [2, 4, 4, 3]);
  const y = b.apply("relu", [b.apply(op, [b.apply("tanh", [x])], params)]);
  const graph = removeIdentities(b.output("y", y).graph(phase));
  expect(verify(graph)).toEqual([]);
  return graph.nodes.length === 3;
}

it.each<[string, Params]>([
  ["id", {}],
  ["dropout", { rate: 0.3 }],
  ["add", {}],
  ["concat", {}],
  ["scale", { by: 1 }],
  ["cast", { to: "f32" }],
  ["slice", { axis: 1 }],
  ["pad", { by: 0 }],
  ["upsample", { s: 1, mode: "bilinear" }],
  ["max_pool", { k: 1 }],
  ["transpose", { axes: [1, 2, 3] }],
])("%s %o does nothing", (op, params) => {
  expect(survives(op, params)).toBe(false);
});

it.each<[string, Params]>([
  ["scale", { by: 2 }],
  ["slice", { axis: 1, from: 1 }],
  ["upsample", { s: 2 }],
  ["max_pool", { k: 3, stride: 1 }],
  ["max_pool", { k: 1, stride: 2 }],
  ["transpose", { axes: [2, 1, 3] }],
  ["relu", {}],
])("%s %o stays", (op, params) => {
  expect(survives(op, params)).toBe(true);
});

it("keeps dropout in training", () => {
  expect(survives("dropout", { rate: 0.3 }, "train")).toBe(true);
});

it("follows chains, also to an output that is an input", () => {
  const b = new GraphBuilder();
  const x = b.input("x", [1, 3]);
  const graph = removeIdentities(b.output("y", b.apply("id", [b.apply("id", [b.apply("dropout", [x])])])).graph());
  expect(graph.nodes).toEqual([]);
  expect(graph.outputs[0]?.value).toBe(x);
});
