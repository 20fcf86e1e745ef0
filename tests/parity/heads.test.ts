// Every mask head of the paper, at reduced width: every runtime says what `evaluate` says, folded and not,
// in both layouts. Kernels are those that `build` writes; norms get statistics that matter.
import { expect, it } from "vitest";
import { freshWeights, type Graph, weightsFrom } from "../../compiler/index.ts";
import { sample } from "../../compiler/testing.ts";
import { headFiles, smallHead, specsIn } from "../specs.ts";
import { expectParity } from "./run-onnx.ts";
import { emitModel, expectTfjsParity } from "./run-tfjs.ts";

/** Scales and statistics of norms, all different, and close enough to 1 that a hundred layers stay in range. */
function statistics(graph: Graph): Map<string, Float64Array> {
  const values = new Map<string, Float64Array>();
  const spread = { gamma: [1, 0.2], beta: [0, 0.2], moving_mean: [0, 0.2], moving_variance: [1, 0.4] } as const;
  for (const { weights } of graph.nodes) {
    for (const role of Object.keys(spread) as (keyof typeof spread)[]) {
      const weight = weights[role];
      const [middle, width] = spread[role];
      const draw = () => sample(weight?.dims.map(Number) ?? [], values.size + 1).data;
      if (weight && !values.has(weight.path))
        values.set(
          weight.path,
          draw().map((v) => Math.fround(middle + v * width)),
        );
    }
  }
  return values;
}

it.each(specsIn(headFiles))("$title", async (spec) => {
  const graph = smallHead(spec);
  const dims = graph.inputs[0]?.value.type.dims.map((d) => (typeof d === "number" ? d : 1)) ?? [];
  const feeds = new Map([[graph.inputs[0]?.name ?? "", sample(dims)]]);
  expect(graph.nodes.length).toBeGreaterThan(3);
  const weights = weightsFrom(statistics(graph), freshWeights(7));
  await expectParity(graph, feeds, weights);
  expect(emitModel(graph).customLayers).toEqual([]);
  // Training is badly conditioned where the deepest level normalises over a handful of values.
  await expectTfjsParity(graph, feeds, weights, /\[(52|100)\]/.test(spec.title) ? 2e-4 : 1e-5);
});
