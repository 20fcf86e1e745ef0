// `--target tfjs`: a directory with model.json and the files of its weights. Norms stay layers of their own
// unless `--fold` asks otherwise, so that the file can be trained on.

import {
  architectureHash,
  emitTfjs,
  type Graph,
  optimize,
  type TfjsFile,
  type TfjsModel,
} from "../../compiler/index.ts";
import { byteText, grouped } from "../../report/index.ts";
import { openSession } from "../../runtime/index.ts";
import { version } from "../home.ts";
import { type Together, writeFolder } from "../output/index.ts";
import {
  foldOption,
  layoutOf,
  layoutOption,
  noFoldOption,
  parametersOf,
  type Target,
  type TargetOptions,
  type Written,
} from "./target.ts";

export const tfjs: Target = {
  name: "tfjs",
  title: "tfjs",
  options: [layoutOption, foldOption, noFoldOption],
  lacks: new Map([["--dtype", "its layers compute in the precision of the backend"]]),
  outputOf: (name) => `${name}.tfjs`,
  checkOptions: (options) => void layoutOf(options),
  open: openSession,
  write: async (graph, { options, weights, path, progress }) => {
    const layout = layoutOf(options);
    const metadata = { architecture: architectureHash(graph) };
    const optimized = optimizedFor(graph, options.fold === true && weights !== undefined);
    const model = emitTfjs(optimized, { layout, weights, metadata, compilerVersion: version() });
    if ("unsupported" in model) return model;
    await writeFolder(path, togetherOf(model), (bytes) => progress(bytes, model.bytes));
    return writtenOf(graph, model, options, weights !== undefined);
  },
};

/** A file to train on keeps what only training needs: dropouts, and two of what draws or counts twice. */
function optimizedFor(graph: Graph, fold: boolean): Graph {
  if (fold) return optimize(graph, { fold });
  return { ...optimize({ ...graph, phase: "train" }, { fold }), phase: graph.phase };
}

function togetherOf({ files }: TfjsModel): Together {
  const data = files.filter(({ name }) => name !== mainName);
  const main = files.find(({ name }) => name === mainName);
  const chunks = (nameOf: (name: string) => string) =>
    data.some(({ name }) => nameOf(name) !== name) ? [renamed(main, nameOf)] : (main?.chunks() ?? []);
  return { data, main: { name: mainName, chunks }, isStale: isShard };
}

const mainName = "model.json";

/** The same model, with its shards under other names. */
function renamed(main: TfjsFile | undefined, nameOf: (name: string) => string): Uint8Array {
  const text = new TextDecoder().decode(Buffer.concat([...(main?.chunks() ?? [])]));
  const model = JSON.parse(text) as { readonly weightsManifest?: readonly { readonly paths: readonly string[] }[] };
  const weightsManifest = model.weightsManifest?.map((group) => ({ ...group, paths: group.paths.map(nameOf) }));
  return new TextEncoder().encode(JSON.stringify({ ...model, ...(weightsManifest && { weightsManifest }) }));
}

const isShard = (name: string): boolean => /^group1-shard\d+of\d+\.bin$/.test(name);

function writtenOf(graph: Graph, model: TfjsModel, options: TargetOptions, isStored: boolean): Written {
  const { bytes, files, layers, customLayers } = model;
  const needs = customLayers.length === 0 ? "" : `; opens with deepmacc/tfjs (${customLayers.join(", ")})`;
  return {
    document: { bytes, files: files.map(({ name }) => name), layers, customLayers, layout: layoutOf(options) },
    size: `(${byteText(bytes)} in ${files.length} ${files.length === 1 ? "file" : "files"})`,
    contents: `${grouped(parametersOf(graph))} parameters${isStored ? "" : " left open"}, ${layers} layers${needs}`,
  };
}
