// No boxes in a picture, no pictures in a batch: leading axes of length 0 are ordinary, in every operator and target.
// Every runtime says what `evaluate` says, for the axes as for the numbers, of which there are none.
import fc from "fast-check";
import { describe, it } from "vitest";
import { evaluate, weightsFrom } from "../../compiler/index.ts";
import type { NDArray } from "../../compiler/ops/index.ts";
import { GraphBuilder, variedWeights } from "../../compiler/testing.ts";
import { bytesOf, emit, expectEqual, runOnnx } from "./run-onnx.ts";
import { emitModel, runTfjs, withModel } from "./run-tfjs.ts";
import { type Case, needsFixedSizes, type Sampler, samplers } from "./samplers.ts";
import { torchCase } from "./torch-cases.ts";

/** The leading axes of an input: all of them free, but for a vector's last one. */
const leadOf = ({ leading }: Case, dims: readonly number[]): number =>
  leading ?? (dims.length >= 4 ? dims.length - 3 : dims.length - 1);

/** The case between two convolutions where it is a map, with the lengths of its leading axes free. */
function trial(op: string, drawn: Case, isFree: boolean) {
  const { inputs, params, dtype = "f32", leading } = drawn;
  const b = new GraphBuilder();
  const [first = []] = inputs;
  const values = inputs.map((dims, i) => {
    const lead = leadOf(drawn, dims);
    const named = dims.map((d, axis) => {
      if (axis < lead) return ["N", "K", "L"][axis] as string;
      return isFree && dims.length >= 4 && axis < dims.length - 1 && d === first[axis]
        ? (["H", "W"][axis - lead] as string)
        : d;
    });
    const value = b.input(`x${i}`, named, dtype);
    return dims.length >= 4 && dtype === "f32" ? b.apply("conv", [value], { c: dims.at(-1) as number, k: 1 }) : value;
  });
  const result = b.apply(op, values, params, { path: `tested/${op}`, ...(leading === undefined ? {} : { leading }) });
  b.output("plain", result);
  if (result.type.dims.length >= 4 && result.type.dtype === "f32" && typeof result.type.dims.at(-1) === "number")
    b.output("convolved", b.apply("conv", [result], { c: 2, k: 1 }));
  return b.graph();
}

/** The inputs with some of their leading axes empty. */
function feedsOf(drawn: Case, empty: number): ReadonlyMap<string, NDArray> {
  return new Map(
    drawn.inputs.map((dims, i) => {
      const lead = leadOf(drawn, dims);
      const emptied = dims.map((d, axis) => (axis < lead && ((empty >> axis) & 1) === 1 ? 0 : d));
      return [`x${i}`, { dims: emptied, data: new Float64Array(emptied.reduce((a, b) => a * b, 1)) }];
    }),
  );
}

let count = 0;

/** The mean of nothing is no number. */
const withoutMeaning = ["average"];
const isFixed = (op: string): boolean => needsFixedSizes.includes(op) || op === "transpose";

/** A graph that is made by hand has no rule that a free axis must be divided by the number of parts. */
function cutsFreeAxis(drawn: Case, isFree: boolean): boolean {
  const [dims = []] = drawn.inputs;
  const axis = Number(drawn.params["axis"]);
  const place = axis < 0 ? dims.length + axis : axis;
  return place < leadOf(drawn, dims) || (isFree && place < dims.length - 1);
}

/** A case, the axes that are empty as bits, and whether height and width are free. */
const casesOf = (op: string) =>
  fc
    .tuple(samplers[op] as Sampler, fc.integer({ min: 1, max: 3 }), isFixed(op) ? fc.constant(false) : fc.boolean())
    .filter(([drawn, , isFree]) => op !== "split" || !cutsFreeAxis(drawn, isFree))
    .filter(([drawn, empty]) => drawn.inputs.some((dims) => (empty & ((1 << leadOf(drawn, dims)) - 1)) !== 0));

describe.each(Object.keys(samplers).filter((op) => !withoutMeaning.includes(op)))("%s of nothing", (op) => {
  it("has the axes that the reference says, in every runtime", async () => {
    await fc.assert(
      fc.asyncProperty(casesOf(op), fc.constantFrom("nhwc", "nchw"), async ([drawn, empty, isFree], layout) => {
        const graph = trial(op, drawn, isFree);
        const feeds = feedsOf(drawn, empty);
        const weights = weightsFrom(variedWeights(graph));
        const expected = evaluate(graph, feeds, weights);
        const model = bytesOf(emit(graph, { weights, layout }));
        for (const backend of ["onnxruntime-node", "onnxruntime-web"] as const)
          expectEqual(await runOnnx(model, graph, feeds, layout, undefined, backend), expected, backend);
        await withModel(emitModel(graph, { weights, layout }), async (folder) => {
          for (const backend of ["tfjs-wasm", "tfjs-cpu"] as const)
            expectEqual(await runTfjs(folder, graph, feeds, backend, layout), expected, backend);
        });
        torchCase({ name: `empty/${op}-${count++}`, graph, feeds, weights, layout });
      }),
      { numRuns: 6, seed: 40 },
    );
  });
});
