import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { isEngineFailure, openSession } from "./index.ts";

it("says that a model is broken, without an exception", async () => {
  for (const model of [new Uint8Array([1, 2, 3]), "/no/such/model.onnx"]) {
    const session = await openSession(model);
    expect(isEngineFailure(session) && session.failure).toBe("model-invalid");
    expect(isEngineFailure(session) && session.message).not.toContain("\n");
  }
});

/** y = relu(x) for x [N, 2], as bytes of onnx.proto. */
const relu = Uint8Array.from(
  Buffer.from(
    "08083a3d0a0c0a0178120179220452656c751201675a140a0178120f0a0d080112090a0312014e0a02080262140a0179120f0a0d080112090a0312014e0a02080242040a001012",
    "hex",
  ),
);

it("runs a model, and tells about its interface", async () => {
  const session = await openSession(relu, { threads: 1 });
  if (isEngineFailure(session)) throw new Error(session.message);
  expect(session.manifest.inputs).toMatchObject([{ name: "x", type: "float32", dims: ["N", 2] }]);
  expect(session.manifest.outputs.map((port) => port.name)).toEqual(["y"]);
  const result = await session.run({ x: { dims: [2, 2], data: Float32Array.from([1, -1, -2, 2]) } });
  expect(result).toEqual({ y: { dims: [2, 2], data: Float32Array.from([1, 0, 0, 2]) } });
  const missing = await session.run({});
  expect(isEngineFailure(missing) && missing.failure).toBe("run-failed");
  expect(isEngineFailure(missing) && missing.message).toContain("x");
  await session.close();
});

it("runs the same file on WebAssembly, and where the native engine is missing", async () => {
  vi.doMock("onnxruntime-node", () => {
    throw new Error("Cannot find package 'onnxruntime-node'");
  });
  const session = await openSession(relu);
  vi.doUnmock("onnxruntime-node");
  if (isEngineFailure(session)) throw new Error(session.message);
  expect(session.backend).toBe("onnxruntime-web");
  expect(session.manifest.inputs).toMatchObject([{ name: "x", type: "float32", dims: ["N", 2] }]);
  const result = await session.run({ x: { dims: [1, 2], data: Float32Array.from([-1, 2]) } });
  expect(result).toEqual({ y: { dims: [1, 2], data: Float32Array.from([0, 2]) } });
  await session.close();
});

it("says how to get an engine where none is installed", async () => {
  const missing = ["onnxruntime-node", "onnxruntime-web", "@tensorflow/tfjs"];
  for (const name of missing)
    vi.doMock(name, () => {
      throw new Error(`Cannot find package '${name}'`);
    });
  const [onnx, tfjs] = [await openSession(relu), await openSession("/no/such/model.json")];
  for (const name of missing) vi.doUnmock(name);
  expect(onnx).toMatchObject({
    failure: "engine-missing",
    message: expect.stringContaining("npm install onnxruntime-node"),
  });
  expect(tfjs).toMatchObject({
    failure: "engine-missing",
    message: expect.stringContaining("npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm"),
  });
});

it("says which engine opens what", async () => {
  expect(await openSession(relu, { backend: "tfjs-cpu" })).toEqual({
    failure: "model-invalid",
    message: "tfjs-cpu does not open an ONNX file",
  });
});

describe("a tfjs model", () => {
  /** y = relu(x), as another program might write it. */
  const layer = (class_name: string, name: string, config: object, from: readonly string[]) => ({
    class_name,
    name,
    config: { name, ...config },
    inbound_nodes: from.length === 0 ? [] : [from.map((source) => [source, 0, 0, {}])],
  });
  const config = {
    name: "other",
    layers: [
      layer("InputLayer", "x", { batch_input_shape: [null, 2], dtype: "float32" }, []),
      layer("Activation", "y", { activation: "relu" }, ["x"]),
    ],
    input_layers: [["x", 0, 0]],
    output_layers: [["y", 0, 0]],
  };
  const folder = mkdtempSync(join(tmpdir(), "deepmacc-engine-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, document: unknown): string => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "model.json"), JSON.stringify(document));
    return join(folder, name);
  };

  it.each(["tfjs-wasm", "tfjs-cpu"] as const)("runs on %s, and tells about its interface", async (backend) => {
    const path = write("other", { modelTopology: { class_name: "Model", config } });
    const session = await openSession(path, { backend });
    if (isEngineFailure(session)) throw new Error(session.message);
    expect(session.backend).toBe(backend);
    expect(session.manifest.inputs).toMatchObject([{ name: "x", type: "float32", dims: ["axis0", 2] }]);
    const result = await session.run({ x: { dims: [2, 2], data: Float32Array.from([1, -1, -2, 2]) } });
    expect(result).toEqual({ y: { dims: [2, 2], data: Float32Array.from([1, 0, 0, 2]) } });
    expect(await session.run({})).toEqual({ failure: "run-failed", message: "input x is missing" });
    expect(await session.run({ x: { dims: [2], data: Float32Array.from([1, 2]) } })).toEqual({
      failure: "run-failed",
      message: "input x has 2 axes, but 1 are given",
    });
    await session.close();
  });

  it("is opened by what is installed: here WebAssembly", async () => {
    const session = await openSession(write("other", { modelTopology: { class_name: "Model", config } }));
    expect("backend" in session && session.backend).toBe("tfjs-wasm");
  });

  it("is refused where it is none, or lacks a part", async () => {
    const weightsManifest = [{ paths: ["gone.bin"], weights: [] }];
    const broken = [
      write("empty", {}),
      write("cut", { modelTopology: { class_name: "Model", config }, weightsManifest }),
      write("unknown", {
        modelTopology: { class_name: "Model", config: { ...config, layers: [layer("Nothing", "x", {}, [])] } },
      }),
      join(folder, "no", "model.json"),
    ];
    for (const path of broken) expect(await openSession(path)).toMatchObject({ failure: "model-invalid" });
  });
});
