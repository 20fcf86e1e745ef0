// Every mask head in int8: the file has the pattern that runtimes run in integers, and answers what the
// float file answers, within what 8 bits can tell apart.
import proto from "onnx-proto";
import { expect, it } from "vitest";
import {
  elaborate,
  freshWeights,
  type Graph,
  type NDArray,
  newCalibration,
  observe,
  optimize,
  signalToNoise,
  trialArray,
} from "../../compiler/index.ts";
import { isEngineFailure, openSession, type TensorData } from "../../runtime/index.ts";
import { headFiles, type Spec, specsIn } from "../specs.ts";
import { bytesOf, emit, keepForPeers } from "./run-onnx.ts";

const widths = ["nc = 8, hidden = 32, size = 4", "nc = 8, hidden = 32", "nc = 8", "c = 8", "classes = 1"];
const sizes = [{ C: 5 }, ...[4, 8, 16, 32].map((S) => ({ C: 5, S }))];

function small({ program, request, title }: Spec): Graph {
  for (const at of sizes)
    for (const changes of widths) {
      const { graph } = elaborate(program, { ...request, at, with: changes }, "infer");
      if (graph?.free.every((name) => name === "N")) return optimize(graph, { fold: true });
    }
  throw new Error(`${title} cannot be made small`);
}

async function run(bytes: Uint8Array, feeds: Record<string, TensorData>): Promise<Record<string, TensorData>> {
  const session = await openSession(bytes, { threads: 1 });
  if (isEngineFailure(session)) throw new Error(session.message);
  const answers = await session.run(feeds);
  await session.close();
  if (isEngineFailure(answers)) throw new Error(answers.message);
  return answers;
}

function nodesOf(bytes: Uint8Array) {
  const graph = proto.onnx.ModelProto.decode(bytes).graph;
  return (graph?.node ?? []).map(({ opType, input, output }) => ({
    opType: opType ?? "",
    input: input ?? [],
    output: output?.[0] ?? "",
  }));
}

/** Every convolution reads three DequantizeLinear and is read by one QuantizeLinear alone. */
function expectPattern(bytes: Uint8Array): void {
  const nodes = nodesOf(bytes);
  const maker = new Map(nodes.map((node) => [node.output, node.opType]));
  for (const conv of nodes.filter(({ opType }) => opType === "Conv")) {
    expect(conv.input.map((name) => maker.get(name))).toEqual(new Array(3).fill("DequantizeLinear"));
    const readers = nodes.filter(({ input }) => input.includes(conv.output));
    expect(readers.map(({ opType }) => opType)).toEqual(["QuantizeLinear"]);
  }
  expect(nodes.filter(({ opType }) => opType === "BatchNormalization" || opType === "ConvTranspose")).toEqual([]);
}

const exact = (tensor: TensorData | undefined): NDArray => ({
  dims: tensor?.dims ?? [],
  data: Float64Array.from(tensor?.data ?? []),
});

it.each(specsIn(headFiles))("$title", async (spec) => {
  const graph = small(spec);
  const input = graph.inputs[0];
  const dims = input?.value.type.dims.map((d) => (typeof d === "number" ? d : 4)) ?? [];
  const data = Float32Array.from(trialArray("x", { dtype: "f32", dims }, 3).data);
  const feeds = { [input?.name ?? ""]: { dims, data } };
  const options = { weights: freshWeights(1) };
  const float = await run(bytesOf(emit(graph, { ...options, quantization: "observe" })), feeds);
  const calibration = newCalibration();
  for (const [name, tensor] of Object.entries({ ...feeds, ...float })) observe(calibration, name, tensor);
  const bytes = bytesOf(emit(graph, { ...options, quantization: calibration }));
  keepForPeers(bytes, "int8");
  expectPattern(bytes);
  const answers = await run(bytes, feeds);
  for (const { name } of graph.outputs) {
    expect(answers[name]?.dims).toEqual(float[name]?.dims);
    expect(signalToNoise(exact(float[name]), exact(answers[name])), name).toBeGreaterThan(15);
  }
});
