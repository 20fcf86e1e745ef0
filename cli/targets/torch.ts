// `--target torch`: a directory with model.py and weights.safetensors. The graph is written as the text says it,
// norms and dropouts as modules, so that the file can be trained.

import { bytesOf, writeSafetensors } from "../../checkpoints/index.ts";
import {
  borrowed,
  emitTorch,
  evaluate,
  type Graph,
  missingReferences,
  phaseDifference,
  type TorchFile,
  targetDims,
  torchProbe,
  type WeightReader,
  workOf,
} from "../../compiler/index.ts";
import { excessOf, quickBounds } from "../../lab/index.ts";
import { byteText, grouped } from "../../report/index.ts";
import { torchEngine } from "../../runtime/index.ts";
import { version } from "../home.ts";
import { writeFolder } from "../output/index.ts";
import {
  type Layout,
  layoutOf,
  layoutOption,
  noFoldOption,
  parametersOf,
  type Target,
  type Written,
} from "./target.ts";

/** What the reference computes in about a tenth of a second; for larger models the file's check compares shapes. */
const recordedMacs = 20e6;

/** One Python for the whole command, started when it is needed. */
const python = torchEngine();

export const torch: Target = {
  name: "torch",
  title: "PyTorch",
  options: [layoutOption, noFoldOption],
  lacks: new Map([
    ["--fold", "norms stay modules, so that the file can be trained"],
    ["--dtype", "its program chooses: Model().half(), or torch.autocast"],
  ]),
  isSlow: true,
  outputOf: (name) => name,
  checkOptions: (options) => void layoutOf(options),
  open: (path, options) => python.open(path, options),
  write: async (graph, { options, weights, path, progress, trained }) => {
    const layout = layoutOf(options);
    const file = emitTorch(graph, {
      layout,
      compilerVersion: version(),
      hasWeights: weights !== undefined,
      ...expectedOf(graph, layout, weights),
    });
    if ("unsupported" in file) return file;
    const difference = phaseDifference(trained?.() ?? graph, graph);
    if (difference) return { unsupported: [difference] };
    const stored = weights && weightsFile(file, weights);
    const text = new TextEncoder().encode(file.text);
    const total = (stored?.bytes ?? 0) + text.length;
    const data = stored ? [stored] : [];
    const chunks = (nameOf: (name: string) => string) => [
      new TextEncoder().encode(file.text.replaceAll(weightsName, nameOf(weightsName))),
    ];
    await writeFolder(path, { data, main: { name: "model.py", chunks } }, (bytes) => progress(bytes, total));
    const names = [...data.map(({ name }) => name), "model.py"];
    return writtenOf(graph, file, { layout, total, names });
  },
};

function expectedOf(graph: Graph, layout: Layout, weights: WeightReader | undefined) {
  const probe = torchProbe(graph, layout);
  const isLarge = () => {
    const work = workOf(graph, probe.sizes);
    return excessOf(work.numbers, work, quickBounds) !== undefined;
  };
  if (!weights || probe.macs > recordedMacs || missingReferences(graph).length > 0 || isLarge()) return {};
  return { expected: evaluate(graph, probe.feeds, weights) };
}

/** As the Python file calls it. */
const weightsName = "weights.safetensors";

function weightsFile({ tensors }: TorchFile, weights: WeightReader) {
  const written = tensors.map(({ name, weight, axes }) => ({
    name,
    dtype: "F32" as const,
    shape: targetDims(weight, axes),
    content: () => bytesOf(borrowed(weights, weight, axes)),
  }));
  return { name: weightsName, ...writeSafetensors(written, { format: "pt", flatten: "tensorflow" }) };
}

interface Facts {
  readonly layout: Layout;
  readonly total: number;
  readonly names: readonly string[];
}

function writtenOf(graph: Graph, { classes }: TorchFile, { layout, total, names }: Facts): Written {
  const count = parametersOf(graph);
  return {
    document: { bytes: total, files: names, classes, layout },
    size: `(${byteText(total)} in ${names.length} ${names.length === 1 ? "file" : "files"})`,
    contents: `${grouped(count)} parameters${names.length === 1 ? " left open" : ""}, ${classes} classes`,
  };
}
