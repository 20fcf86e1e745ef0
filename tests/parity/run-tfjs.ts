// Writes tfjs models and runs them, for tests.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import {
  evaluate,
  freshWeights,
  type Graph,
  type NDArray,
  optimize,
  type WeightReader,
  weightsFrom,
} from "../../compiler/index.ts";
import { emitTfjs, type TfjsModel, type TfjsOptions } from "../../compiler/targets/tfjs/index.ts";
import { variedWeights } from "../../compiler/testing.ts";
import { type Backend, isEngineFailure, openSession } from "../../runtime/index.ts";
import { register } from "../../tfjs/index.ts";
import { expectEqual, logicalOf, numbersOf, outsideOf } from "./run-onnx.ts";

// Without it, tfjs advertises its native build on stderr.
tf.env().set("PROD", true);

const tfjsDefaults: TfjsOptions = {
  layout: "nhwc",
  weights: freshWeights(7),
  metadata: {},
  compilerVersion: "0.0.0",
};

export function emitModel(graph: Graph, options: Partial<TfjsOptions> = {}): TfjsModel {
  const model = emitTfjs(graph, { ...tfjsDefaults, ...options });
  if ("unsupported" in model)
    throw new Error(JSON.stringify(model.unsupported.map((u) => `${u.node.path}: ${u.reason}`)));
  return model;
}

/** The files of a model in a folder that is gone after `use`. */
export async function withModel<Result>(model: TfjsModel, use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "deepmacc-tfjs-"));
  try {
    writeModel(model, folder);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeModel(model: TfjsModel, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, chunks } of model.files) writeFileSync(join(folder, name), Buffer.concat([...chunks()]));
}

/** Runs a written model on logical feeds, and answers logical results. */
export async function runTfjs(
  folder: string,
  graph: Graph,
  feeds: ReadonlyMap<string, NDArray>,
  backend: Backend,
  layout: "nchw" | "nhwc" = "nhwc",
): Promise<Map<string, NDArray>> {
  const session = await openSession(folder, { backend });
  if (isEngineFailure(session)) throw new Error(session.message);
  const types = new Map(graph.inputs.map(({ name, value }) => [name, value.type.dtype]));
  const given = [...feeds].map(([name, x]) => {
    const { dims, data } = outsideOf(x, layout);
    return [name, { dims, data: numbersOf(data, types.get(name)) }] as const;
  });
  const results = await session.run(Object.fromEntries(given));
  await session.close();
  if (isEngineFailure(results)) throw new Error(results.message);
  return new Map(
    graph.outputs.map(({ name }, i) => {
      const { dims, data } = results[session.manifest.outputs[i]!.name]!;
      return [name, logicalOf({ dims, data: Float64Array.from(data) }, layout)];
    }),
  );
}

/** On WebAssembly and in plain JavaScript, norms folded and not, in training as well: tfjs says what `evaluate` says. */
export async function expectTfjsParity(
  graph: Graph,
  feeds: ReadonlyMap<string, NDArray>,
  weights: WeightReader = weightsFrom(variedWeights(graph)),
  trainingTolerance = 1e-5,
): Promise<void> {
  const expected = evaluate(graph, feeds, weights);
  for (const layout of ["nhwc", "nchw"] as const) {
    const model = emitModel(graph, { weights, layout });
    await withModel(model, async (folder) => {
      for (const backend of ["tfjs-wasm", "tfjs-cpu"] as const)
        expectEqual(await runTfjs(folder, graph, feeds, backend, layout), expected, `${backend} ${layout}`);
    });
  }
  if (graph.phase === "infer" && graph.nodes.some(isNorm)) {
    await withModel(emitModel(optimize(graph, { fold: true }), { weights }), async (folder) => {
      expectEqual(await runTfjs(folder, graph, feeds, "tfjs-wasm"), expected, "folded");
    });
  }
  await expectTrainingParity(graph, feeds, weights, trainingTolerance);
}

const isNorm = ({ op }: Graph["nodes"][number]): boolean => op === "bn" || op === "frozen_bn";

/** Only norms behave otherwise in training, but for what is random. tfjs trains none without gamma and beta. */
async function expectTrainingParity(
  graph: Graph,
  feeds: ReadonlyMap<string, NDArray>,
  weights: WeightReader,
  tolerance: number,
): Promise<void> {
  const norms = graph.nodes.filter(isNorm);
  const trains = norms.every(({ weights: { gamma, beta } }) => gamma && beta);
  if (norms.length === 0 || !trains || graph.nodes.some(({ op }) => op === "dropout")) return;
  const expected = evaluate({ ...graph, phase: "train" }, feeds, weights);
  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    const model = await loadPlain(emitModel(graph, { weights }));
    const inputs = graph.inputs.map(({ name }) => feeds.get(name) as NDArray).map(tensorOf);
    const results = [model.apply(inputs, { training: true })].flat() as tf.Tensor[];
    const read = graph.outputs.map(({ name }, i) => {
      const { shape } = results[i] as tf.Tensor;
      return [name, { dims: shape, data: Float64Array.from((results[i] as tf.Tensor).dataSync()) }] as const;
    });
    expectEqual(new Map(read), expected, `${backend} training`, tolerance);
    tf.dispose([inputs, results]);
    model.dispose();
  }
}

export const tensorOf = ({ dims, data }: NDArray): tf.Tensor => tf.tensor(Float32Array.from(data), [...dims]);

/** Opens a model as a page does: with tfjs alone, and our registration where the model asks for it. */
export async function loadPlain(model: TfjsModel): Promise<tf.LayersModel> {
  await tf.ready();
  if (model.customLayers.length > 0) register(tf);
  const bytes = new Map(model.files.map(({ name, chunks }) => [name, Buffer.concat([...chunks()])]));
  const { modelTopology, weightsManifest, userDefinedMetadata } = JSON.parse(String(bytes.get("model.json")));
  const paths: string[] = weightsManifest?.flatMap((group: { paths: string[] }) => group.paths) ?? [];
  const data = new Uint8Array(Buffer.concat(paths.map((path) => bytes.get(path) as Buffer)));
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology,
      userDefinedMetadata,
      ...(weightsManifest && { weightSpecs: weightsManifest[0].weights, weightData: data.buffer }),
    }),
  );
}
