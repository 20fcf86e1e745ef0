// What a disk or a memory cannot hold is refused before the first byte is written.
import { expect, it } from "vitest";
import { compile, type Graph } from "../compiler/index.ts";
import { refuseWithoutRoom } from "./bounded.ts";

function graphOf(text: string): Graph {
  const { files } = compile<Graph>(
    { name: "a.dm", text: `dm 1\n${text}` },
    { read: () => ({ error: "" }), emit: (graph) => graph },
  );
  if (!files) throw new Error("it does not compile");
  return files;
}

// 100 MB of kernel, 40 kB of bias.
const graph = graphOf("model M on x: f32[N, 4, 4, 100] = x -> deconv(10, k = 158, stride = 158)");

it.each([
  ["one weight", { memory: 50e6, free: 1e12 }, "one weight of M takes 99.9 MB, and this machine has 50.0 MB of memory"],
  ["all weights", { memory: 1e12, free: 50e6 }, "the weights of M take 99.9 MB, and this disk has 50.0 MB left"],
])("%s", (_title, room, message) => {
  expect(() => refuseWithoutRoom(graph, "m.onnx", room)).toThrow(message);
});

it("what fits is not spoken of", () => {
  expect(() => refuseWithoutRoom(graph, "m.onnx", { memory: 1e9, free: 1e9 })).not.toThrow();
  expect(() => refuseWithoutRoom(graph, "nowhere/m.onnx")).not.toThrow();
});
