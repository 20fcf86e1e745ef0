// Models for PyTorch: every operator, random networks with and without blocks, and every shipped architecture.
// What PyTorch makes of them is a peer test; see torch-cases.ts.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate, freshWeights, type Graph, weightsFrom } from "../../compiler/index.ts";
import type { Instance, Value } from "../../compiler/ir/graph.ts";
import { isUnsupported } from "../../compiler/ops/index.ts";
import { GraphBuilder, sample, table, variedWeights } from "../../compiler/testing.ts";
import { backboneFiles, headFiles, type Spec, specsIn } from "../specs.ts";
import { flag, needsFixedSizes, type Sampler, samplers, trialOf } from "./samplers.ts";
import { emit, torchCase } from "./torch-cases.ts";

const layoutOf = (seed: number) => (seed % 2 === 0 ? "nhwc" : "nchw");

describe("every operator", () => {
  it("has a lowering", () => {
    const missing = Object.entries(table).flatMap(([name, op]) =>
      !("expand" in op) && isUnsupported(op.torch) ? [name] : [],
    );
    expect(missing).toEqual([]);
  });

  it.each(Object.keys(samplers))("%s", (op) => {
    // A transposed height is the number of channels of what follows, and weights need numbers. In how many parts a
    // height falls is a rule, which a graph by hand does not have.
    const isFixed = ["transpose", "split"].includes(op) || (needsFixedSizes.includes(op) && op !== "append_coords");
    const free = isFixed ? fc.constant(false) : flag;
    let count = 0;
    fc.assert(
      fc.property(samplers[op] as Sampler, flag, free, (drawn, between, isFree) => {
        const name = `operators/${op}-${count}`;
        torchCase({ name, ...trialOf(op, drawn, between, isFree), layout: layoutOf(count++) });
      }),
      { numRuns: 10, seed: 31 },
    );
  });
});

// ---- random networks

const dirs = ["", "a", "a/b", "a/chain/0", "a/chain/1", "a/chain/2", "c", "c/let", "c/let/d", "e/0", "e/2"];
const ops = [
  "conv",
  "relu",
  "bn",
  "add",
  "concat",
  "dense",
  "dropout",
  "slice",
  "split",
  "transpose",
  "max_pool",
] as const;
type Choice = readonly [(typeof ops)[number], number, number, number];
const choices: fc.Arbitrary<Choice[]> = fc.array(
  fc.tuple(fc.constantFrom(...ops), fc.nat(), fc.nat(), fc.nat(dirs.length - 1)),
  { minLength: 1, maxLength: 16 },
);
const shapes = fc.constantFrom([2, 4, 4, 3], [1, 2, 4, 4, 3], ["N", "S", "S", 3], ["N", "K", "S", "S", 3]);

/** Every value keeps the axes of the input. The paths are drawn, and say nothing of the data flow. */
function network(input: readonly (number | string)[], drawn: readonly Choice[], blocks: number): Graph {
  const b = new GraphBuilder();
  const values = [b.input("features", input)];
  const at = (i: number): Value => values[values.length - 1 - (i % Math.min(3, values.length))] as Value;
  const rank = input.length;
  for (const [op, i, j, place] of drawn) {
    const path = `${dirs[place]}/${op}`.replace(/^\//, "");
    const x = at(i);
    // Some layers share the weights of one that was made before.
    const canShare = op === "bn" || (op === "conv" && j % 6 === 0);
    const other = b.nodes.find((node) => canShare && node.op === op && node.inputs[0]?.type.dims.at(-1) === 3);
    const use = { path, ...(other && j % 3 === 0 ? { weights: other.weights } : {}) };
    const made = {
      conv: () =>
        b.apply("conv", [x], { c: 3, k: use.weights ? Number([other?.params["k"]].flat()[0]) : 1 + (j % 2) * 2 }, use),
      relu: () => b.apply("relu", [x], {}, use),
      bn: () => b.apply("bn", [x], {}, use),
      add: () => b.apply("add", [x, at(j)], {}, use),
      concat: () => b.apply("dense", [b.apply("concat", [x, at(j)], {}, use)], { c: 3 }, { path: `${path}_mix` }),
      dense: () => b.apply("dense", [x], { c: 3 }, use),
      dropout: () => b.apply("dropout", [x], { rate: 0.25 }, use),
      slice: () =>
        b.apply("conv", [b.apply("slice", [x], { axis: -1, from: 1 }, use)], { c: 3 }, { path: `${path}_mix` }),
      split: () => {
        const wide = b.apply("dense", [x], { c: 6 }, { path: `${path}_wide` });
        const parts = b.applyAll("split", [wide], { n: 2 }, use);
        return j % 2 === 0 ? b.apply("add", parts, {}, { path: `${path}_sum` }) : (parts[1] as Value);
      },
      transpose: () =>
        b.apply(
          "transpose",
          [x],
          { axes: [...Array.from({ length: rank - 4 }, (_, k) => k + 1), rank - 2, rank - 3, rank - 1] },
          use,
        ),
      max_pool: () => b.apply("max_pool", [x], { k: 3, stride: 1 }, use),
    }[op]();
    values.push(made);
  }
  b.output("last", values.at(-1) as Value).output("before", at(1));
  const graph = b.graph();
  const { origin } = graph.nodes[0] ?? {};
  const instances = dirs.flatMap((path, i): readonly Instance[] => {
    if (path === "" || ((blocks >> i) & 1) === 0 || !origin) return [];
    const span = origin.span;
    return [
      {
        path,
        block: `Block${i % 3}`,
        text: "",
        span,
        declared: span,
        docs: new Map(),
        params: new Map(),
        inputs: new Map(),
      },
    ];
  });
  return { ...graph, instances };
}

it("says what any graph says, whatever its paths and blocks", () => {
  let count = 0;
  fc.assert(
    fc.property(shapes, choices, fc.nat(2 ** dirs.length - 1), (input, drawn, blocks) => {
      const graph = network(input, drawn, blocks);
      const dims = input.map((d) => (typeof d === "number" ? d : ({ N: 2, K: 1, S: 4 }[d] ?? 1)));
      torchCase({
        name: `networks/${count}`,
        graph,
        feeds: new Map([["features", sample(dims)]]),
        layout: layoutOf(count++),
      });
    }),
    { numRuns: 120, seed: 32 },
  );
});

// ---- shipped architectures

const widths = [
  "nc = 4, hidden = 8, size = 4",
  "nc = 4, hidden = 8",
  "nc = 4",
  "c = 4",
  "classes = 1",
  "stem = 4, c = [4, 4, 6, 6, 6, 8]",
];
const sizes = [{ C: 5 }, ...[4, 8, 16, 32].map((S) => ({ C: 5, S })), { H: 128, W: 128 }, {}];

/** The architecture at the first width and the smallest size that it takes. */
function small({ program, request, title }: Spec): Graph {
  for (const at of sizes) {
    for (const changes of [...widths, ""]) {
      const { graph } = elaborate(program, { ...request, at, with: changes }, "infer");
      if (graph?.free.every((name) => name === "N")) return graph;
    }
  }
  throw new Error(`${title} cannot be made small`);
}

/** A third of the paths hold cut points for `verify`: a graph that ends anywhere is a graph. */
function cut(graph: Graph, at: number): Graph {
  const value = graph.nodes[Math.floor(graph.nodes.length * at)]?.outputs[0] as Value;
  return { ...graph, outputs: [{ name: "cut", value }, ...graph.outputs] };
}

const norms = (graph: Graph) =>
  weightsFrom(
    new Map(
      [...variedWeights(graph)].flatMap(([path, values]) => {
        if (/(gamma|moving_variance)$/.test(path)) return [[path, values.map((v) => 1 + v / 5)] as const];
        return /(beta|moving_mean)$/.test(path) ? [[path, values.map((v) => v / 5)] as const] : [];
      }),
    ),
    freshWeights(7),
  );

const fileName = (title: string) => title.toLowerCase().replace(/\W+/g, "");

it.each(specsIn(headFiles))("$title", (spec) => {
  const graph = small(spec);
  const dims = graph.inputs[0]?.value.type.dims.map((d) => (typeof d === "number" ? d : 2)) ?? [];
  const feeds = new Map([[graph.inputs[0]?.name ?? "", sample(dims)]]);
  const name = fileName(spec.title);
  const statistics = /^(hg10|resnet4|hg52)$/.test(name);
  torchCase({ name: `heads/${name}`, graph, feeds, weights: norms(graph), statistics });
  if (/^(hg20|resnet8|fc2|marchg20)$/.test(name)) {
    for (const at of [0.2, 0.5, 0.8])
      torchCase({
        name: `cuts/${name}-${at * 10}`,
        graph: cut(graph, at),
        feeds,
        weights: norms(graph),
        layout: "nchw",
      });
  }
});

it.each(specsIn(backboneFiles).filter(({ title }) => /104|49S/.test(title)))("$title", (spec) => {
  const { graph } = elaborate(
    spec.program,
    {
      ...spec.request,
      at: { H: 128, W: 128 },
      ...(spec.title.includes("104") && { with: "stem = 4, c = [4, 4, 6, 6, 6, 8]" }),
    },
    "infer",
  );
  expect(graph && emit(graph).classes).toBeGreaterThan(5);
});
