// Parts put together again are the whole: random cuts of random models, in the reference and in onnxruntime.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  elaborate,
  evaluate,
  freshWeights,
  type Graph,
  loadProgram,
  type NDArray,
  optimize,
  type PartRequest,
  type Program,
  trialFeeds,
  trialSizes,
} from "../../compiler/index.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { distance } from "../../compiler/testing.ts";
import { bytesOf, emit, runOnnx } from "../parity/run-onnx.ts";
import { randomNet } from "./random-nets.ts";

type Arrays = ReadonlyMap<string, NDArray>;
const weights = freshWeights(1);
const programOf = (text: string): Program => loadProgram({ name: "net.dm", text }, () => ({ error: "no imports" }));

function graphOf(program: Program, part?: PartRequest, at: Readonly<Record<string, number>> = {}): Graph {
  const { graph, diagnostics } = elaborate(program, { at, ...(part !== undefined && { part }) }, "infer");
  if (!graph) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n"));
  expect(verify(graph)).toEqual([]);
  return graph;
}

/** What flows into a part, out of what the part before it and the caller of the whole have. */
function feedsOf(part: Graph, ...sources: readonly Arrays[]): Arrays {
  return new Map(
    part.inputs.map(({ name }) => {
      const array = sources.map((source) => source.get(name)).find((each) => each !== undefined);
      if (!array) throw new Error(`nothing gives ${name}`);
      return [name, array];
    }),
  );
}

const pathsOf = (graph: Graph): ReadonlySet<string> =>
  new Set(graph.nodes.flatMap((node) => Object.values(node.weights).map(({ path }) => path)));

describe("nets with free sizes", () => {
  it("are cut at any value of a chain, and sizes are read off what flows in", { timeout: 120_000 }, () => {
    let cut = 0;
    fc.assert(
      fc.property(randomNet, fc.nat(), (net, place) => {
        const stages = net.text.match(/let x\d+/g)?.length ?? 0;
        const at = 1 + (place % stages);
        const program = programOf(net.text);
        const { graph: whole } = elaborate(program, {}, "infer");
        const size = whole && trialSizes(whole)["S"];
        if (!whole || size === undefined || size > 60) return;
        const x0 = trialFeeds(graphOf(program, undefined, { N: 1, S: size }), 3).get("x0") as NDArray;
        const feeds: Arrays = new Map([["x0", x0]]);
        const wanted = firstOf(evaluate(whole, feeds, weights));
        const first = graphOf(program, { to: `x${at}` });
        const between = evaluate(first, feeds, weights);
        // A size of its own always does; the text's own does where one size stands for all that fit.
        const named = graphOf(program, { from: `x${at}: f32[N, P, P, 8]`, to: `x${stages}` });
        expect(firstOf(evaluate(named, feedsOf(named, between), weights))).toEqual(wanted);
        expect(new Set([...pathsOf(first), ...pathsOf(named)])).toEqual(pathsOf(whole));
        const { graph: second, diagnostics } = elaborate(
          program,
          { part: { from: `x${at}`, to: `x${stages}` } },
          "infer",
        );
        if (!second) {
          expect(diagnostics.map(({ code }) => code)).toContain("DM5507");
          return;
        }
        expect(firstOf(evaluate(second, feedsOf(second, between), weights))).toEqual(wanted);
        cut++;
      }),
      { numRuns: 500, seed: 81 },
    );
    expect(cut).toBeGreaterThan(60);
  });
});

const firstOf = (results: Arrays): NDArray | undefined => [...results.values()][0];

/** Values of one size that read any values before them; some are fields of records. */
interface Dag {
  readonly lines: readonly string[];
  /** Places in order; the first is the input. */
  readonly places: readonly string[];
}
const steps = fc.array(fc.record({ kind: fc.nat(5), left: fc.nat(), right: fc.nat() }), {
  minLength: 3,
  maxLength: 12,
});
const dag = steps.map((drawn): Dag => {
  const places = ["x"];
  const lines = drawn.map(({ kind, left, right }, i) => {
    const [a, b] = [places[left % places.length], places[right % places.length]];
    const name = `v${i}`;
    places.push(kind === 5 ? `${name}.low` : name);
    if (kind === 5) places.push(`${name}.high`);
    if (kind === 0) return `let ${name} = ${a} -> conv(4)`;
    if (kind === 1) return `let ${name} = ${a} + ${b}`;
    if (kind === 2) return `let ${name} = (${a}, ${b}) -> concat -> conv(4, k = 1)`;
    if (kind === 3) return `let ${name} = ${a} -> bn -> relu`;
    if (kind === 4) return `let ${name} = ${a} -> tanh`;
    return `let ${name} = { low: ${a} -> sigmoid, high: ${b} -> conv(4, k = 1) }`;
  });
  return { lines, places };
});
const cutDag = fc.tuple(
  dag,
  fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
  fc.array(fc.nat(), { minLength: 1, maxLength: 2 }),
);

/** The net with both halves stated; the second takes the image as well where it needs it. */
function partedNet([{ lines, places }, cuts, ends]: [Dag, number[], number[]], takesImage: boolean): string {
  const pick = (indices: readonly number[], among: readonly string[]) =>
    [...new Set(indices.map((i) => among[i % among.length]))].join(", ");
  const between = pick(cuts, places.slice(1));
  const outputs = pick(ends, places.slice(1));
  return `dm 1
model Net on x: f32[N, 6, 5, 4] {
  ${lines.join("\n  ")}
  output last = ${places.at(-1)} -> id
  part first -> (${between})
  part second on (${[between, ...(takesImage ? ["x"] : [])].join(", ")}) -> (${outputs})
  part both -> (${outputs})
}
`;
}

describe("nets of many ways", () => {
  const halvesOf = (net: [Dag, number[], number[]]) => {
    const [alone, withImage] = [false, true].map((takesImage) => programOf(partedNet(net, takesImage)));
    const { graph } = elaborate(alone!, { part: "second" }, "infer");
    const program = graph ? alone! : withImage!;
    const [first, second, both] = ["first", "second", "both"].map((part) => graphOf(program, part));
    return { first: first!, second: second!, both: both! };
  };
  const feedsFor = (graph: Graph): Arrays =>
    new Map(graph.inputs.map(({ name }) => [name, { dims: [2, 6, 5, 4], data: numbers }]));
  const numbers = Float64Array.from({ length: 240 }, (_, i) => Math.fround(Math.sin(i * 7 + 1)));

  it("are the same in the reference, to the last bit", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(cutDag, (net) => {
        const { first, second, both } = halvesOf(net);
        const feeds = feedsFor(both);
        const between = evaluate(first, feedsFor(first), weights);
        const results = evaluate(second, feedsOf(second, between, feeds), weights);
        expect(results).toEqual(evaluate(both, feeds, weights));
      }),
      { numRuns: 200, seed: 82 },
    );
  });

  it("are the same in onnxruntime", { timeout: 120_000 }, async () => {
    const run = (graph: Graph, feeds: Arrays) => runOnnx(bytesOf(emit(optimize(graph, { fold: true }))), graph, feeds);
    await fc.assert(
      fc.asyncProperty(cutDag, async (net) => {
        const { first, second, both } = halvesOf(net);
        const feeds = feedsFor(both);
        const between = await run(first, feedsFor(first));
        const results = await run(second, feedsOf(second, between, feeds));
        const wanted = await run(both, feeds);
        for (const [name, { data }] of wanted) expect(distance(results.get(name)!.data, data), name).toBeLessThan(1e-5);
      }),
      { numRuns: 40, seed: 83 },
    );
  });
});
