// Every mask head of the paper, at reduced width: every runtime says what `evaluate` says, folded and not,
// in both layouts. Kernels are those that `build` writes; norms get statistics that matter.
import { expect, it } from "vitest";
import { elaborate, freshWeights, type Graph, weightsFrom } from "../../compiler/index.ts";
import { sample } from "../../compiler/testing.ts";
import { headFiles, type Spec, specsIn } from "../specs.ts";
import { expectParity } from "./run-onnx.ts";
import { emitModel, expectTfjsParity } from "./run-tfjs.ts";

/** The parameters that make a head small, of those that it has. */
const widths = ["nc = 4, hidden = 8, size = 4", "nc = 4, hidden = 8", "nc = 4", "c = 4", "classes = 1"];
const sizes = [{ C: 5 }, ...[4, 8, 16, 32].map((S) => ({ C: 5, S }))];

/** The head at the first width and the smallest size that it takes. */
function small({ program, request, title }: Spec): Graph {
  for (const at of sizes) {
    for (const changes of widths) {
      const { graph } = elaborate(program, { ...request, at, with: changes }, "infer");
      const known = graph?.free.every((name) => name === "N");
      if (graph && known) return graph;
    }
  }
  throw new Error(`${title} cannot be made small`);
}

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
  const graph = small(spec);
  const dims = graph.inputs[0]?.value.type.dims.map((d) => (typeof d === "number" ? d : 1)) ?? [];
  const feeds = new Map([[graph.inputs[0]?.name ?? "", sample(dims)]]);
  expect(graph.nodes.length).toBeGreaterThan(3);
  const weights = weightsFrom(statistics(graph), freshWeights(7));
  await expectParity(graph, feeds, weights);
  expect(emitModel(graph).customLayers).toEqual([]);
  // Training is badly conditioned where the deepest level normalises over a handful of values.
  await expectTfjsParity(graph, feeds, weights, /\[(52|100)\]/.test(spec.title) ? 2e-4 : 1e-5);
});
