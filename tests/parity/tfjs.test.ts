// The tfjs target as a whole: wiring, names, files, and what tfjs itself makes of them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate, type Graph, type NDArray, type Value, weightsFrom } from "../../compiler/index.ts";
import { addDims, multiplyDims, variable } from "../../compiler/sizes/dim/dim.ts";
import { shardBytes } from "../../compiler/targets/tfjs/shards.ts";
import { distance, GraphBuilder, sample, variedWeights } from "../../compiler/testing.ts";
import { layerNames } from "../../tfjs/index.ts";
import { root } from "../deepmacc.ts";
import { emitModel, expectTfjsParity, loadPlain, tensorOf } from "./run-tfjs.ts";

const feed = (...dims: number[]) => new Map([["features", sample(dims)]]);

interface Topology {
  readonly modelTopology: {
    readonly config: {
      readonly layers: readonly {
        readonly class_name: string;
        readonly name: string;
        readonly config: Readonly<Record<string, unknown>>;
        readonly inbound_nodes: readonly (readonly unknown[])[];
      }[];
    };
  };
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly { name: string }[];
  }[];
  readonly userDefinedMetadata: Readonly<Record<string, unknown>>;
}
const documentOf = (graph: Graph, options: Parameters<typeof emitModel>[1] = {}): Topology => {
  const text = emitModel(graph, options).files.at(-1);
  return JSON.parse(Buffer.concat([...(text?.chunks() ?? [])]).toString());
};

/** A small hourglass: joins, strides, norms. */
function hourglass(input: readonly (number | string)[]): Graph {
  const b = new GraphBuilder();
  const x = b.input("features", input);
  const unit = (from: Value, c: number, k: number, stride: number, path: string) => {
    const conv = b.apply("conv", [from], { c, k, stride, bias: false }, { path: `${path}/conv` });
    return b.apply("relu", [b.apply("bn", [conv], {}, { path: `${path}/bn` })], {}, { path: `${path}/relu` });
  };
  const stem = unit(x, 6, 3, 1, "stem");
  const up = b.apply("upsample", [unit(unit(stem, 8, 3, 2, "down"), 6, 1, 1, "low")], { s: 2 }, { path: "up" });
  const sum = b.apply("add", [stem, up], {}, { path: "sum" });
  const logits = b.apply("conv", [b.apply("concat", [sum, stem])], { c: 1, k: 1 }, { path: "head" });
  return b
    .output("mask", b.apply("sigmoid", [logits]))
    .output("trunk", sum)
    .graph();
}

describe("the tfjs target", () => {
  it("computes what evaluate computes, with sizes known and free", async () => {
    await expectTfjsParity(hourglass([2, 8, 8, 3]), feed(2, 8, 8, 3));
    await expectTfjsParity(hourglass(["N", "S", "S", 3]), feed(1, 12, 12, 3));
  });

  it.each([
    { k: [1, 3], stride: [2, 1], pad: "same" },
    { k: [3, 1], stride: [1, 2], pad: "half" },
    { k: [1, 1], stride: [2, 3], pad: "same" },
    { k: [2, 2], stride: [3, 3], pad: "same" },
    { k: [3, 2], stride: [4, 1], pad: "same" },
    { k: [2, 3], stride: [3, 2], rate: [1, 2], pad: "same" },
  ])("pads convolutions whose stride is above their kernel: %j", async (params) => {
    for (const groups of [1, 2, 4]) {
      const b = new GraphBuilder();
      b.output("y", b.apply("conv", [b.input("features", ["N", "H", "W", 4])], { c: 4, groups, ...params }));
      const graph = b.graph();
      for (const sizes of [
        [6, 6],
        [12, 13],
        [5, 8],
      ] as const)
        await expectTfjsParity(graph, feed(1, ...sizes, 4));
    }
  });

  it("folds leading axes once, and unfolds them", async () => {
    await expectTfjsParity(hourglass([2, 3, 8, 8, 3]), feed(2, 3, 8, 8, 3));
    await expectTfjsParity(hourglass(["N", "K", "H", "W", 3]), feed(1, 2, 8, 4, 3));
    await expectTfjsParity(hourglass([1, 2, 2, 4, 4, 3]), feed(1, 2, 2, 4, 4, 3));
    const layers = documentOf(hourglass(["N", "K", "S", "S", 3])).modelTopology.config.layers;
    const count = (name: string) => layers.filter(({ class_name }) => class_name === name).length;
    expect([count("DeepmaccFold"), count("DeepmaccUnfold")]).toEqual([1, 2]);
  });

  it("opens with tfjs alone what needs no layer of ours", () => {
    expect(emitModel(hourglass(["N", "S", "S", 3])).customLayers).toEqual([]);
    expect(documentOf(hourglass(["N", "K", "S", "S", 3])).userDefinedMetadata).toMatchObject({
      "custom layers": ["DeepmaccFold", "DeepmaccUnfold"],
      "registered by": "deepmacc/tfjs",
    });
  });

  it("pads maximum pools with zeros only where no value is negative", async () => {
    const pooled = (first: string) => {
      const b = new GraphBuilder();
      const x = b.apply(first, [b.input("features", ["N", "H", "W", 3])]);
      return b.output("y", b.apply("max_pool", [x], { k: 3, stride: 2 })).graph();
    };
    expect(emitModel(pooled("relu")).customLayers).toEqual([]);
    expect(emitModel(pooled("tanh")).customLayers).toEqual(["DeepmaccMaxPool2D"]);
    await expectTfjsParity(pooled("relu"), feed(2, 7, 6, 3));
    await expectTfjsParity(
      pooled("tanh"),
      new Map([["features", { dims: [1, 5, 5, 3], data: sample([75]).data.map((v) => v - 2) }]]),
    );
  });

  it("computes sizes that only the input knows", async () => {
    const b = new GraphBuilder();
    const h = variable("h");
    const tall = addDims(multiplyDims(h, 4), 2);
    const x = b.input("features", ["N", tall, "W", 3]);
    const w = variable("W");
    const graph = b
      .output("swapped", b.apply("reshape", [b.apply("flatten", [x])], { sizes: [w, tall, 3] }))
      .output("grid", b.apply("tile_to", [b.apply("global_avg_pool", [x])], { h: multiplyDims(h, 2), w }))
      .graph("infer", new Map([["h", { name: "H", modulus: 4, residue: 2 }]]));
    await expectTfjsParity(graph, feed(2, 6, 5, 3));
    await expectTfjsParity(graph, feed(1, 10, 3, 3));
  });

  it("names outputs that are inputs, or each other, and takes inputs that nobody reads", async () => {
    const b = new GraphBuilder();
    const x = b.input("features", [1, 4, 4, 3]);
    b.input("unused", [1, 2]);
    const y = b.apply("relu", [x]);
    const graph = b.output("same", x).output("first", y).output("second", y).graph();
    await expectTfjsParity(graph, new Map([...feed(1, 4, 4, 3), ["unused", sample([1, 2])]]));
    const model = await loadPlain(emitModel(graph));
    expect(model.inputNames).toEqual(["features", "unused"]);
    expect(model.outputNames).toEqual(["same", "first", "second"]);
  });

  it("takes several inputs of several types", async () => {
    const b = new GraphBuilder();
    const [a, flags] = [b.input("a", ["N", 3]), b.input("flags", ["N", 3], "bool")];
    const graph = b.output("y", b.apply("mul", [a, b.apply("cast", [flags], { to: "f32" })])).graph();
    const bits: NDArray = { dims: [2, 3], data: Float64Array.of(1, 0, 1, 0, 0, 1) };
    await expectTfjsParity(
      graph,
      new Map([
        ["a", sample([2, 3])],
        ["flags", bits],
      ]),
    );
  });

  it("gives names that tfjs accepts", async () => {
    const b = new GraphBuilder();
    const x = b.input("_x", [1, 4, 4, 3]);
    const y = b.apply("conv", [x], { c: 2 }, { path: "_x" });
    const z = b.apply("conv", [y], { c: 2 }, { path: "größe[1]/conv" });
    const graph = b.output("toString", b.apply("conv", [z], { c: 2 }, { path: "constructor" })).graph();
    await expectTfjsParity(graph, new Map([["_x", sample([1, 4, 4, 3])]]));
  });
});

describe("shared blocks", () => {
  /** f uses the same weights in every use. */
  function shared(b: GraphBuilder, op: string, params: Parameters<GraphBuilder["apply"]>[2]) {
    return (x: Value, path: string): Value => {
      const first = b.nodes.find((node) => node.op === op && node.path.startsWith("f"));
      return b.apply(op, [x], params, first ? { path, weights: first.weights } : { path: "f" });
    };
  }

  it("are one layer with several inbound nodes", async () => {
    const b = new GraphBuilder();
    const x = b.input("features", ["N", 4, 4, 3]);
    const f = shared(b, "conv", { c: 3 });
    const graph = b
      .output("y", f(b.apply("relu", [f(x, "f")]), "again"))
      .output("z", f(b.apply("tanh", [x]), "third"))
      .graph();
    const layers = documentOf(graph).modelTopology.config.layers.filter(({ class_name }) => class_name === "Conv2D");
    expect(layers.map(({ name, inbound_nodes }) => [name, inbound_nodes.length])).toEqual([["f", 3]]);
    await expectTfjsParity(graph, feed(2, 4, 4, 3));
  });

  it("are wired rightly where a later use can be applied first", async () => {
    const b = new GraphBuilder();
    const x = b.input("features", ["N", 3]);
    const h = b.apply("dense", [x], { c: 3 }, { path: "h" });
    const more = (path: string, from: Value, like: string) =>
      b.apply("dense", [from], { c: 3 }, { path, weights: b.nodes.find((node) => node.path === like)?.weights ?? {} });
    const g = b.apply("tanh", [h]);
    const f = b.apply("dense", [more("h_2", g, "h")], { c: 3 }, { path: "f" });
    const graph = b.output("y", b.apply("sub", [f, more("f_2", x, "f")])).graph();
    await expectTfjsParity(graph, feed(2, 3));
  });

  it("stand in two layers where they are used in two ways, and the file says so", async () => {
    const b = new GraphBuilder();
    const x = b.input("features", ["N", 8, 8, 3]);
    const first = b.apply("conv", [x], { c: 3 }, { path: "f" });
    const { weights } = b.nodes[0]!;
    const graph = b.output("y", b.apply("conv", [first], { c: 3, stride: 2 }, { path: "g", weights })).graph();
    await expectTfjsParity(graph, feed(1, 8, 8, 3));
    expect(documentOf(graph).userDefinedMetadata["copied weights"]).toEqual([
      { weight: "f/kernel", layer: "f_2" },
      { weight: "f/bias", layer: "f_2" },
    ]);
  });

  it("are right in any network", async () => {
    const uses = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom("f", "g", "relu", "add", "split")), {
      minLength: 2,
      maxLength: 9,
    });
    await fc.assert(
      fc.asyncProperty(uses, async (drawn) => {
        const b = new GraphBuilder();
        const values = [b.input("features", ["N", 2])];
        const made = (op: string, x: Value, y: Value, index: number): readonly Value[] => {
          if (op === "relu") return [b.apply("tanh", [x])];
          if (op === "add") return [b.apply("add", [x, y])];
          if (op === "split") return b.applyAll("split", [b.apply("concat", [x, y])], { n: 2 }).slice(index % 2);
          const known = b.nodes.find((node) => node.path === op);
          const use = known ? { path: `${op}${index}`, weights: known.weights } : { path: op };
          return [b.apply("dense", [x], { c: 2 }, use)];
        };
        drawn.forEach(([i, j, op], index) => {
          const [x, y] = [i, j].map((place) => values[place % values.length] as Value) as [Value, Value];
          values.push(...made(op, x, y, index));
        });
        b.output("last", values.at(-1) as Value);
        b.output("other", values.at(-2) as Value);
        await expectTfjsParity(b.graph(), feed(2, 2));
      }),
      { numRuns: 40, seed: 5 },
    );
  });
});

describe("the files", () => {
  it("are the same bytes every time, and model.json comes last", () => {
    const bytes = () =>
      emitModel(hourglass([2, 8, 8, 3])).files.map(({ name, chunks }) => [name, Buffer.concat([...chunks()])]);
    expect(bytes()).toEqual(bytes());
    expect(bytes().map(([name]) => name)).toEqual(["group1-shard1of1.bin", "model.json"]);
  });

  it("say what they are", () => {
    const { weightsManifest, userDefinedMetadata } = documentOf(hourglass(["N", "S", "S", 3]), {
      metadata: { classes: "person" },
    });
    expect(userDefinedMetadata).toMatchObject({
      model: "Test",
      compiler: "deepmacc 0.0.0",
      "size rule": "every size",
      "custom layers": [],
      classes: "person",
      inputs: [{ name: "features", dtype: "float32", dims: ["N", "S", "S", 3] }],
      outputs: [{ name: "mask" }, { name: "trunk" }],
    });
    expect(userDefinedMetadata["architecture"]).toMatch(/^[0-9a-f]{64}$/);
    expect(weightsManifest[0]?.weights.slice(0, 5).map(({ name }) => name)).toEqual([
      "stem/conv/kernel",
      "stem/bn/gamma",
      "stem/bn/beta",
      "stem/bn/moving_mean",
      "stem/bn/moving_variance",
    ]);
  });

  it("hold weights in parts of 4 MiB, whatever the weights' own sizes", async () => {
    const b = new GraphBuilder();
    const x = b.input("features", [1, 1000]);
    const graph = b.output("y", b.apply("dense", [b.apply("dense", [x], { c: 1500 })], { c: 700 })).graph();
    const model = emitModel(graph);
    const shards = model.files.slice(0, -1);
    expect(shards.map(({ name }) => name)).toEqual([1, 2, 3].map((i) => `group1-shard${i}of3.bin`));
    expect(shards.map(({ bytes }) => bytes)).toEqual([shardBytes, shardBytes, model.weightBytes - 2 * shardBytes]);
    for (const { bytes, chunks } of model.files) expect(Buffer.concat([...chunks()]).length).toBe(bytes);
    await expectTfjsParity(graph, feed(1, 1000));
  });

  it("hold the topology alone where no weights are stored, and tfjs draws them as the text says", async () => {
    const b = new GraphBuilder();
    const x = b.input("features", ["N", 40]);
    const inits = ["glorot_uniform", "he_uniform", "glorot_normal", "he_normal", "he_normal_fan_out", "lecun_normal"];
    for (const init of inits)
      b.output(init, b.apply("dense", [x], { c: 500, init, bias_init: 0.25 }, { path: `d/${init}` }));
    const model = await loadPlain(emitModel(b.graph(), { weights: undefined }));
    expect(emitModel(b.graph(), { weights: undefined }).files.map(({ name }) => name)).toEqual(["model.json"]);
    const wanted = [2 / 540, 2 / 40, 2 / 540, 2 / 40, 2 / 500, 1 / 40];
    inits.forEach((init, i) => {
      const [kernel, bias] = model.getLayer(`d/${init}`).getWeights();
      const { variance } = tf.moments(kernel as tf.Tensor);
      expect((variance.dataSync()[0] ?? 0) / (wanted[i] ?? 1), init).toBeCloseTo(1, 1);
      expect(bias?.dataSync()[0]).toBe(0.25);
    });
  });

  it("can be saved and opened again by tfjs", async () => {
    const graph = hourglass([2, 2, 8, 8, 3]);
    const weights = weightsFrom(variedWeights(graph));
    const model = await loadPlain(emitModel(graph, { weights }));
    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }),
    );
    const again = await tf.loadLayersModel(tf.io.fromMemory(saved as tf.io.ModelArtifacts));
    const x = sample([2, 2, 8, 8, 3]);
    const [mask] = again.predict(tensorOf(x)) as tf.Tensor[];
    const wanted = evaluate(graph, new Map([["features", x]]), weights).get("mask");
    expect(distance(mask?.dataSync() ?? [], wanted?.data ?? [])).toBeLessThan(1e-5);
  });
});

describe("training", () => {
  it("counts parameters as the text does", async () => {
    const model = await loadPlain(emitModel(hourglass(["N", "S", "S", 3])));
    const count = (weights: readonly { shape: (number | null)[] }[]) =>
      weights.reduce((sum, { shape }) => sum + shape.reduce<number>((a, b) => a * (b ?? 1), 1), 0);
    expect(count(model.trainableWeights)).toBe(9 * 3 * 6 + 12 + 9 * 6 * 8 + 16 + 8 * 6 + 12 + 12 + 1);
    expect(count(model.nonTrainableWeights)).toBe(12 + 16 + 12);
  });

  it("lowers the loss", async () => {
    await tf.setBackend("cpu");
    const b = new GraphBuilder();
    const x = b.input("features", ["N", 4, 4, 2]);
    const hidden = b.apply("relu", [b.apply("bn", [b.apply("conv", [x], { c: 4, bias: false })], { decay: 0.5 })]);
    const graph = b
      .output(
        "mask",
        b.apply("sigmoid", [b.apply("conv", [b.apply("dropout", [hidden], { rate: 0.1 })], { c: 1, k: 1 })]),
      )
      .graph();
    const model = await loadPlain(emitModel(graph));
    model.compile({ optimizer: tf.train.adam(0.05), loss: "binaryCrossentropy" });
    const features = tensorOf(sample([8, 4, 4, 2]));
    const target = tf.cast(tf.greater(tf.slice(features, [0, 0, 0, 0], [-1, -1, -1, 1]), 0), "float32");
    const { history } = await model.fit(features, target, { epochs: 15, batchSize: 8, verbose: 0 });
    const losses = history["loss"] as number[];
    expect(losses.at(-1)).toBeLessThan(0.6 * (losses[0] ?? 0));
  });

  it("keeps the running averages by their decay", async () => {
    await tf.setBackend("cpu");
    const b = new GraphBuilder();
    const graph = b
      .output("y", b.apply("bn", [b.input("features", ["N", 1])], { decay: 0.75 }, { path: "bn" }))
      .graph();
    const model = await loadPlain(emitModel(graph));
    model.apply(tf.tensor2d([[1], [3]]), { training: true });
    const [, , mean, variance] = model
      .getLayer("bn")
      .getWeights()
      .map((weight) => weight.dataSync()[0]);
    expect(mean).toBeCloseTo(0.25 * 2, 6);
    expect(variance).toBeCloseTo(0.75 * 1 + 0.25 * 1, 6);
  });

  it("differentiates bilinear upsampling as it computes it", async () => {
    await tf.setBackend("cpu");
    const b = new GraphBuilder();
    const x = b.input("features", [2, 3, 4, 2]);
    const model = await loadPlain(
      emitModel(b.output("y", b.apply("upsample", [x], { s: [2, 3], mode: "bilinear" })).graph()),
    );
    const weights = tensorOf(sample([2, 6, 12, 2], 9));
    const loss = (features: tf.Tensor) => tf.sum(tf.mul(model.apply(features) as tf.Tensor, weights)) as tf.Scalar;
    const input = sample([2, 3, 4, 2]);
    const gradient = tf.grad(loss)(tensorOf(input)).dataSync();
    for (const place of [0, 5, 23, 47]) {
      const moved = (by: number) =>
        loss(tensorOf({ ...input, data: input.data.map((v, i) => (i === place ? v + by : v)) })).dataSync()[0] ?? 0;
      expect(gradient[place]).toBeCloseTo((moved(0.5) - moved(-0.5)) / 1, 4);
    }
  });
});

it("every layer that the compiler asks for is registered, and no other", () => {
  const folders = ["compiler/ops", "compiler/targets/tfjs"].map((folder) => join(root, folder));
  const texts = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(folder, name), "utf8")),
  );
  const asked = texts.flatMap((text) => [...text.matchAll(/"(Deepmacc\w+)"/g)].map(([, name]) => name));
  expect([...new Set(asked)].sort()).toEqual([...layerNames].sort());
});
