// `--target triton`: a model repository for Triton Inference Server. Each part of a model is an ONNX file with a
// config.pbtxt; where there are several, an ensemble runs them in a row.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  clientText,
  ensembleConfig,
  type Graph,
  modelConfig,
  pixelInput,
  portPrecisions,
  portsOfCaller,
  readme,
  servedModel,
  trialSizes,
} from "../../compiler/index.ts";
import { openSession } from "../../runtime/index.ts";
import { writeWhole } from "../output/index.ts";
import { parseWhole } from "../reference.ts";
import { onnx } from "./onnx.ts";
import { layoutOf, precisionNamed, type Target, type TargetOptions } from "./target.ts";

const usualBatch = 8;
/** Microseconds that a request waits for others. */
const delay = 2000;

const servingOf = ({ maxBatch }: TargetOptions) => ({
  maxBatch: maxBatch === undefined ? usualBatch : parseWhole(maxBatch, "--max-batch", [1, 65_536]),
  delay,
});

/** `DeepMAC512` is `deep_mac512`, `HG[20]` is `hg20`. */
const folderOf = (name: string): string =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll(/\W+/g, "")
    .toLowerCase();

function pixelsOf(graph: Graph, { imageInGraph }: TargetOptions): { readonly pixels?: string } {
  const pixels = imageInGraph === true ? pixelInput(graph) : undefined;
  return pixels === undefined ? {} : { pixels };
}

const served = (graph: Graph, folder: string, options: TargetOptions) =>
  servedModel(graph, folder, {
    layout: layoutOf(options),
    ...pixelsOf(graph, options),
    sizes: new Map(Object.entries(trialSizes(graph))),
    precisions: portPrecisions(graph, precisionNamed(options.ports, "--ports")),
  });

/** The version that is served. */
const modelIn = (folder: string): string => join(folder, "1", "model.onnx");

export const triton: Target = {
  name: "triton",
  title: "Triton",
  options: [
    ...onnx.options,
    { flags: "--max-batch <number>", about: `triton: the most samples that it runs at once (${usualBatch})` },
  ],
  outputOf: (name) => `${name}-triton`,
  checkOptions: (options) => void [onnx.checkOptions(options), servingOf(options)],
  open: (path, options) => openSession(modelIn(path), options),
  /** One model of a repository: its folder. */
  write: async (graph, writing) => {
    const { path, options } = writing;
    mkdirSync(join(path, "1"), { recursive: true });
    const written = await onnx.write(graph, { ...writing, path: modelIn(path) });
    if ("unsupported" in written) return written;
    const model = served(graph, path.split(/[\\/]/).at(-1) ?? "", options);
    await writeText(join(path, "config.pbtxt"), modelConfig(model, servingOf(options)));
    return written;
  },
  repository: {
    folderOf: (model, part) => folderOf(part === undefined ? model : `${model}_${part}`),
    finish: async (folder, model, parts, options) => {
      const models = parts.map(({ file, graph }) => served(graph, file, options));
      const ensemble = models.length > 1 ? { name: folderOf(model), steps: models } : undefined;
      if (ensemble) {
        // The server wants a version of every model, and an ensemble has no file of its own.
        mkdirSync(join(folder, ensemble.name, "1"), { recursive: true });
        await writeText(join(folder, ensemble.name, "config.pbtxt"), ensembleConfig(ensemble, servingOf(options)));
      }
      await writeText(join(folder, "README.md"), readme(model, models, ensemble));
      await writeText(join(folder, "client.py"), clientText(portsOfCaller(models, ensemble)));
      return [...(ensemble ? [ensemble.name] : []), "README.md", "client.py"];
    },
  },
};

const writeText = (path: string, text: string): Promise<void> => writeWhole(path, [new TextEncoder().encode(text)]);
