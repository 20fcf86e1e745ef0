// `--target onnx`: the optimised graph as one model file, and a data file beside it where protobuf ends.

import { basename, dirname } from "node:path";
import {
  architectureHash,
  emitOnnx,
  type Graph,
  imageTextOf,
  irVersions,
  largestFile,
  type OnnxFile,
  type OnnxOptions,
  opsets,
  optimize,
  type ProfileName,
  profileNames,
} from "../../compiler/index.ts";
import { nearest } from "../../grammar/index.ts";
import { byteText, grouped, listOf } from "../../report/index.ts";
import { openSession } from "../../runtime/index.ts";
import { exits, Failure } from "../exit.ts";
import { version } from "../home.ts";
import { writeTogether, writeWhole } from "../output/index.ts";
import { parseWhole } from "../reference.ts";
import { counterpartOf } from "./synonyms.ts";
import {
  dtypeOption,
  foldOption,
  layoutOf,
  layoutOption,
  noFoldOption,
  parametersOf,
  portsOption,
  precisionNamed,
  refuseTooLarge,
  type Target,
  type TargetOption,
  type TargetOptions,
  type Writing,
  type Written,
} from "./target.ts";

/** What concerns ONNX files alone, whoever writes one. */
export const onnxOptions: readonly TargetOption[] = [
  { flags: "--opset <number>", about: `ONNX operator set, ${opsets.lowest} to ${opsets.highest} (${opsets.usual})` },
  {
    flags: "--ir <number>",
    about: `ONNX IR version, ${irVersions.lowest} to ${irVersions.highest} (${irVersions.usual})`,
  },
  {
    flags: "--profile <runtime>",
    about: `refuse what it cannot run: ${listOf(profileNames, "or")} (none)`,
  },
];

const imageOption: TargetOption = {
  flags: "--image-in-graph",
  about: "the image goes in as bytes (uint8): the file does what @image says of order, range, mean and std",
};

export const onnx: Target = {
  name: "onnx",
  title: "ONNX",
  options: [layoutOption, foldOption, noFoldOption, ...onnxOptions, dtypeOption, portsOption, imageOption],
  outputOf: (name) => `${name}.onnx`,
  checkOptions: (options) => void [versionsOf(options), profileOf(options), halfOf(options)],
  open: openSession,
  write: async (graph, writing) => {
    const { options, weights, path, quantization } = writing;
    const imageInGraph = options.imageInGraph === true;
    if (imageInGraph) refuseWithoutImage(graph);
    // Without weights nothing is folded: no checkpoint holds a folded kernel.
    const optimized = optimize(graph, { fold: options.fold !== false && weights !== undefined });
    const emission: OnnxOptions = {
      ...versionsOf(options),
      weights,
      // The identity of the architecture does not depend on what the passes make of it.
      metadata: { architecture: architectureHash(graph) },
      compilerVersion: version(),
      isStreamed: true,
      ...(imageInGraph && { imageInGraph }),
      ...(quantization && { quantization }),
      ...halfOf(options),
    };
    const first = emitOnnx(optimized, emission);
    if ("unsupported" in first) return first;
    const profile = profileOf(options);
    const remarks = profile === undefined ? [] : first.lint(profile);
    if (remarks.some(({ severity }) => severity === "error")) return { unsupported: [], refusals: remarks };
    const dataPath = first.bytes > largestFile ? `${path}.data` : undefined;
    const file = dataPath === undefined ? first : again(optimized, { ...emission, externalData: basename(dataPath) });
    await writeFiles(file, dataPath, writing, (name) => again(optimized, { ...emission, externalData: name })).catch(
      refuseTooLarge,
    );
    return { ...writtenOf(graph, file, dataPath, emission), remarks };
  },
};

export function refuseWithoutImage(graph: Graph): void {
  const text = imageTextOf(graph);
  if (text === undefined)
    throw new Failure(exits.usage, `${graph.name} says nothing of images, which --image-in-graph puts into the file`, [
      "say it in front of the model: @image(mean = […], std = […])",
    ]);
  const { input } = JSON.parse(text) as { readonly input: string };
  if (!graph.inputs.some(({ name }) => name === input))
    throw new Failure(exits.usage, `${graph.name} takes no ${input}, whose pixels --image-in-graph is about`, [
      "leave it out for this part",
    ]);
}

function versionsOf(options: TargetOptions): Pick<OnnxOptions, "layout" | "opset" | "ir"> {
  const { opset, ir } = options;
  return {
    layout: layoutOf(options),
    opset: opset === undefined ? opsets.usual : parseWhole(opset, "--opset", [opsets.lowest, opsets.highest]),
    ir: ir === undefined ? irVersions.usual : parseWhole(ir, "--ir", [irVersions.lowest, irVersions.highest]),
  };
}

function halfOf({ dtype, ports }: TargetOptions): Pick<OnnxOptions, "half"> {
  const isHalf = precisionNamed(dtype) === "f16";
  if (ports !== undefined && !isHalf)
    throw new Failure(exits.usage, "--ports is about half precision, but there is no --dtype f16");
  return isHalf ? { half: { ports: precisionNamed(ports, "--ports") } } : {};
}

function profileOf({ profile }: TargetOptions): ProfileName | undefined {
  const name = profileNames.find((each) => each === profile);
  if (name !== undefined || profile === undefined) return name;
  const guess = counterpartOf(profile)?.profile ?? nearest(profile, profileNames);
  throw new Failure(exits.usage, `there is no profile ${profile}`, [
    guess && `did you mean ${guess}?`,
    `profiles are ${listOf(profileNames)}`,
  ]);
}

function again(graph: Graph, options: OnnxOptions): OnnxFile {
  const file = emitOnnx(graph, options);
  if ("unsupported" in file) throw new Error("a graph that could be written became one that cannot");
  return file;
}

/** `named`: the file with its data under another name. */
async function writeFiles(
  file: OnnxFile,
  dataPath: string | undefined,
  { path, progress }: Writing,
  named: (name: string) => OnnxFile,
): Promise<void> {
  const total = file.bytes + file.externalBytes;
  const written = (bytes: number) => progress(bytes, total);
  if (dataPath === undefined) return writeWhole(path, file.chunks(), written);
  const data = [{ name: basename(dataPath), chunks: () => file.externalChunks?.() ?? [] }];
  const chunks = (nameOf: (name: string) => string) => named(nameOf(basename(dataPath))).chunks();
  return writeTogether(dirname(path), { data, main: { name: basename(path), chunks } }, written);
}

function writtenOf(graph: Graph, file: OnnxFile, dataPath: string | undefined, emission: OnnxOptions): Written {
  const { opset, ir, layout, weights } = emission;
  const { bytes, externalBytes, nodes } = file;
  const data = dataPath === undefined ? "" : ` and ${dataPath} (${byteText(externalBytes)})`;
  const dataDocument = dataPath !== undefined && { dataFile: dataPath, dataBytes: externalBytes };
  return {
    document: { bytes, ...dataDocument, nodes, opset, ir, layout },
    size: `(${byteText(bytes)})${data}`,
    contents: `${grouped(parametersOf(graph))} parameters${weights ? "" : " left open"}, ${nodes} ONNX nodes`,
  };
}
