// What every target has in common: a graph goes in, files come out, and a line of text says which. A target
// declares the options that it reads; commands put together what they accept from those.
import { TooLargeForHalf } from "../../checkpoints/index.ts";
import { type Calibration, countParams, type Graph, type Node, type WeightReader } from "../../compiler/index.ts";
import type { Diagnostic } from "../../grammar/index.ts";
import type { Layout } from "../../lab/index.ts";
import type { EngineFailure, Session, SessionOptions } from "../../runtime/index.ts";
import { exits, Failure } from "../exit.ts";

/** Options of `build` as commander reads them; each target reads those that concern it. */
export interface TargetOptions {
  readonly layout?: string;
  readonly opset?: string;
  readonly ir?: string;
  /** ONNX only: the runtime that the file is meant for. */
  readonly profile?: string;
  /** ONNX only: f32 or f16. */
  readonly dtype?: string;
  /** ONNX only: the type of inputs and outputs of a model in half precision. */
  readonly ports?: string;
  /** ONNX only: pixels go in as bytes. */
  readonly imageInGraph?: boolean;
  /** Commander's reading of `--fold` and `--no-fold`; each target has its own default. */
  readonly fold?: boolean;
  /** Triton only. */
  readonly maxBatch?: string;
}

export interface Writing {
  readonly path: string;
  readonly options: TargetOptions;
  /** Undefined with `--no-weights`: the architecture alone. */
  readonly weights: WeightReader | undefined;
  /** The train graph of the model; absent where the graph is all there is. */
  trained?(): Graph | undefined;
  /** ONNX only: see `OnnxOptions`. */
  readonly quantization?: "observe" | Calibration;
  /** Called as bytes are written; says how far a long build is. */
  progress(written: number, total: number): void;
}

export interface Written {
  /** What this target adds to the document of `--json`. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Behind the path: "(94 MB) and hg52.onnx.data (2 GB)". */
  readonly size: string;
  /** Behind the model's name: "23,454,593 parameters, 150 ONNX nodes". */
  readonly contents: string;
  /** What else there is to say about the file; no errors. */
  readonly remarks?: readonly Diagnostic[];
}

/** Nothing was written. */
export interface NotExpressible {
  readonly unsupported: readonly { readonly node: Node; readonly reason: string; readonly help?: string }[];
  /** Set where a profile refuses what the target could write. */
  readonly refusals?: readonly Diagnostic[];
}

/** An option as the command line declares it. */
export interface TargetOption {
  /** "--opset <number>" */
  readonly flags: string;
  readonly about: string;
}

/** A graph that was written, and the name of its file or folder beside the others. */
interface WrittenPart {
  readonly file: string;
  readonly graph: Graph;
}

/** A target whose output is a folder of models, also where a model is not cut into parts. */
interface Repository {
  /** The folder of one part, or of the whole model. */
  folderOf(model: string, part?: string): string;
  /** Writes what stands beside the parts, and answers the names. */
  finish(
    folder: string,
    model: string,
    parts: readonly WrittenPart[],
    options: TargetOptions,
  ): Promise<readonly string[]>;
}

export interface Target {
  /** The word behind `--target`. */
  readonly name: string;
  /** The name of the target in messages: "ONNX". */
  readonly title: string;
  /** The options of `build` that it reads. */
  readonly options: readonly TargetOption[];
  /** Why it does not read an option that one could expect, by the option's name: "--fold". */
  readonly lacks?: ReadonlyMap<string, string>;
  /** Starting what runs its files takes seconds, which is no part of a quick build. */
  readonly isSlow?: boolean;
  /** Where the output goes when nobody says: `hg52` becomes `hg52.onnx`. */
  outputOf(name: string): string;
  /** Refuses values of its options that are wrong, before any work is done. */
  checkOptions(options: TargetOptions): void;
  write(graph: Graph, writing: Writing): Promise<Written | NotExpressible>;
  readonly repository?: Repository;
  /** Opens what was written at a path, with an engine of this machine. */
  open(path: string, options?: SessionOptions): Promise<Session | EngineFailure>;
}

export const layoutOption: TargetOption = {
  flags: "--layout <layout>",
  about: "axes of inputs and outputs: nhwc, as in the text, or nchw (nhwc)",
};
export const foldOption: TargetOption = {
  flags: "--fold",
  about: "multiply batch norms into the layers before them (onnx does; tfjs does not, to be trainable)",
};
export const noFoldOption: TargetOption = { flags: "--no-fold", about: "keep batch norms as they are" };

export const dtypeOption: TargetOption = {
  flags: "--dtype <type>",
  about: "the type of weights and features: f32, or f16 with norms, softmax and boxes in f32 (f32)",
};
export const portsOption: TargetOption = {
  flags: "--ports <type>",
  about: "with --dtype f16, the type of inputs and outputs: f32 or f16 (f32)",
};

export type { Layout };

/** `--layout`; as in the text where nobody says. */
export function layoutOf({ layout = "nhwc" }: TargetOptions): Layout {
  if (layout === "nchw" || layout === "nhwc") return layout;
  throw new Failure(exits.usage, `--layout is nchw or nhwc, not "${layout}"`);
}

/** `--dtype`; single where nobody says. Other libraries' names are understood. */
export function precisionNamed(text = "f32", flag = "--dtype"): "f32" | "f16" {
  const known = precisions.get(text);
  if (known) return known;
  throw new Failure(exits.usage, `${flag} is f32 or f16, not "${text}"`);
}

const precisions: ReadonlyMap<string, "f32" | "f16"> = new Map([
  ...["f32", "float32", "fp32"].map((name) => [name, "f32"] as const),
  ...["f16", "float16", "fp16", "half"].map((name) => [name, "f16"] as const),
]);

/** What half precision has no number for, in a sentence. */
export function refuseTooLarge(problem: unknown): never {
  if (!(problem instanceof TooLargeForHalf)) throw problem;
  throw new Failure(exits.diagnostics, problem.message, ["leave out --dtype f16: single precision holds it"]);
}

/** Trainable numbers; a graph that is written has no free channels. */
export const parametersOf = (graph: Graph): number => Number(countParams(graph.nodes));
