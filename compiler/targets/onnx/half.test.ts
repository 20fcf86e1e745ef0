import proto from "onnx-proto";
import { describe, expect, it } from "vitest";
import { isEngineFailure, openSession } from "../../../runtime/index.ts";
import type { Value } from "../../ir/graph.ts";
import { freshWeights, weightsFrom } from "../../ir/weights.ts";
import { GraphBuilder, variedWeights } from "../../testing.ts";
import { emitOnnx, type OnnxFile, type OnnxOptions } from "./index.ts";

const { onnx } = proto;
const options: OnnxOptions = {
  opset: 18,
  ir: 8,
  layout: "nchw",
  weights: freshWeights(7),
  metadata: {},
  compilerVersion: "0.0.0",
  half: { ports: "f32" },
};

/** Convolution, norm, ReLU, upsampling and a softmax over the channels. */
function network() {
  const b = new GraphBuilder();
  const x = b.input("features", [1, 4, 4, 3]);
  const conv = b.apply("conv", [x], { c: 6 }, { path: "conv" });
  const norm = b.apply("bn", [conv], {}, { path: "norm" });
  const up = b.apply("upsample", [b.apply("relu", [norm], {}, { path: "relu" })], { s: 2 }, { path: "up" });
  return b
    .output("map", up)
    .output("classes", b.apply("softmax", [up], {}, { path: "softmax" }))
    .graph();
}

function written(more: Partial<OnnxOptions> = {}) {
  const file = emitOnnx(network(), { ...options, ...more }) as OnnxFile;
  const model = onnx.ModelProto.decode(Buffer.concat([...file.chunks()]));
  const graph = model.graph as proto.onnx.GraphProto;
  const values = [...graph.input, ...graph.output, ...graph.valueInfo];
  const typeOf = (name: string): number | undefined =>
    values.find((value) => value.name === name)?.type?.tensorType?.elemType ??
    graph.initializer.find((tensor) => tensor.name === name)?.dataType ??
    undefined;
  return { file, graph, typeOf };
}
const [single, half] = [1, 10];
const inputs = (graph: proto.onnx.GraphProto, op: string): readonly string[] =>
  graph.node.find(({ opType }) => opType === op)?.input ?? [];

describe("half precision", () => {
  it("stores kernels as halves, and the numbers of norms as singles", () => {
    const { typeOf } = written();
    expect([typeOf("conv/kernel"), typeOf("conv/bias")]).toEqual([half, half]);
    expect(["gamma", "beta", "moving_mean", "moving_variance"].map((role) => typeOf(`norm/${role}`))).toEqual(
      Array(4).fill(single),
    );
  });

  it("computes convolutions in half, and norms and softmax in single", () => {
    const { graph, typeOf } = written();
    expect(inputs(graph, "Conv").map(typeOf)).toEqual([half, half, half]);
    expect(inputs(graph, "BatchNormalization").map(typeOf)).toEqual(Array(5).fill(single));
    expect(inputs(graph, "Relu").map(typeOf)).toEqual([half]);
    expect(inputs(graph, "Softmax").map(typeOf)).toEqual([single]);
    // The standard types the factors of Resize as float.
    expect(inputs(graph, "Resize").map((name) => name && typeOf(name))).toEqual([half, "", single]);
  });

  it("keeps the interface in single unless it is asked for half", () => {
    const names = ["features", "map", "classes"];
    expect(names.map(written().typeOf)).toEqual([single, single, single]);
    expect(names.map(written({ half: { ports: "f16" } }).typeOf)).toEqual([half, half, half]);
  });

  it("casts a tensor once, whoever reads it", () => {
    const casts = (graph: proto.onnx.GraphProto) =>
      graph.node.filter(({ opType }) => opType === "Cast").map(({ input }) => input?.[0]);
    const { graph } = written();
    expect(new Set(casts(graph)).size).toBe(casts(graph).length);
    // Input, into and out of the norm, and one output that softmax reads in single as well.
    expect(casts(graph)).toHaveLength(4);
  });

  it("types every result of a node with several, and casts back those that are outputs", async () => {
    const b = new GraphBuilder();
    const parts = b.applyAll("split", [b.apply("conv", [b.input("x", [1, 4, 4, 3])], { c: 6 })], { n: 3 });
    const [first, second, third] = parts as [Value, Value, Value];
    b.output("first", first)
      .output("last", b.apply("add", [second, third]))
      .output("third", third);
    const file = emitOnnx(b.graph(), options) as OnnxFile;
    const session = await openSession(Buffer.concat([...file.chunks()]), {});
    if (isEngineFailure(session)) throw new Error(session.message);
    expect(session.manifest.outputs.map(({ type }) => type)).toEqual(["float32", "float32", "float32"]);
    await session.close();
  });

  it("takes half the bytes", () => {
    const [full, halved] = [written({ half: undefined as never }).file, written().file];
    expect(halved.weightBytes).toBe(full.weightBytes - 2 * (3 * 3 * 3 * 6 + 6));
  });

  it("leaves weights open in half as well", () => {
    expect(written({ weights: undefined }).typeOf("conv/kernel")).toBe(half);
  });

  it("refuses a weight that half precision has no number for, by its path", () => {
    const values = new Map([...variedWeights(network()), ["conv/kernel", new Float64Array(162).fill(1e5)] as const]);
    const weights = weightsFrom(values);
    const { chunks } = emitOnnx(network(), { ...options, weights }) as OnnxFile;
    expect(() => [...chunks()]).toThrow("conv/kernel holds 100000, and half precision ends at 65504");
  });
});
