// What a step of training makes of moving statistics: the numbers of the released code, and the same in every engine
// that computes them, for norms of any rank, shared or not.
import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate, type NDArray, optimize, type WeightReader, weightsFrom, withUpdates } from "../../compiler/index.ts";
import type { Graph, Value } from "../../compiler/ir/graph.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { opsets } from "../../compiler/targets/onnx/index.ts";
import { distance, GraphBuilder, sample, variedWeights } from "../../compiler/testing.ts";
import {
  bindingOf,
  bound,
  graphOf,
  headsIn,
  kept,
  openedCheckpoint,
  type ReleasedModel,
  releasedHeads,
  sharedHeads,
  tensorOf,
} from "../released.ts";
import { bytesOf, emit, runOnnx } from "./run-onnx.ts";

/**
 * The released code ran in single precision, which levels that normalise over a few values amplify. The wrong variance would
 * be off by 2e-6 in the ResNets, and by half in the deepest hourglass.
 */
const toleranceOf = (name: string): number =>
  /^hourglass(52|100)$/.test(name) ? 1e-3 : name.startsWith("hourglass") ? 1e-5 : 1e-6;

async function expectStatistics(name: string, checkpoint: string, valuesPath: string, afterPath: string) {
  const graph = withUpdates(graphOf(releasedHeads[name] as ReleasedModel, "train"));
  expect(verify(graph)).toEqual([]);
  const weights = bound(graph, openedCheckpoint(checkpoint));
  const { tensors } = bindingOf(graph, openedCheckpoint(checkpoint));
  const feeds = new Map([[graph.inputs[0]?.name ?? "", tensorOf(openedCheckpoint(valuesPath), "input")]]);
  const after = openedCheckpoint(afterPath);
  const updates = graph.updates ?? [];
  expect(updates.length).toBe([...after.tensors.keys()].filter((key) => key.startsWith("after/")).length);
  const exact = evaluate(graph, feeds, weights);
  const file = await runOnnx(bytesOf(emit(graph, { weights })), graph, feeds);
  for (const results of [exact, file]) {
    for (const { name: update } of updates) {
      const key = `after/${tensors.get(update.slice("after/".length))?.name}`;
      const error = distance(results.get(update)?.data ?? [], tensorOf(after, key).data);
      expect(error, update).toBeLessThan(toleranceOf(name));
    }
  }
}

describe("the released heads", () => {
  it.each(headsIn(kept).filter((name) => existsSync(join(kept, name, "after.safetensors"))))("%s", async (name) => {
    const file = (base: string) => join(kept, name, base);
    await expectStatistics(name, file("ckpt-0"), file("values.safetensors"), file("after.safetensors"));
  });

  const everything = sharedHeads;
  const names = Object.keys(releasedHeads).filter((name) => name !== "fully_connected");
  it.skipIf(!everything).each(names)("%s of the folder shared", async (name) => {
    const file = join(everything ?? "", `${name}.safetensors`);
    await expectStatistics(name, join(everything ?? "", name, "ckpt-0"), file, file);
  });
});

const dims = fc.constantFrom<readonly number[]>([3, 4], [2, 3, 4], [2, 3, 3, 4], [1, 2, 3, 3, 4], [1, 4], [2, 1, 1, 4]);
const uses = fc.array(fc.tuple(fc.constantFrom("bn", "shared", "conv", "relu"), fc.boolean(), fc.boolean()), {
  minLength: 1,
  maxLength: 5,
});

/** Norms in a row, some of which share their numbers, between convolutions that want another order of axes. */
function network(shape: readonly (number | string)[], drawn: readonly (readonly [string, boolean, boolean])[]): Graph {
  const b = new GraphBuilder();
  let x: Value = b.input("x", shape);
  for (const [op, unbiased, scale] of drawn) {
    const first = b.nodes.find((node) => node.op === "bn");
    if (op === "relu") x = b.apply("relu", [x]);
    else if (op === "conv") x = shape.length >= 4 ? b.apply("conv", [x], { c: 4 }) : b.apply("dense", [x], { c: 4 });
    else if (op === "shared" && first) x = b.apply("bn", [x], first.params, { path: "again", weights: first.weights });
    else x = b.apply("bn", [x], { unbiased, scale, decay: 0.75 });
  }
  return withUpdates(b.output("y", x).graph("train"));
}

it("ONNX says what evaluate says, for every rank, order of axes and number of values", async () => {
  const opset = fc.integer({ min: opsets.lowest, max: opsets.highest });
  await fc.assert(
    fc.asyncProperty(dims, uses, fc.boolean(), opset, async (shape, drawn, isFree, opset) => {
      const free = shape.map((size, axis) =>
        isFree && axis < shape.length - 1 ? (["N", "K", "H", "W"][axis] ?? size) : size,
      );
      const graph = network(free, drawn);
      expect(verify(graph)).toEqual([]);
      const weights = weightsFrom(variedWeights(graph));
      const feeds = new Map([["x", sample(shape)]]);
      const expected = evaluate(graph, feeds, weights);
      for (const each of [graph, optimize(graph, { fold: true })]) {
        const answers = await runOnnx(bytesOf(emit(each, { weights, opset })), each, feeds);
        for (const { name } of graph.updates ?? [])
          expect(distance(answers.get(name)?.data ?? [], expected.get(name)?.data ?? []), name).toBeLessThan(1e-4);
      }
    }),
    { numRuns: 40, seed: 41 },
  );
});

it("a norm that two uses share moves from one to the next", () => {
  const b = new GraphBuilder();
  const first = b.apply("bn", [b.input("x", [4, 1])], { decay: 0.5, unbiased: false }, { path: "bn" });
  const params = b.nodes[0]?.params ?? {};
  const second = b.apply("bn", [first], params, { path: "again", weights: b.nodes[0]?.weights ?? {} });
  const graph = withUpdates(b.output("y", second).graph("train"));
  expect(graph.updates?.map(({ name }) => name)).toEqual(["after/bn/moving_mean", "after/bn/moving_variance"]);
  const weights: WeightReader = weightsFrom(
    new Map(Object.entries({ "bn/gamma": [1], "bn/beta": [3], "bn/moving_mean": [8], "bn/moving_variance": [8] })),
  );
  const x: NDArray = { dims: [4, 1], data: Float64Array.of(0, 2, 4, 6) };
  const results = evaluate(graph, new Map([["x", x]]), weights);
  // Means of 3 and of 3, variances of 5 and of 1: halfway each time.
  expect([...(results.get("after/bn/moving_mean")?.data ?? [])]).toEqual([4.25]);
  expect(results.get("after/bn/moving_variance")?.data[0]).toBeCloseTo((8 / 2 + 5 / 2) / 2 + 1 / 2, 4);
});

it("there are none at inference, nor where nothing moves", () => {
  const b = new GraphBuilder();
  b.output("y", b.apply("frozen_bn", [b.apply("relu", [b.input("x", [2, 4])])]));
  expect(withUpdates(b.graph("train")).updates).toEqual([]);
  expect(withUpdates(b.graph("infer")).updates).toBeUndefined();
});
