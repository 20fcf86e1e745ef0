// Mistakes of the runtimes that we know, and what we do about each. Every test here holds as long as the
// mistake is there: when one fails, a new release has mended it, and what it names can go.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import proto from "onnx-proto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { distance, sample } from "../compiler/testing.ts";
import { isEngineFailure, openSession } from "../runtime/index.ts";

tf.env().set("PROD", true);

const numbersOf = (tensor: tf.Tensor): Float32Array => tensor.dataSync() as Float32Array;
const given = (dims: readonly number[], seed = 1): tf.Tensor4D =>
  tf.tensor4d(Float32Array.from(sample(dims, seed).data), [...dims] as [number, number, number, number]);

/** How far the gradient of `run` is from what small steps say, as part of its size. */
function gradientError(run: (x: tf.Tensor4D) => tf.Tensor, dims: readonly number[]): number {
  const x = given(dims);
  const weights = Float32Array.from(sample(run(x).shape, 7).data);
  const loss = (at: tf.Tensor4D): tf.Scalar => tf.sum(tf.mul(run(at), tf.tensor(weights, run(at).shape)));
  const told = numbersOf(tf.grad((at) => loss(at as tf.Tensor4D))(x));
  // All of these are linear, or nearly so: a large step is exact enough.
  const step = 0.25;
  const stepped = numbersOf(x).map((_, i, all) => {
    const moved = (by: number) => numbersOf(loss(tf.tensor4d(all.with(i, (all[i] ?? 0) + by), x.shape)))[0] ?? 0;
    return (moved(step) - moved(-step)) / (2 * step);
  });
  return distance(told, stepped);
}

describe("tfjs, plain JavaScript", () => {
  beforeEach(() => tf.setBackend("cpu").then(() => tf.engine().startScope()));
  afterEach(() => tf.engine().endScope());

  // Training on this backend is right with a batch of one only; docs/targets.md says so.
  it("differentiates nearest upsampling wrongly for more than one image", () => {
    const enlarge = (x: tf.Tensor4D) => tf.image.resizeNearestNeighbor(x, [4, 4]);
    expect(gradientError(enlarge, [1, 2, 2, 2])).toBeLessThan(1e-3);
    expect(gradientError(enlarge, [2, 2, 2, 2])).toBeGreaterThan(0.1);
  });

  // Hence tfjs/bilinear.ts has a gradient of its own.
  it("differentiates bilinear upsampling as if it took corners", () => {
    const enlarge = (halfPixel: boolean) => (x: tf.Tensor4D) => tf.image.resizeBilinear(x, [4, 4], false, halfPixel);
    expect(gradientError(enlarge(false), [1, 2, 2, 2])).toBeLessThan(1e-3);
    expect(gradientError(enlarge(true), [1, 2, 2, 2])).toBeGreaterThan(0.05);
  });

  it("differentiates average pools as if padding counted", () => {
    expect(gradientError((x) => tf.avgPool(x, 3, 1, "valid"), [1, 4, 4, 1])).toBeLessThan(1e-3);
    expect(gradientError((x) => tf.avgPool(x, 3, 1, "same"), [1, 4, 4, 1])).toBeGreaterThan(0.05);
  });

  // Hence DeepmaccConv2D puts zeros between the taps of a kernel. A Conv2D with dilation runs, but is not trained.
  it("has no gradient of dilated convolutions", () => {
    const kernel = given([3, 3, 1, 1], 3);
    const run = (x: tf.Tensor4D) => tf.conv2d(x, kernel, 1, "same", "NHWC", 2);
    expect(() => gradientError(run, [1, 6, 6, 1])).toThrow(/dilation/i);
  });
});

describe("tfjs, WebAssembly", () => {
  beforeEach(() => tf.setBackend("wasm").then(() => tf.engine().startScope()));
  afterEach(() => tf.engine().endScope());

  // Hence training is for the other backends.
  it("cannot train convolutions", () => {
    const x = given([1, 4, 4, 1]);
    const loss = (kernel: tf.Tensor4D): tf.Scalar => tf.sum(tf.conv2d(x, kernel, 1, "same"));
    expect(() => tf.grad((kernel) => loss(kernel as tf.Tensor4D))(given([3, 3, 1, 1]))).toThrow("Conv2DBackpropFilter");
  });

  // Hence such windows are padded by rows and columns, or by a layer of our own (ops/kit/tfjs-window.ts).
  it("pads by the word same wrongly where the stride is larger than the kernel", () => {
    const x = given([1, 6, 6, 1]);
    const run = (padding: "same" | "valid") => numbersOf(tf.conv2d(x, given([2, 2, 1, 1], 2), 3, padding));
    expect(distance(run("same"), Float64Array.from(run("valid")))).toBeGreaterThan(0.1);
  });
});

describe("tfjs, layers", () => {
  beforeEach(() => tf.setBackend("cpu"));

  // Hence a tensor goes through a layer that does nothing where one layer takes it twice (targets/tfjs/program.ts).
  it("frees a tensor that one layer takes twice before others have read it", () => {
    const x = tf.input({ shape: [2] });
    const y = tf.layers.activation({ activation: "tanh" }).apply(x) as tf.SymbolicTensor;
    const twice = tf.layers.add().apply([y, y]) as tf.SymbolicTensor;
    const later = tf.layers.add().apply([twice, y]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: x, outputs: later });
    expect(() => numbersOf(model.predict(tf.ones([1, 2])) as tf.Tensor)).toThrow();
  });

  // Hence the order of inbound nodes is that of loading (targets/tfjs/order.ts).
  it("numbers the uses of a shared layer as it comes upon them", async () => {
    const layer = (class_name: string, name: string, config: object, inbound_nodes: unknown[]) => ({
      class_name,
      name,
      config: { name, ...config },
      inbound_nodes,
    });
    const from = (name: string, node: number) => [[name, node, 0, {}]];
    const config = {
      name: "m",
      layers: [
        layer("InputLayer", "x", { batch_input_shape: [null, 1], dtype: "float32" }, []),
        layer("Rescaling", "h", { scale: 2, offset: 0 }, [from("x", 0), from("g", 0)]),
        layer("Rescaling", "g", { scale: 5, offset: 0 }, [from("h", 0)]),
        layer("Rescaling", "f", { scale: 1, offset: 0 }, [from("h", 1), from("x", 0)]),
      ],
      input_layers: [["x", 0, 0]],
      // The first use of f: 1 · 2 · 5 · 2 · x. tfjs takes the second.
      output_layers: [["f", 0, 0]],
    };
    const model = await tf.models.modelFromJSON({ class_name: "Model", config } as never);
    expect(numbersOf(model.predict(tf.ones([1, 1])) as tf.Tensor)[0]).toBe(1);
  });

  // bn(scale = false) and bn(center = false) are written all the same: they infer.
  it("does not train a norm without gamma or beta", () => {
    const norm = (args: object) => tf.layers.batchNormalization(args).apply(tf.ones([4, 2]), { training: true });
    expect(() => norm({})).not.toThrow();
    expect(() => norm({ scale: false })).toThrow();
    expect(() => norm({ center: false })).toThrow();
  });

  // Hence deconv has a layer of ours where its size is free.
  it("takes a free size for 0 where it crops", () => {
    const cropped = tf.layers
      .cropping2D({
        cropping: [
          [1, 1],
          [1, 1],
        ],
      })
      .computeOutputShape([null, null, null, 3]);
    expect(cropped).toEqual([null, -2, -2, 3]);
  });

  // Hence layers with several results hand out again what they computed (tfjs/layer.ts).
  it("runs a layer once for each of its results that is read", () => {
    let runs = 0;
    class Halves extends tf.layers.Layer {
      static readonly className = "Halves";
      override computeOutputShape = (): tf.Shape[] => [
        [null, 1],
        [null, 1],
      ];
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
        runs++;
        return tf.split([inputs].flat()[0] as tf.Tensor, 2, 1);
      }
    }
    const x = tf.input({ shape: [2] });
    const halves = new Halves({}).apply(x) as tf.SymbolicTensor[];
    tf.model({ inputs: x, outputs: halves }).predict(tf.ones([1, 2]));
    expect(runs).toBe(2);
  });

  // Hence the elu operator has a layer of ours for any other alpha.
  it("knows elu with alpha 1 only", () => {
    expect(() => tf.layers.elu({ alpha: 0.5 }).apply(tf.ones([1]))).toThrow(/alpha/);
  });

  // Hence input layers say batch_input_shape, as Keras 2 did.
  it("does not read the input shape of Keras 3", async () => {
    const input = {
      class_name: "InputLayer",
      name: "x",
      config: { name: "x", batch_shape: [null, 1] },
      inbound_nodes: [],
    };
    const config = { name: "m", layers: [input], input_layers: [["x", 0, 0]], output_layers: [["x", 0, 0]] };
    await expect(tf.models.modelFromJSON({ class_name: "Model", config } as never)).rejects.toThrow(/batchInputShape/);
  });
});

describe("onnxruntime", () => {
  const { ModelProto, TensorProto } = proto.onnx;
  const port = (name: string, elemType: number) => ({
    name,
    type: { tensorType: { elemType, shape: { dim: [{}, {}] } } },
  });
  const k = { name: "k", dims: [1], dataType: TensorProto.DataType.INT64, int64Data: [2] };
  const graph = {
    name: "top",
    node: [{ opType: "TopK", input: ["x", "k"], output: ["values", "places"] }],
    initializer: [k],
    input: [port("x", TensorProto.DataType.FLOAT)],
    output: [port("values", TensorProto.DataType.FLOAT), port("places", TensorProto.DataType.INT64)],
  };
  const model = ModelProto.encode({ irVersion: 8, opsetImport: [{ domain: "", version: 18 }], graph }).finish();

  /** How a process ends that ranks a tensor [rows, 3]. */
  const rank = (rows: number) =>
    spawnSync(
      process.execPath,
      [
        "-e",
        `const ort = require("onnxruntime-node");
         const x = new ort.Tensor("float32", new Float32Array(${3 * rows}), [${rows}, 3]);
         ort.InferenceSession.create(Buffer.from("${Buffer.from(model).toString("base64")}", "base64"))
           .then((session) => session.run({ x }));`,
      ],
      { cwd: fileURLToPath(new URL("..", import.meta.url)) },
    );

  // Hence a row more is ranked where the batch is free (compiler/ops/detection/onnx-rows.ts).
  it("ends the process where TopK has no row", () => {
    expect(rank(1)).toMatchObject({ status: 0, signal: null });
    expect(rank(0).status).not.toBe(0);
  });
});

describe("onnxruntime, without boxes", () => {
  const { onnx } = proto;
  const { FLOAT, INT32 } = onnx.TensorProto.DataType;

  /** What it says of one node with two inputs of these shapes, filled with zeros. */
  async function complaint(opType: string, elemType: number, ...shapes: readonly (readonly number[])[]) {
    const names = ["a", "b"];
    // Without shapes: onnxruntime does not run what it knows to be empty.
    const port = (name: string) => ({ name, type: { tensorType: { elemType } } });
    const graph = {
      name: "g",
      node: [{ opType, input: names, output: ["y"] }],
      input: names.map(port),
      output: [port("y")],
    };
    const model = onnx.ModelProto.encode({ irVersion: 8, opsetImport: [{ version: 18 }], graph }).finish();
    const session = await openSession(model, { threads: 1, backend: "onnxruntime-node" });
    if (isEngineFailure(session)) throw new Error(session.message);
    const feeds = names.map((name, i) => {
      const count = (shapes[i] ?? []).reduce((a, b) => a * b, 1);
      return [
        name,
        { dims: shapes[i] ?? [], data: elemType === FLOAT ? new Float32Array(count) : new Int32Array(count) },
      ];
    });
    const results = await session.run(Object.fromEntries(feeds));
    await session.close();
    return isEngineFailure(results) ? results.message : undefined;
  }

  // Hence the products of crop_and_resize never broadcast.
  it("does not multiply matrices of no boxes with one that all boxes share", async () => {
    expect(await complaint("MatMul", FLOAT, [1, 1, 2, 3], [1, 4, 3, 2])).toBeUndefined();
    expect(await complaint("MatMul", FLOAT, [1, 1, 2, 3], [1, 0, 3, 2])).toMatch(/cannot broadcast/);
  });

  // Hence roi_align divides by at least 1.
  it("divides nothing by zero", async () => {
    expect(await complaint("Div", INT32, [0], [1])).toMatch(/division by zero/);
  });
});
