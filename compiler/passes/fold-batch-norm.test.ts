import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../evaluate.ts";
import type { Graph, Value } from "../ir/graph.ts";
import { verify } from "../ir/verify.ts";
import { weightsFrom } from "../ir/weights.ts";
import { distance, GraphBuilder, sample, variedWeights } from "../testing.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import { optimize } from "./index.ts";

/** Folds, and checks that every output keeps its values. */
function folded(graph: Graph): Graph {
  const result = foldBatchNorm(graph);
  expect(verify(result)).toEqual([]);
  expectEqual(graph, result);
  return result;
}

function expectEqual(graph: Graph, other: Graph): void {
  const feeds = new Map(graph.inputs.map(({ name, value }) => [name, sample(value.type.dims.map(Number))]));
  const weights = weightsFrom(variedWeights(graph));
  const before = evaluate(graph, feeds, weights);
  const after = evaluate(other, feeds, weights);
  for (const [name, { dims, data }] of before) {
    expect(after.get(name)?.dims).toEqual(dims);
    expect(distance(after.get(name)?.data ?? [], data)).toBeLessThan(1e-12);
  }
}

const ops = (graph: Graph): string[] => graph.nodes.map((node) => node.op);
const start = (): [GraphBuilder, Value] => {
  const b = new GraphBuilder();
  return [b, b.input("x", [2, 4, 4, 3])];
};

describe("batch norm folding", () => {
  it.each([
    ["conv", { c: 4, bias: false }],
    ["conv", { c: 4 }],
    ["conv", { c: 6, groups: 3, stride: 2 }],
    ["deconv", { c: 4 }],
    ["dense", { c: 4, bias: false }],
  ])("multiplies the norm into %s %o", (op, params) => {
    for (const norm of [{}, { eps: 0.1 }, { scale: false }, { center: false }, { scale: false, center: false }]) {
      const [b, x] = start();
      const graph = folded(b.output("y", b.apply("relu", [b.apply("bn", [b.apply(op, [x], params)], norm)])).graph());
      expect(ops(graph)).toEqual([op, "relu"]);
      expect(graph.nodes[0]?.params["bias"]).toBe(true);
      expect(Object.values(graph.nodes[0]?.weights ?? {}).map((w) => w.path)).toEqual([`${op}/kernel`, `${op}/bias`]);
    }
  });

  it("leaves a norm that follows nothing linear", () => {
    const [b, x] = start();
    expect(ops(folded(b.output("y", b.apply("bn", [b.apply("relu", [b.apply("bn", [x])])])).graph()))).toEqual([
      "bn",
      "relu",
      "bn",
    ]);
  });

  it("leaves a convolution that somebody else reads, or that is an output", () => {
    const [b, x] = start();
    const read = b.apply("conv", [x], { c: 3 });
    b.output("sum", b.apply("add", [b.apply("bn", [read]), read]));
    const shown = b.apply("conv", [x], { c: 3 });
    b.output("conv", shown).output("bn", b.apply("bn", [shown]));
    expect(ops(folded(b.graph()))).toEqual(["conv", "bn", "add", "conv", "bn"]);
  });

  it("never folds across a train graph", () => {
    const [b, x] = start();
    const graph = b.output("y", b.apply("bn", [b.apply("conv", [x], { c: 3 })])).graph("train");
    expect(foldBatchNorm(graph)).toBe(graph);
  });

  /** A shared convolution on two inputs, each followed by a norm. */
  function shared(sameNorm: boolean, useTwice: boolean): string[] {
    const [b, x] = start();
    const y = b.input("y", [2, 4, 4, 3]);
    const first = b.apply("conv", [x], { c: 3 });
    const { weights } = b.nodes[0] as { weights: Graph["nodes"][number]["weights"] };
    const one = b.apply("bn", [first]);
    const norm = b.nodes.at(-1)?.weights ?? {};
    const second = b.apply("conv", [y], { c: 3 }, { weights });
    const two = useTwice ? b.apply("bn", [second], {}, sameNorm ? { weights: norm } : {}) : second;
    return ops(folded(b.output("a", one).output("b", two).graph()));
  }

  it("folds a shared convolution only where every use has the same norm", () => {
    expect(shared(true, true)).toEqual(["conv", "conv"]);
    expect(shared(false, true)).toEqual(["conv", "bn", "conv", "bn"]);
    expect(shared(true, false)).toEqual(["conv", "bn", "conv"]);
  });

  it("folds the first of two norms", () => {
    const [b, x] = start();
    expect(
      ops(folded(b.output("y", b.apply("bn", [b.apply("bn", [b.apply("conv", [x], { c: 3 })])])).graph())),
    ).toEqual(["conv", "bn"]);
  });
});

it("all passes together keep the values of random networks", () => {
  const steps = fc.array(
    fc.tuple(
      fc.constantFrom("conv", "shared", "bn", "relu", "dropout", "id", "add", "sub", "dead"),
      fc.nat(),
      fc.nat(),
    ),
    { minLength: 1, maxLength: 14 },
  );
  fc.assert(
    fc.property(steps, fc.boolean(), (drawn, fold) => {
      const [b, x] = start();
      const values = [x];
      const at = (i: number): Value => values[i % values.length] as Value;
      for (const [op, i, j] of drawn) {
        const convs = b.nodes.filter((node) => node.op === "conv");
        if (op === "conv") values.push(b.apply("conv", [at(i)], { c: 3, k: 1, bias: j % 2 === 0 }));
        else if (op === "shared" && convs.length > 0)
          values.push(b.apply("conv", [at(i)], { c: 3, k: 1 }, { weights: convs[j % convs.length]?.weights ?? {} }));
        else if (op === "add" || op === "sub") values.push(b.apply(op, [at(i), at(j)]));
        else if (op === "dead") b.apply("tanh", [at(i)]);
        else if (op !== "shared") values.push(b.apply(op, [at(values.length - 1 - (i % Math.min(2, values.length)))]));
      }
      const graph = b
        .output("y", values.at(-1) as Value)
        .output("z", at(drawn.length))
        .graph();
      const optimized = optimize(graph, { fold });
      expect(optimized.nodes.length).toBeLessThanOrEqual(graph.nodes.length);
      expectEqual(graph, optimized);
    }),
    { numRuns: 150, seed: 5 },
  );
});
