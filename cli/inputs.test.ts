import { expect, it } from "vitest";
import { elaborate, loadProgram } from "../compiler/index.ts";
import { portsOf, randomFeeds } from "./inputs.ts";

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
