// Writes tfjs models and runs them, for tests.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  evaluate,
  freshWeights,
  type Graph,
  type NDArray,
  type WeightReader,
  weightsFrom,
} from "../../compiler/index.ts";
import { emitTfjs, type TfjsModel, type TfjsOptions } from "../../compiler/targets/tfjs/index.ts";
import { variedWeights } from "../../compiler/testing.ts";
import { type Backend, isEngineFailure, openSession } from "../../runtime/index.ts";
import { expectEqual, logicalOf, numbersOf, outsideOf } from "./run-onnx.ts";

export const tfjsDefaults: TfjsOptions = {
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

export function writeModel(model: TfjsModel, folder: string): void {
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
    graph.outputs.map(({ name }) => {
      const { dims, data } = results[name]!;
      return [name, logicalOf({ dims, data: Float64Array.from(data) }, layout)];
    }),
  );
}

/** In training and inference mode, on WebAssembly and in plain JavaScript: tfjs says what `evaluate` says. */
export async function expectTfjsParity(
  graph: Graph,
  feeds: ReadonlyMap<string, NDArray>,
  weights: WeightReader = weightsFrom(variedWeights(graph)),
): Promise<void> {
  const expected = evaluate(graph, feeds, weights);
  for (const layout of ["nhwc", "nchw"] as const) {
    await withModel(emitModel(graph, { weights, layout }), async (folder) => {
      for (const backend of ["tfjs-wasm", "tfjs-cpu"] as const)
        expectEqual(await runTfjs(folder, graph, feeds, backend, layout), expected, `${backend} ${layout}`);
    });
  }
}
