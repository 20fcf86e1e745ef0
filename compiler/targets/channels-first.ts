// The axis orders in which a channels-first target (ONNX, PyTorch) keeps a value. The language says [.., H, W, C];
// convolutions of ONNX and PyTorch want [N', C, H, W] with all leading axes folded into one.

import type { Node, Value } from "../ir/graph.ts";
import { type Dim, multiplyDims, sameDim } from "../sizes/dim/dim.ts";

/** "first": [N', C, H, W]. "unfolded": [.., C, H, W], only at a channels-first interface. */
export type Form = "logical" | "first" | "unfolded";

export type Dims = readonly Dim[];
export const sameDims = (a: Dims, b: Dims): boolean =>
  a.length === b.length && a.every((d, i) => sameDim(d, b[i] as Dim));
export const product = (dims: Dims): Dim => dims.reduce(multiplyDims, 1);

export interface Split {
  readonly leading: Dims;
  readonly height: Dim;
  readonly width: Dim;
  readonly channels: Dim;
}
export function split(dims: Dims): Split {
  const [height, width, channels] = dims.slice(-3) as [Dim, Dim, Dim];
  return { leading: dims.slice(0, -3), height, width, channels };
}

/** A feature map [.., H, W, C] has at least one axis before H; what has fewer axes has one form only. */
export const hasChannels = (dims: Dims): boolean => dims.length >= 4;

/** The dims that a logical type has in a form. */
export function dimsIn(form: Form, dims: Dims): Dims {
  if (form === "logical" || !hasChannels(dims)) return dims;
  const { leading, height, width, channels } = split(dims);
  return [...(form === "first" ? [product(leading)] : leading), channels, height, width];
}

/** Where the numbers keep their order when the channels move. */
export function movesNothing(dims: Dims): boolean {
  const { height, width, channels } = split(dims);
  return channels === 1 || (height === 1 && width === 1);
}

/** What has fewer axes than a feature map has one form only. */
export const normalForm = (form: Form, value: Value): Form => (hasChannels(value.type.dims) ? form : "logical");

/**
 * What leaves an operator with other axes than it came with is no feature map, such as [N, K, H, W, C] pooled to
 * [N, K, C], unless the operator makes one.
 */
export function outputForm(node: Node, index: number, form: Form, makes?: "channels-first"): Form {
  if (makes) return "first";
  const rank = node.outputs[index]?.type.dims.length;
  return node.inputs.some((input) => input.type.dims.length === rank) ? form : "logical";
}

/** Where an axis in logical order lies in a form; undefined where folding has merged it with others. */
export function axisIn(form: Form, rank: number, logical: number): number | undefined {
  const axis = logical < 0 ? logical + rank : logical;
  if (form === "logical") return axis;
  const fromEnd = axis - rank;
  if (fromEnd === -1) return 1;
  if (fromEnd === -2) return 3;
  if (fromEnd === -3) return 2;
  return rank === 4 ? 0 : undefined;
}
