// The shipped heads and a small hourglass, cut into three anywhere: every value that crosses a cut flows from file to file.
import { expect, it } from "vitest";
import { elaborate, freshWeights, type Graph, type NDArray, optimize, type Value } from "../../compiler/index.ts";
import { cutGraph } from "../../compiler/ir/cut.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { distance, sample } from "../../compiler/testing.ts";
import { isEngineFailure, openSession } from "../../runtime/index.ts";
import { headFiles, smallHead, specProgram, specsIn } from "../specs.ts";
import { bytesOf, emit, runOnnx } from "./run-onnx.ts";

/** What is made in front of the node at `index` and read from there on. */
function frontier({ inputs, nodes, outputs }: Graph, index: number): readonly Value[] {
  const made = [...inputs.map(({ value }) => value), ...nodes.slice(0, index).flatMap((node) => node.outputs)];
  const read = new Set([...nodes.slice(index).flatMap((node) => node.inputs), ...outputs.map(({ value }) => value)]);
  return made.filter((value) => read.has(value));
}

const named = (values: readonly Value[]) => values.map((value) => ({ name: `value_${value.id}`, value }));

function pieces(graph: Graph, cuts: readonly number[]): readonly Graph[] {
  const borders = [named(graph.inputs.map(({ value }) => value)), ...cuts.map((at) => named(frontier(graph, at)))];
  return borders.map((given, i) => cutGraph(graph, given, borders[i + 1] ?? graph.outputs));
}

async function expectSame(graph: Graph): Promise<void> {
  const { length } = graph.nodes;
  const weights = freshWeights(7);
  const run = (part: Graph, feeds: ReadonlyMap<string, NDArray>) =>
    runOnnx(bytesOf(emit(optimize(part, { fold: true }), { weights })), part, feeds);
  const inputs = graph.inputs.map(
    ({ name, value }) => [name, value, sample(value.type.dims.map((d) => (typeof d === "number" ? d : 1)))] as const,
  );
  const wanted = await run(graph, new Map(inputs.map(([name, , array]) => [name, array])));
  let flow: ReadonlyMap<string, NDArray> = new Map(inputs.map(([, { id }, array]) => [`value_${id}`, array]));
  for (const part of pieces(graph, [Math.floor(length / 3), Math.floor((2 * length) / 3)])) {
    expect(verify(part)).toEqual([]);
    flow = await run(part, flow);
  }
  for (const [name, { data }] of wanted) expect(distance(flow.get(name)?.data ?? [], data), name).toBeLessThan(1e-5);
}

it.each(specsIn(headFiles))("$title", (spec) => expectSame(smallHead(spec)));

it("an hourglass of both stacks", () => {
  const request = { model: "Hourglass104", at: { H: 32, W: 64 }, with: "stem = 4, c = [4, 6, 6], n = [1, 1, 2]" };
  const { graph } = elaborate(specProgram("specs/backbones/hourglass.dm"), request, "infer");
  return expectSame(graph as Graph);
});

it("the masks of Deep-MAC, for any number of boxes in any number of images", { timeout: 60_000 }, async () => {
  const request = { model: "DeepMAC", part: "masks", with: "head = HG[10]" };
  const { graph, diagnostics } = elaborate(specProgram("specs/detectors/deepmac.dm"), request, "infer");
  expect(diagnostics).toEqual([]);
  const file = bytesOf(emit(optimize(graph as Graph, { fold: true }), { weights: freshWeights(7) }));
  const session = await openSession(file, { threads: 1 });
  if (isEngineFailure(session)) throw new Error(session.message);
  const { inputs, outputs } = session.manifest;
  expect(inputs.map(({ dims }) => dims)).toEqual([
    ["N", "H/4", "W/4", 16],
    ["N", "H/4", "W/4", 32],
    ["N", "K", 4],
  ]);
  expect(outputs.map(({ dims }) => dims)).toEqual([["N", "K", 32, 32, 1]]);
  const masksOf = async (boxes: readonly number[][][]) => {
    const tensor = (dims: readonly number[]) => ({ dims, data: Float32Array.from(sample(dims).data) });
    const [n, k] = [boxes.length, boxes[0]?.length ?? 0];
    const [pixel, instance, rois] = inputs.map(({ name }) => name) as [string, string, string];
    const maps = { [pixel]: tensor([n, 32, 64, 16]), [instance]: tensor([n, 32, 64, 32]) };
    const given = { dims: [n, k, 4], data: Float32Array.from(boxes.flat(2)) };
    const results = await session.run({ ...maps, [rois]: given });
    if (isEngineFailure(results)) throw new Error(results.message);
    return results["masks"]!;
  };
  const [a, b, c] = [
    [0.1, 0.2, 0.5, 0.9],
    [0, 0, 1, 1],
    [0.3, 0.3, 0.31, 0.4],
  ] as const;
  const together = await masksOf([[[...a], [...b], [...c]]]);
  expect(together.dims).toEqual([1, 3, 32, 32, 1]);
  for (const [i, box] of [a, b, c].entries()) {
    const alone = await masksOf([[[...box]]]);
    expect(distance(together.data.subarray(1024 * i, 1024 * (i + 1)), alone.data), `box ${i}`).toBeLessThan(1e-5);
  }
  expect((await masksOf([[[...a]], [[...b]]])).dims).toEqual([2, 1, 32, 32, 1]);
  expect((await masksOf([[], []])).dims).toEqual([2, 0, 32, 32, 1]);
  await session.close();
});
