import { expect, it } from "vitest";
import { emitOnnx } from "../compiler/index.ts";
import { GraphBuilder } from "../compiler/testing.ts";
import { defaults } from "../tests/parity/run-onnx.ts";
import { Refused } from "./exit.ts";
import { expectWritten } from "./not-expressible.ts";
import { onnx } from "./targets/onnx.ts";

it("says once why an operator cannot be written, and how it can", () => {
  const b = new GraphBuilder();
  const x = b.input("features", [1, "H", 4, 3]);
  const once = b.apply("append_coords", [x]);
  const graph = b.output("y", b.apply("append_coords", [once])).graph();
  const file = emitOnnx(graph, defaults);
  if (!("unsupported" in file)) throw new Error("it is written");
  let refused: unknown;
  try {
    expectWritten(file, onnx);
  } catch (problem) {
    refused = problem;
  }
  expect(refused).toBeInstanceOf(Refused);
  const { diagnostics } = refused as Refused;
  expect(diagnostics.map(({ message, notes, help }) => ({ message, notes, help }))).toEqual([
    {
      message: "append_coords cannot be written as ONNX: needs a fixed height, but it is H",
      notes: ["so it is with 1 more of its uses"],
      help: ["fix it: `--at H=…`"],
    },
  ]);
});
