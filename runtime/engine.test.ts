import { expect, it, vi } from "vitest";
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
  expect(session.manifest.inputs).toEqual([{ name: "x", type: "float32", dims: ["N", 2] }]);
  expect(session.manifest.outputs.map((port) => port.name)).toEqual(["y"]);
  const result = await session.run({ x: { dims: [2, 2], data: Float32Array.from([1, -1, -2, 2]) } });
  expect(result).toEqual({ y: { dims: [2, 2], data: Float32Array.from([1, 0, 0, 2]) } });
  const missing = await session.run({});
  expect(isEngineFailure(missing) && missing.failure).toBe("run-failed");
  expect(isEngineFailure(missing) && missing.message).toContain("x");
  await session.close();
});

it("says how to get the engine where it is not installed", async () => {
  vi.doMock("onnxruntime-node", () => {
    throw new Error("Cannot find package 'onnxruntime-node'");
  });
  const session = await openSession(relu);
  vi.doUnmock("onnxruntime-node");
  expect(session).toMatchObject({
    failure: "engine-missing",
    message: expect.stringContaining("npm install onnxruntime-node"),
  });
});
