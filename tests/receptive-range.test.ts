// What single pixels see, against the reference: a column of the input is made NaN, and whatever turns NaN in the middle
// of the output has seen it.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { elaborate, evaluate, freshWeights, loadProgram, summarize } from "../compiler/index.ts";
import { spec } from "./deepmacc.ts";

const nets: readonly (readonly [
  flow: string,
  width: number,
  counted: readonly [least: number, most: number] | undefined,
])[] = [
  ["x -> conv(1) -> conv(1, k = 5)", 24, undefined],
  ["x -> conv(1, stride = 2) -> conv(1)", 32, undefined],
  ["x -> max_pool -> conv(1) -> upsample(2)", 32, undefined],
  ["x -> max_pool -> conv(1) -> upsample(2) -> conv(1)", 32, [8, 8]],
  ["x -> avg_pool(3, stride = 3, pad = valid) -> upsample(3) -> conv(1, k = 4)", 48, [6, 6]],
  ["x -> conv(1, stride = 2, pad = same) -> conv(1, k = 2, rate = 2) -> upsample(2, mode = bilinear)", 48, [9, 9]],
  ["x -> conv(1, k = 4, stride = 4) -> deconv(1, k = 6, stride = 4, pad = 1) -> conv(1)", 64, [8, 8]],
  ["x -> pad(2) -> conv(1, k = 5, pad = valid) -> upsample(2) -> conv(1, stride = 2)", 32, undefined],
  ["(x -> conv(1, k = 5)) + (x -> max_pool(4) -> conv(1) -> upsample(4) -> conv(1))", 64, [12, 16]],
  ["(x -> max_pool -> upsample(2)) + (x -> max_pool(3) -> upsample(3))", 72, [3, 5]],
];

function graphOf(flow: string, width: number) {
  const text = `dm 1\nmodel M on x: f32[N, H, W, 1] = ${flow}\n`;
  const program = loadProgram({ name: "m.dm", text }, () => ({ error: "none" }));
  const request = { model: "M", at: { N: 1, H: width, W: width } };
  const { graph, diagnostics } = elaborate(program, request, "infer");
  if (!graph) throw new Error(diagnostics.map(({ message }) => message).join());
  return { graph, summary: summarize(program, request).summary };
}

/** The fewest and the most columns that an output column far from the borders sees. */
function counted(flow: string, width: number): readonly [number, number] {
  const { graph } = graphOf(flow, width);
  const seen: number[][] = [];
  for (let column = 0; column < width; column++) {
    const data = Float64Array.from({ length: width * width }, (_, i) => (i % width === column ? Number.NaN : 1));
    const output = evaluate(graph, new Map([["x", { dims: [1, width, width, 1], data }]]), freshWeights(1)).get(
      "output",
    );
    const row = output?.dims[2] ?? 0;
    const middle = output?.data.slice(row * Math.floor(row / 2), row * (Math.floor(row / 2) + 1)) ?? [];
    middle.forEach((value, i) => {
      seen[i] ??= [];
      if (Number.isNaN(value)) seen[i]?.push(column);
    });
  }
  const inside = seen.slice(Math.floor(seen.length / 4), Math.ceil((seen.length * 3) / 4));
  const sizes = inside.map((columns) => (columns.at(-1) ?? 0) - (columns[0] ?? 0) + 1);
  return [Math.min(...sizes), Math.max(...sizes)];
}

it.each(nets)("%s", (flow, width, expected) => {
  const { summary } = graphOf(flow, width);
  const brute = counted(flow, width);
  const said = summary?.seen?.[1];
  expect([said?.least ?? summary?.rf, said?.most ?? summary?.rf]).toEqual(brute);
  if (expected) expect(brute).toEqual(expected);
});

it("HG[20]: 113 or 117", () => {
  const name = spec("heads/hourglass.dm");
  const read = (path: string, from: { readonly name: string }) => {
    const file = join(dirname(from.name), path);
    return { name: file, text: readFileSync(file, "utf8") };
  };
  const program = loadProgram({ name, text: readFileSync(name, "utf8") }, read);
  const { summary } = summarize(program, { model: "HG", key: "20", at: { C: 50 } });
  expect(summary?.rf).toBe(115);
  expect(summary?.seen).toEqual([
    { least: 113, most: 117 },
    { least: 113, most: 117 },
  ]);
});
