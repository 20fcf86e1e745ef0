// Weights of the released heads, read from their checkpoints: our networks compute what that code computed.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Checkpoint, isProblem, memorySource, openTensorflow } from "../../checkpoints/index.ts";
import { bundleOf } from "../../checkpoints/testing.ts";
import { evaluate, type Graph, type NDArray, optimize, weightsOfGraph } from "../../compiler/index.ts";
import { distance } from "../../compiler/testing.ts";
import {
  backboneOfDeepMac,
  bound,
  graphOf,
  headsIn,
  kept,
  openedCheckpoint,
  type ReleasedModel,
  releasedHeads,
  sharedHeads,
  smallDeepMac,
  smallDetectionFree,
  tensorOf,
} from "../released.ts";
import { bytesOf, emit, runOnnx } from "./run-onnx.ts";
import { emitModel, runTfjs, withModel } from "./run-tfjs.ts";

const largest = ({ data }: NDArray): number => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** The largest difference, relative to the largest value. */
function off(given: NDArray | undefined, wanted: NDArray): number {
  if (given?.data.length !== wanted.data.length) return Number.NaN;
  return (
    given.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted.data[i] as number))), 0) /
    largest(wanted)
  );
}

const only = (results: ReadonlyMap<string, NDArray>): NDArray | undefined => [...results.values()][0];
const feedsOf = (graph: Graph, input: NDArray) => new Map([[graph.inputs[0]?.name ?? "", input]]);

async function expectHead(name: string, weightsPath: string, valuesPath: string): Promise<void> {
  const values = openedCheckpoint(valuesPath);
  const checkpoint = openedCheckpoint(weightsPath);
  const input = tensorOf(values, "input");
  const model = releasedHeads[name];
  if (!model) throw new Error(`no head ${name}`);
  const [infer, train] = [graphOf(model, "infer"), graphOf(model, "train")];
  const weights = bound(infer, checkpoint);
  const feeds = feedsOf(infer, input);
  const logits = tensorOf(values, "logits_infer");
  expect(off(only(evaluate(infer, feeds, weights)), logits)).toBeLessThan(1e-9);
  expect(off(only(evaluate(train, feeds, bound(train, checkpoint))), tensorOf(values, "logits_train"))).toBeLessThan(
    1e-9,
  );
  const bytes = bytesOf(emit(optimize(infer, { fold: true }), { weights }));
  expect(off(only(await runOnnx(bytes, infer, feeds)), logits)).toBeLessThan(1e-5);
  await withModel(emitModel(infer, { weights }), async (folder) => {
    expect(off(only(await runTfjs(folder, infer, feeds, "tfjs-wasm")), logits)).toBeLessThan(1e-5);
  });
}

describe("heads that are kept here", () => {
  it.each(headsIn(kept))("%s", async (name) => {
    await expectHead(name, join(kept, name, "ckpt-0"), join(kept, name, "values.safetensors"));
  });
});

/** The same variables below another root, as a bundle of their own. */
function rerooted(checkpoint: Checkpoint, rename: (name: string) => string): Checkpoint {
  const suffix = "/.ATTRIBUTES/VARIABLE_VALUE";
  const tensors = [...checkpoint.tensors.values()].map(({ name, shape }) => ({
    key: rename(name) + suffix,
    shape,
    numbers: [...tensorOf(checkpoint, name).data],
  }));
  const { index, shards } = bundleOf(tensors);
  const opened = openTensorflow(memorySource(index), (shard) => memorySource(shards[shard] as Uint8Array));
  if (isProblem(opened)) throw new Error(opened.problem);
  return opened;
}

describe("the same variables elsewhere", () => {
  const checkpoint = openedCheckpoint(join(kept, "hourglass20", "ckpt-0"));
  const graph = graphOf(releasedHeads["hourglass20"] as ReleasedModel, "infer");
  const kernel = graph.nodes[0]?.weights["kernel"];
  if (!kernel) throw new Error("the first node has no kernel");
  const wanted = bound(graph, checkpoint).read(kernel, "logical");

  it.each([
    ["in a SavedModel", (name: string) => name.replace(/^model/, "_model")],
    ["without the model", (name: string) => name.replace(/^model\//, "")],
    ["alone", (name: string) => name.replace(/^model\/_mask_net\//, "")],
  ])("%s", (_title, rename) => {
    expect(bound(graph, rerooted(checkpoint, rename)).read(kernel, "logical")).toEqual(wanted);
  });
});

if (!sharedHeads)
  console.log("the folder shared is not beside this checkout: nine heads and Deep-MAC were not compared");

function compareEverything(everything: string): void {
  describe("every released head", () => {
    const names = Object.keys(releasedHeads);
    it.each(names)("%s from its checkpoint", async (name) => {
      await expectHead(name, join(everything, name, "ckpt-0"), join(everything, `${name}.safetensors`));
    });
    it.each(names)("%s from safetensors", async (name) => {
      await expectHead(name, join(everything, `${name}.safetensors`), join(everything, `${name}.safetensors`));
    });
  });

  describe("a whole Deep-MAC", () => {
    const values = openedCheckpoint(join(everything, "deepmac.safetensors"));
    const wanted = (name: string): NDArray => tensorOf(values, name);
    const files = ["deepmac/ckpt-0", "deepmac/training-7", "deepmac.safetensors"];

    const kinds = {
      features: "features",
      object_center: "heat",
      "box/scale": "size",
      "box/offset": "offset",
      PIXEL_EMBEDDING: "pixel",
      INSTANCE_EMBEDDING: "instance",
    };

    it.each(files)("backbone and predictions from %s", async (file) => {
      const graph = graphOf(backboneOfDeepMac, "infer");
      const weights = bound(graph, openedCheckpoint(join(everything, file)));
      const feeds = new Map([["image", wanted("input")]]);
      const bytes = bytesOf(emit(optimize(graph, { fold: true }), { weights }));
      const results = await runOnnx(bytes, graph, feeds);
      for (const [kind, output] of Object.entries(kinds)) {
        for (const stack of [0, 1]) {
          const name = kind === "features" ? `features/${stack}` : `predictions/${kind}/${stack}`;
          expect(distance(results.get(`${output}_${stack}`)?.data ?? [], wanted(name).data), name).toBeLessThan(1e-5);
        }
      }
    });

    it.each(files)("masks of given boxes from %s", async (file) => {
      const graph = graphOf(smallDetectionFree, "infer");
      const weights = bound(graph, openedCheckpoint(join(everything, file)));
      const feeds = new Map(["image", "boxes"].map((name) => [name, wanted(name === "image" ? "input" : name)]));
      const masks = wanted("mask_logits").data.map((logit) => 1 / (1 + Math.exp(-logit)));
      const inReference = evaluate(graph, feeds, weights).get("masks")?.data ?? [];
      const inOnnx = (await runOnnx(bytesOf(emit(optimize(graph, { fold: true }), { weights })), graph, feeds)).get(
        "masks",
      );
      // The golden logits are in single precision.
      expect(distance(inReference, masks)).toBeLessThan(1e-6);
      expect(distance(inOnnx?.data ?? [], masks)).toBeLessThan(1e-5);
    });

    it.each(files)("all that training and inference know, from %s", (file) => {
      const checkpoint = openedCheckpoint(join(everything, file));
      const [train, infer] = [graphOf(smallDeepMac, "train"), graphOf(smallDeepMac, "infer")];
      expect(weightsOfGraph(train).size).toBe(1242);
      for (const graph of [train, infer]) expect(() => bound(graph, checkpoint)).not.toThrow();
    });

    it.each(files)("mask logits from %s", async (file) => {
      const graph = graphOf(releasedHeads["hourglass52"] as ReleasedModel, "infer");
      const input = withVectors(wanted("crops"), wanted("boxes"), wanted("predictions/INSTANCE_EMBEDDING/1"));
      const weights = bound(graph, openedCheckpoint(join(everything, file)));
      const logits = wanted("mask_logits");
      // The golden logits are in single precision.
      const results = evaluate(graph, feedsOf(graph, input), weights);
      expect(off(only(results), logits)).toBeLessThan(1e-5);
    });
  });
}

if (sharedHeads) compareEverything(sharedHeads);

/** Crops [B, K, 32, 32, 18] with the vector at the truncated centre of each box behind them, as one batch. */
function withVectors(crops: NDArray, boxes: NDArray, map: NDArray): NDArray {
  const [batch = 0, count = 0, size = 0, , channels = 0] = crops.dims;
  const [, height = 0, width = 0, depth = 0] = map.dims;
  const data = new Float64Array(batch * count * size * size * (channels + depth));
  for (let box = 0; box < batch * count; box++) {
    const [top = 0, left = 0, bottom = 0, right = 0] = boxes.data.slice(4 * box, 4 * box + 4);
    const row = Math.trunc(((top + bottom) / 2) * height);
    const column = Math.trunc(((left + right) / 2) * width);
    const cell = ((Math.floor(box / count) * height + row) * width + column) * depth;
    const vector = map.data.slice(cell, cell + depth);
    for (let pixel = box * size * size; pixel < (box + 1) * size * size; pixel++) {
      data.set(crops.data.slice(pixel * channels, (pixel + 1) * channels), pixel * (channels + depth));
      data.set(vector, pixel * (channels + depth) + channels);
    }
  }
  return { dims: [batch * count, size, size, channels + depth], data };
}
