// Runs written models in onnxruntime-node, for tests.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { evaluate } from "../../compiler/evaluate.ts";
import { type Graph, resultsOfGraph } from "../../compiler/ir/graph.ts";
import { freshWeights, type WeightReader, weightsFrom } from "../../compiler/ir/weights.ts";
import type { NDArray } from "../../compiler/ops/index.ts";
import { optimize } from "../../compiler/passes/index.ts";
import { emitOnnx, type OnnxFile, type OnnxOptions } from "../../compiler/targets/onnx/index.ts";
import { distance, variedWeights } from "../../compiler/testing.ts";
import { type Backend, isEngineFailure, type Numbers, openSession } from "../../runtime/index.ts";

export const defaults: OnnxOptions = {
  opset: 18,
  ir: 8,
  layout: "nhwc",
  weights: freshWeights(7),
  metadata: {},
  compilerVersion: "0.0.0",
};

export function emit(graph: Graph, options: Partial<OnnxOptions> = {}): OnnxFile {
  const file = emitOnnx(graph, { ...defaults, ...options });
  if ("unsupported" in file)
    throw new Error(JSON.stringify(file.unsupported.map((u) => `${u.node.path}: ${u.reason}`)));
  return file;
}

export function bytesOf(file: OnnxFile): Uint8Array {
  const bytes = Buffer.concat([...file.chunks()]);
  expect(bytes.length).toBe(file.bytes);
  return bytes;
}

/** Moves the channels of [.., H, W, C] to the front of H, or back. */
function moved(x: NDArray, to: "front" | "back"): NDArray {
  if (x.dims.length < 4) return x;
  const [a, b, c] = x.dims.slice(-3) as [number, number, number];
  const [h, w, channels] = to === "front" ? [a, b, c] : [b, c, a];
  const data = new Float64Array(x.data.length);
  for (let image = 0; image < x.data.length; image += h * w * channels) {
    for (let p = 0; p < h * w; p++) {
      for (let i = 0; i < channels; i++) {
        const last = image + p * channels + i;
        const first = image + i * h * w + p;
        if (to === "front") data[first] = x.data[last] as number;
        else data[last] = x.data[first] as number;
      }
    }
  }
  return { dims: [...x.dims.slice(0, -3), ...(to === "front" ? [channels, h, w] : [h, w, channels])], data };
}

/** A logical array as callers of a model with this layout give it, and back. */
export const outsideOf = (x: NDArray, layout: "nchw" | "nhwc"): NDArray => (layout === "nchw" ? moved(x, "front") : x);
export const logicalOf = (x: NDArray, layout: "nchw" | "nhwc"): NDArray => (layout === "nchw" ? moved(x, "back") : x);

/** Runs the file in onnxruntime on logical feeds, and answers logical results. */
export async function runOnnx(
  model: Uint8Array | string,
  graph: Graph,
  feeds: ReadonlyMap<string, NDArray>,
  layout: "nchw" | "nhwc" = "nhwc",
  more: ReadonlyMap<string, NDArray> = new Map(),
  backend: Backend = "onnxruntime-node",
): Promise<Map<string, NDArray>> {
  const session = await openSession(model, { threads: 1, backend });
  if (isEngineFailure(session)) throw new Error(session.message);
  const given = [...feeds].map(([name, x]) => [name, outsideOf(x, layout)] as const);
  const types = new Map(graph.inputs.map(({ name, value }) => [name, value.type.dtype]));
  const tensors = [...given, ...more].map(
    ([name, { dims, data }]) => [name, { dims, data: numbersOf(data, types.get(name)) }] as const,
  );
  const results = await session.run(Object.fromEntries(tensors));
  if (isEngineFailure(results)) throw new Error(results.message);
  await session.close();
  return new Map(
    // By place: an output that is called as an input has another name in the file.
    resultsOfGraph(graph).map(({ name }, i) => {
      const inFile = session.manifest.outputs[i]!.name;
      const { dims, data } = (results as Record<string, { dims: number[]; data: Numbers }>)[inFile]!;
      return [name, logicalOf({ dims, data: Float64Array.from(data) }, layout)];
    }),
  );
}

export function numbersOf(data: Float64Array, dtype: string | undefined): Numbers {
  if (dtype === "i32") return Int32Array.from(data);
  return dtype === "bool" ? Uint8Array.from(data) : Float32Array.from(data);
}

const keptPerTest = new Map<string, number>();

/** With DEEPMACC_ONNX_DIR set, a few models of each test stay there for tests/peers. */
export function keepForPeers(bytes: Uint8Array, variant: string): void {
  const folder = process.env["DEEPMACC_ONNX_DIR"];
  if (!folder) return;
  const test = (expect.getState().currentTestName ?? "").replace(/\W+/g, "_");
  const count = keptPerTest.get(test) ?? 0;
  keptPerTest.set(test, count + 1);
  // Every fifth, so that few files cover many of the drawn cases in all variants.
  if (count % 5 === 0 && count < 25) writeFileSync(join(folder, `${test}_${count}_${variant}.onnx`), bytes);
}

/** Folded and not, in both layouts: onnxruntime says what `evaluate` says, native and on WebAssembly. */
export async function expectParity(
  graph: Graph,
  feeds: ReadonlyMap<string, NDArray>,
  weights: WeightReader = weightsFrom(variedWeights(graph)),
  opset = 18,
): Promise<void> {
  const expected = evaluate(graph, feeds, weights);
  const ir = opset > 20 ? 10 : opset > 18 ? 9 : 8;
  for (const fold of [false, true]) {
    const optimized = optimize(graph, { fold });
    for (const layout of ["nhwc", "nchw"] as const) {
      const variant = `${layout}${fold ? "_folded" : ""}`;
      const bytes = bytesOf(emit(optimized, { weights, layout, opset, ir }));
      keepForPeers(bytes, variant);
      expectEqual(await runOnnx(bytes, graph, feeds, layout), expected, variant);
      // One variant is enough to compare the kernels of the WebAssembly build.
      if (fold && layout === "nhwc")
        expectEqual(await runOnnx(bytes, graph, feeds, layout, undefined, "onnxruntime-web"), expected, "WebAssembly");
    }
  }
}

/** In half precision onnxruntime says nearly what `evaluate` says, whichever type inputs and outputs have. */
export async function expectHalfParity(graph: Graph, feeds: ReadonlyMap<string, NDArray>): Promise<void> {
  const weights = weightsFrom(variedWeights(graph));
  const expected = evaluate(graph, feeds, weights);
  for (const ports of ["f32", "f16"] as const) {
    const bytes = bytesOf(emit(optimize(graph, { fold: ports === "f16" }), { weights, half: { ports } }));
    keepForPeers(bytes, `half_${ports}`);
    expectEqual(await runOnnx(bytes, graph, feeds), expected, `half precision, ports ${ports}`, 1e-2);
  }
}

export function expectEqual(
  results: ReadonlyMap<string, NDArray>,
  expected: ReadonlyMap<string, NDArray>,
  variant: string,
  tolerance = 1e-5,
): void {
  for (const [name, { dims, data }] of expected) {
    expect(results.get(name)?.dims, `${name} ${variant}`).toEqual(dims);
    expect(distance(results.get(name)?.data ?? [], data), `${name} ${variant}`).toBeLessThan(tolerance);
  }
}
