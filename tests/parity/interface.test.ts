// Sizes that stay free in the file and are read off its inputs when it runs, and inputs and outputs that share their
// names or their values, in every target.
import { expect, it } from "vitest";
import { elaborate, evaluate, type Graph, loadProgram, weightsFrom } from "../../compiler/index.ts";
import { sample, variedWeights } from "../../compiler/testing.ts";
import { expectParity } from "./run-onnx.ts";
import { expectTfjsParity } from "./run-tfjs.ts";
import { torchCase } from "./torch-cases.ts";

function graphOf(text: string): Graph {
  const program = loadProgram({ name: "free.dm", text: `dm 1\n${text}\n` }, () => ({ error: "no such file" }));
  const { graph, diagnostics } = elaborate(program, { model: "M" }, "infer");
  if (!graph) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return graph;
}

const models = [
  [
    "tile_to a map that flows in",
    "model M on (v: f32[N, 5], x: f32[N, H, W, 3]) = (v -> tile_to(H, W), x -> conv(4)) -> concat -> conv(2)",
    { v: [2, 5], x: [2, 4, 6, 3] },
  ],
  [
    "tile_to half of a map, over several vectors",
    "model M on (v: f32[N, K, 5], x: f32[N, H, W, 3]) = (v -> tile_to(H // 2, W // 2) -> conv(3), v -> tile_to(H // 2, W // 2)) -> concat",
    { v: [2, 3, 5], x: [2, 5, 6, 3] },
  ],
  ["flatten", "model M on x: f32[N, S, S, 3] = x -> conv(2) -> flatten", { x: [2, 4, 4, 3] }],
  ["one channel", "model M on x: f32[N, K, H, W, 3] = x -> conv(1)", { x: [2, 3, 4, 5, 3] }],
] as const;

const ports = [
  ["an input that is handed on", "model M on x: f32[N, 4, 4, 3] { let a = x -> relu  return (a, x) }", ["x"]],
  ["an output called as an input", "model M on x: f32[N, 4, 4, 3] = { x: x -> relu, y: x -> sigmoid }", ["x"]],
  [
    "inputs that change their names",
    "model M on (x: f32[N, 4, 4, 3], y: f32[N, 4, 4, 3]) { let a = x + y  return { y: x, x: y, a: a, b: a } }",
    ["x", "y"],
  ],
  ["an output called as a layer", "model M on x: f32[N, 4, 4, 3] = { conv: x -> relu, a: x -> conv(3) }", ["x"]],
] as const;

it.each(ports)("%s", async (name, text, inputs) => {
  const graph = graphOf(text);
  const feeds = new Map(inputs.map((port, i) => [port, sample([2, 4, 4, 3], i)]));
  const weights = weightsFrom(variedWeights(graph));
  await expectParity(graph, feeds, weights);
  await expectTfjsParity(graph, feeds, weights);
  torchCase({ name: `free/${name.replace(/\W+/g, "-")}`, graph, feeds, weights });
});

const emptyOf = (dims: readonly number[], axis: number) => dims.with(axis, 0);

it.each(models)("%s", async (name, text, inputs) => {
  const graph = graphOf(text);
  const lengths: readonly ((dims: readonly number[]) => readonly number[])[] = [
    (dims) => dims,
    (dims) => emptyOf(dims, 0),
    (dims) => (dims.length === 5 ? emptyOf(dims, 1) : dims),
  ];
  for (const [i, shape] of lengths.entries()) {
    const feeds = new Map(
      Object.entries(inputs).map(([port, dims]) => [
        port,
        sample(name.includes("vectors") && i === 2 ? dims : shape(dims)),
      ]),
    );
    const weights = weightsFrom(variedWeights(graph));
    expect(evaluate(graph, feeds, weights).size).toBe(1);
    await expectParity(graph, feeds, weights);
    await expectTfjsParity(graph, feeds, weights);
    torchCase({ name: `free/${name.replace(/\W+/g, "-")}-${i}`, graph, feeds, weights });
  }
});
