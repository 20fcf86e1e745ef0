import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import proto from "onnx-proto";
import { afterAll, describe, expect, it } from "vitest";
import { evaluate } from "../../compiler/evaluate.ts";
import { freshWeights, weightsFrom } from "../../compiler/ir/weights.ts";
import type { NDArray } from "../../compiler/ops/index.ts";
import { optimize } from "../../compiler/passes/index.ts";
import { addDims, multiplyDims, variable } from "../../compiler/sizes/dim/dim.ts";
import { emitOnnx, type OnnxFile } from "../../compiler/targets/onnx/index.ts";
import { distance, GraphBuilder, sample, variedWeights } from "../../compiler/testing.ts";
import { bytesOf, defaults, emit, expectParity, keepForPeers, runOnnx } from "./run-onnx.ts";

const { onnx } = proto;
const folder = mkdtempSync(join(tmpdir(), "deepmacc-onnx-"));
afterAll(() => rmSync(folder, { recursive: true }));

const decode = (file: OnnxFile) => onnx.ModelProto.decode(bytesOf(file)).graph as proto.onnx.GraphProto;
const opTypes = (file: OnnxFile): string[] => decode(file).node.map((node) => node.opType ?? "");

/** A small hourglass: joins, strides, shared and unshared norms. */
function hourglass(input: readonly (number | string)[]) {
  const b = new GraphBuilder();
  const x = b.input("features", input);
  const unit = (from: typeof x, c: number, k: number, stride: number, path: string) =>
    b.apply(
      "relu",
      [
        b.apply(
          "bn",
          [b.apply("conv", [from], { c, k, stride, bias: false }, { path: `${path}/conv` })],
          {},
          { path: `${path}/bn` },
        ),
      ],
      {},
      { path: `${path}/relu` },
    );
  const stem = unit(x, 6, 3, 1, "stem");
  const down = unit(stem, 8, 3, 2, "down");
  const low = unit(down, 6, 1, 1, "low");
  const up = b.apply("upsample", [low], { s: 2 }, { path: "up" });
  const sum = b.apply("add", [stem, up], {}, { path: "sum" });
  const cat = b.apply("concat", [sum, stem], {}, { path: "cat" });
  const logits = b.apply("conv", [cat], { c: 1, k: 1 }, { path: "head" });
  return b
    .output("mask", b.apply("sigmoid", [logits], {}, { path: "sigmoid" }))
    .output("trunk", sum)
    .graph();
}

const feed = (...dims: number[]) => new Map([["features", sample(dims)]]);

describe("the ONNX target", () => {
  it("computes what evaluate computes", async () => {
    await expectParity(hourglass([2, 8, 8, 3]), feed(2, 8, 8, 3));
  });

  it("folds leading axes, and unfolds them", async () => {
    await expectParity(hourglass([2, 3, 8, 8, 3]), feed(2, 3, 8, 8, 3));
    await expectParity(hourglass([1, 2, 2, 4, 4, 3]), feed(1, 2, 2, 4, 4, 3));
  });

  it("keeps sizes free", async () => {
    const graph = hourglass(["N", "S", "S", 3]);
    await expectParity(graph, feed(2, 8, 8, 3));
    await expectParity(graph, feed(1, 12, 12, 3));
    const many = hourglass(["N", "K", "H", "W", 3]);
    await expectParity(many, feed(2, 3, 8, 4, 3));
    await expectParity(many, feed(1, 1, 4, 6, 3));
  });

  it("names derived sizes by their formula, also behind a substitution", async () => {
    const b = new GraphBuilder();
    const h = variable("h");
    const x = b.input("features", ["N", "K", addDims(multiplyDims(h, 4), 2), "W", 3]);
    const low = b.apply("max_pool", [b.apply("conv", [x], { c: 4 })], { k: 2, stride: 2, pad: "valid" });
    const graph = b
      .output("low", low)
      .output("flat", b.apply("flatten", [low]))
      .graph("infer", new Map([["h", { name: "H", modulus: 4, residue: 2 }]]));
    await expectParity(graph, feed(2, 3, 10, 6, 3));
    await expectParity(graph, feed(1, 2, 6, 7, 3));
    const dims = decode(emit(graph)).output[0]?.type?.tensorType?.shape?.dim?.map(
      (d) => d.dimParam || Number(d.dimValue),
    );
    expect(dims).toEqual(["N", "K", "H/2", "⌊W/2⌋", 4]);
  });

  it("transposes once per border", () => {
    const count = (file: OnnxFile, op: string) => opTypes(file).filter((type) => type === op).length;
    const nhwc = emit(hourglass([2, 8, 8, 3]));
    expect(count(nhwc, "Transpose")).toBe(2); // features and trunk; the mask has one channel
    expect(count(nhwc, "Reshape")).toBe(1);
    const nchw = emit(hourglass([2, 8, 8, 3]), { layout: "nchw" });
    expect(count(nchw, "Transpose") + count(nchw, "Reshape")).toBe(0);
  });

  it("writes the same bytes every time", () => {
    const file = () => bytesOf(emit(optimize(hourglass([2, 8, 8, 3]), { fold: true })));
    expect(file()).toEqual(file());
  });

  it("says where everything comes from", () => {
    const file = emit(hourglass(["N", "S", "S", 3]), { metadata: { classes: "person" } });
    const model = onnx.ModelProto.decode(bytesOf(file));
    const graph = model.graph as proto.onnx.GraphProto;
    expect(model.producerName).toBe("deepmacc");
    expect(Object.fromEntries(model.metadataProps.map((p) => [p.key, p.value]))).toMatchObject({
      model: "Test",
      classes: "person",
      "size rule": "every size",
    });
    expect(graph.node.find((n) => n.name === "down/conv")?.docString).toBe("test.dm:2:3 Test/down/conv");
    expect(graph.input.map((i) => i.name)).toEqual(["features"]);
    expect(graph.input[0]?.type?.tensorType?.shape?.dim?.map((d) => d.dimParam || Number(d.dimValue))).toEqual([
      "N",
      "S",
      "S",
      3,
    ]);
    expect(graph.output.map((o) => o.name)).toEqual(["mask", "trunk"]);
    expect(graph.initializer.map((i) => i.name)).toContain("stem/conv/kernel");
    const told = new Set([...graph.valueInfo, ...graph.output].map((v) => v.name));
    expect(graph.node.flatMap((n) => n.output).filter((name) => !told.has(name))).toEqual([]);
  });

  it("puts weights beside the model", async () => {
    const graph = new GraphBuilder();
    const x = graph.input("features", [1, 4, 4, 16]);
    const built = graph.output("mask", graph.apply("conv", [graph.apply("conv", [x], { c: 32 })], { c: 8 })).graph();
    const file = emit(built, { externalData: "model.onnx.data" });
    const kept = process.env["DEEPMACC_ONNX_DIR"] ?? folder;
    const path = join(kept, "model.onnx");
    writeFileSync(path, bytesOf(file));
    const data = Buffer.concat([...(file.externalChunks?.() ?? [])]);
    expect(data.length).toBe(file.externalBytes);
    expect(data.length).toBe(18432 + 2048 + 9216); // the second kernel starts on a page
    writeFileSync(join(kept, "model.onnx.data"), data);
    expect(file.bytes).toBeLessThan(3 * 3 * 16 * 32 * 4);
    const feeds = feed(1, 4, 4, 16);
    const results = await runOnnx(path, built, feeds);
    expect(
      distance(results.get("mask")?.data ?? [], evaluate(built, feeds, freshWeights(7)).get("mask")?.data ?? []),
    ).toBeLessThan(1e-5);
  });

  it("takes weights as inputs where none are stored", async () => {
    const graph = hourglass([1, 4, 4, 3]);
    const file = emit(graph, { weights: undefined });
    expect(file.weightBytes).toBe(0);
    const reader = weightsFrom(variedWeights(graph));
    const given = new Map<string, NDArray>();
    for (const node of graph.nodes) {
      for (const weight of Object.values(node.weights)) {
        const axes = weight.axes === "HWIO" ? "OIHW" : "C";
        const [h, w, i, o] = weight.dims as readonly [number, number, number, number];
        given.set(weight.path, {
          dims: axes === "C" ? [h] : [o, i, h, w],
          data: Float64Array.from(reader.read(weight, axes)),
        });
      }
    }
    const feeds = feed(1, 4, 4, 3);
    keepForPeers(bytesOf(file), "no_weights");
    const results = await runOnnx(bytesOf(file), graph, feeds, "nhwc", given);
    expect(
      distance(results.get("mask")?.data ?? [], evaluate(graph, feeds, reader).get("mask")?.data ?? []),
    ).toBeLessThan(1e-5);
  });

  it("names outputs that are inputs, or each other", async () => {
    const b = new GraphBuilder();
    const x = b.input("features", [1, 4, 4, 3]);
    const y = b.apply("relu", [x]);
    const graph = b.output("same", x).output("first", y).output("second", y).graph();
    await expectParity(graph, feed(1, 4, 4, 3));
  });

  it("names what ONNX cannot express", () => {
    const b = new GraphBuilder();
    const x = b.input("features", [1, "H", 4, 3]);
    const graph = b.output("y", b.apply("append_coords", [x])).graph();
    const file = emitOnnx(graph, defaults);
    expect("unsupported" in file && file.unsupported.map((u) => u.reason)).toEqual([
      "needs a fixed height, but it is H",
    ]);
  });
});
