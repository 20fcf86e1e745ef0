// What every target has in common: a graph goes in, files come out, and a line of text says which.
import type { Graph, Node, WeightReader } from "../../compiler/index.ts";
import { exits, Failure } from "../exit.ts";

/** Options of `build` as commander reads them; each target reads those that concern it. */
export interface TargetOptions {
  readonly layout?: string;
  readonly opset?: string;
  readonly ir?: string;
  /** Commander's reading of `--no-fold`. */
  readonly fold?: boolean;
}

export interface Writing {
  readonly path: string;
  readonly options: TargetOptions;
  /** Undefined with `--no-weights`: the architecture alone. */
  readonly weights: WeightReader | undefined;
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
}

export interface NotExpressible {
  readonly unsupported: readonly { readonly node: Node; readonly reason: string }[];
}

export interface Target {
  /** The name of the target in messages: "ONNX". */
  readonly title: string;
  /** Where the output goes when nobody says: `hg52` becomes `hg52.onnx`. */
  outputOf(name: string): string;
  /** Refuses options that are wrong, before any work is done. */
  checkOptions(options: TargetOptions): void;
  write(graph: Graph, writing: Writing): Promise<Written | NotExpressible>;
}

export type Layout = "nchw" | "nhwc";

/** `--layout`; as in the text where nobody says. */
export function layoutOf({ layout = "nhwc" }: TargetOptions): Layout {
  if (layout === "nchw" || layout === "nhwc") return layout;
  throw new Failure(exits.usage, `--layout is nchw or nhwc, not "${layout}"`);
}

/** Trainable numbers, shared weights counted once. */
export function parametersOf(graph: Graph): number {
  const weights = new Set(graph.nodes.flatMap((node) => Object.values(node.weights)));
  const sizeOf = (dims: readonly unknown[]) =>
    dims.reduce((size: number, dim) => size * (typeof dim === "number" ? dim : Number.NaN), 1);
  return [...weights].reduce((count, { trainable, dims }) => count + (trainable ? sizeOf(dims) : 0), 0);
}
