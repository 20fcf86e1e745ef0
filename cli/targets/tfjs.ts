// `--target tfjs`: a directory with model.json and the files of its weights. Norms stay layers of their own
// unless `--fold` asks otherwise, so that the file can be trained on.

import { architectureHash, emitTfjs, type Graph, optimize, type TfjsModel } from "../../compiler/index.ts";
import { byteText, grouped } from "../../report/index.ts";
import { openSession } from "../../runtime/index.ts";
import { version } from "../home.ts";
import { writeFolder } from "../output.ts";
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
  outputOf: (name) => `${name}.tfjs`,
  checkOptions: (options) => void layoutOf(options),
  open: openSession,
  write: async (graph, { options, weights, path, progress }) => {
    const layout = layoutOf(options);
    const metadata = { architecture: architectureHash(graph) };
    const optimized = optimizedFor(graph, options.fold === true && weights !== undefined);
    const model = emitTfjs(optimized, { layout, weights, metadata, compilerVersion: version() });
    if ("unsupported" in model) return model;
    await writeFolder(path, model.files, isShard, (bytes) => progress(bytes, model.bytes));
    return writtenOf(graph, model, options, weights !== undefined);
  },
};

/** A file to train on keeps what only training needs: dropouts, and two of what draws or counts twice. */
function optimizedFor(graph: Graph, fold: boolean): Graph {
  if (fold) return optimize(graph, { fold });
  return { ...optimize({ ...graph, phase: "train" }, { fold }), phase: graph.phase };
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
