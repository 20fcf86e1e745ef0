// graph -> ONNX file. Nothing large exists until the chunks are walked, and then one tensor at a time;
// the exact size is known before.
import type { Diagnostic } from "../../../grammar/index.ts";
import { architectureHash } from "../../ir/architecture.ts";
import type { Graph, Node } from "../../ir/graph.ts";
import type { WeightReader } from "../../ir/weights.ts";
import { externalFile } from "./external.ts";
import { halveProgram } from "./half.ts";
import { portPrecisions } from "./half-ports.ts";
import { imageTextOf, takePixels, withImageInGraph } from "./image.ts";
import { type Lowered, lowerGraph, unsupportedNodes } from "./lower.ts";
import { type ModelText, modelMessage, widths } from "./model.ts";
import type { ProfileName } from "./profiles/backends.ts";
import { lintProgram } from "./profiles/lint.ts";
import { type Calibration, observedTensors, quantizeProgram } from "./quantize/index.ts";
import { chunksOf } from "./wire.ts";

/** What the operators are written for; the caller checks a user's choice. */
export const opsets = { lowest: 16, highest: 21, usual: 18 } as const;
export const irVersions = { lowest: 8, highest: 10, usual: 8 } as const;
/** Above this a file must be split: protobuf ends at 2 GiB, and some readers before. */
export const largestFile = 1.5 * 2 ** 30;

export interface OnnxOptions {
  readonly opset: number;
  readonly ir: number;
  readonly layout: "nchw" | "nhwc";
  /**
   * Undefined (`--no-weights`): the file holds the architecture alone, and every weight is a required
   * input of the graph under the name that its initialiser would have. Give an unfolded graph: a
   * folded kernel would be an input that no checkpoint holds.
   */
  readonly weights: WeightReader | undefined;
  /**
   * More entries, or other values for those that are always there: give `architecture` as
   * `architectureHash` of the graph before passes, so that it does not depend on folding.
   */
  readonly metadata: Readonly<Record<string, string>>;
  readonly compilerVersion: string;
  /** Half precision; inputs and outputs are in single where `ports` does not say otherwise, and boxes are anyway. Absent: single. */
  readonly half?: { readonly ports: "f32" | "f16" };
  /** The name of the data file beside the model; decided by the caller, see `largestFile`. */
  readonly externalData?: string;
  /**
   * "observe": the float model, with every tensor that a quantisation must know as a further output.
   * A calibration: integers where they pay, from what those outputs held. Both need weights.
   */
  readonly quantization?: "observe" | Calibration;
  /** The input that `@image` is about takes bytes, and the file normalises them. */
  readonly imageInGraph?: boolean;
  /** Each chunk is written before the next one is asked for, which may then take its memory. */
  readonly isStreamed?: boolean;
}

export interface OnnxFile {
  /** The exact size of the model file. */
  readonly bytes: number;
  readonly weightBytes: number;
  /** The exact size of the data file; 0 without one. */
  readonly externalBytes: number;
  readonly nodes: number;
  /** May be walked more than once; each walk draws the weights anew. */
  chunks(): Iterable<Uint8Array>;
  externalChunks?(): Iterable<Uint8Array>;
  /** What a runtime says against the file: errors for what it cannot run, warnings for what is slow. */
  lint(profile: ProfileName): readonly Diagnostic[];
}

export interface OnnxUnsupported {
  readonly unsupported: readonly { readonly node: Node; readonly reason: string }[];
}

export function emitOnnx(graph: Graph, options: OnnxOptions): OnnxFile | OnnxUnsupported {
  const unsupported = unsupportedNodes(graph);
  if (unsupported.length > 0) return { unsupported };
  const lowered = lowerGraph(graph, options);
  if (lowered.unsupported.length > 0) return { unsupported: lowered.unsupported };
  const observed = quantize(lowered, options);
  if (options.half) halveProgram(lowered.program, portsOf(graph, lowered, options.half.ports));
  const image = options.imageInGraph === true ? imageTextOf(graph) : undefined;
  if (image !== undefined) takePixels(lowered.program, image, options.layout);
  const external =
    options.externalData === undefined || !options.weights ? undefined : externalFile(options.externalData);
  const message = modelMessage(textOf(graph, options), {
    ...lowered,
    outputs: [...lowered.outputs, ...observed],
    origins: graph.rules.origins,
    weights: options.weights,
    external,
    isStreamed: options.isStreamed === true,
  });
  return {
    bytes: message.bytes,
    weightBytes: weightBytesOf(lowered, options),
    externalBytes: external?.bytes() ?? 0,
    nodes: lowered.program.nodes.length,
    chunks: () => chunksOf(message.parts),
    lint: (profile) => lintProgram(graph, lowered.program, profile, options),
    ...(external && { externalChunks: () => chunksOf(external.parts) }),
  };
}

/** By the names in the file: an output may be called otherwise there. */
function portsOf(graph: Graph, { outputs }: Lowered, wanted: "f32" | "f16"): ReadonlyMap<string, "f32" | "f16"> {
  const precisions = portPrecisions(graph, wanted);
  const results = [...graph.outputs, ...graph.losses];
  const named = outputs.map((name, i) => [name, precisions.get(results[i]?.name ?? name) ?? wanted] as const);
  return new Map([...graph.inputs.map(({ name }) => [name, precisions.get(name) ?? wanted] as const), ...named]);
}

/** Makes integers of floats, or answers which tensors to look at before. */
function quantize({ program, inputs, outputs }: Lowered, { quantization, weights }: OnnxOptions): readonly string[] {
  if (quantization === undefined) return [];
  if (!weights) throw new Error("a model without weights cannot be quantised");
  if (quantization !== "observe") {
    quantizeProgram(program, outputs, quantization, weights);
    return [];
  }
  const known = new Set([...inputs, ...outputs]);
  return observedTensors(program, outputs).filter((name) => !known.has(name));
}

function weightBytesOf(lowered: Lowered, options: OnnxOptions): number {
  if (!options.weights) return 0;
  return lowered.program.initialisers.reduce((sum, { kind, dtype, dims }) => {
    const elements = dims.reduce((a, b) => a * b, 1);
    return sum + (kind === "constant" ? 0 : widths[dtype] * elements);
  }, 0);
}

function textOf(graph: Graph, options: OnnxOptions): ModelText {
  const rule = graph.rules.text;
  return {
    ir: options.ir,
    opset: options.opset,
    producerVersion: options.compilerVersion,
    doc: `${graph.name}, compiled by deepmacc ${options.compilerVersion}${rule === "" ? "" : `; sizes: ${rule}`}`,
    graphName: graph.name,
    metadata: metadataOf(graph, options),
  };
}

/** Keys are unique: a second annotation of one name is `paper 2`. */
function metadataOf(graph: Graph, options: OnnxOptions): readonly (readonly [string, string])[] {
  const entries = new Map<string, string>();
  const add = (key: string, value: string): void => {
    let free = key;
    for (let i = 2; entries.has(free); i++) free = `${key} ${i}`;
    entries.set(free, value);
  };
  add("model", graph.name);
  add("compiler", `deepmacc ${options.compilerVersion}`);
  add("size rule", graph.rules.text === "" ? "every size" : graph.rules.text);
  add("layout", options.layout);
  if (options.metadata["architecture"] === undefined) add("architecture", architectureHash(graph));
  if (options.half) add("dtype", "f16");
  const said = (annotation: string, text: string): string =>
    annotation === "image" && options.imageInGraph === true ? withImageInGraph(text) : text;
  for (const { annotation, text } of graph.provenance) add(annotation, said(annotation, text));
  for (const [key, value] of Object.entries(options.metadata)) entries.set(key, value);
  return [...entries];
}
