// The padding of a window in ONNX: attributes where the numbers are known, a Pad node where "same"
// padding depends on a free size. `auto_pad` is never written: some converters cannot read it.

import { nth } from "./nth.ts";
import type { OnnxEmitter, OnnxType } from "./primitive.ts";
import { coveredSize, type Pair, padding, type Window } from "./window.ts";

/** Padding as ONNX orders it: top, left, bottom, right. */
export function staticPads(emit: OnnxEmitter, { kernel, stride, pad }: Window): readonly number[] | undefined {
  const { dims } = emit.inputType(0);
  const vertical = padding(nth(dims, 2), kernel[0], stride[0], pad);
  const horizontal = padding(nth(dims, 3), kernel[1], stride[1], pad);
  return vertical && horizontal && [vertical[0], horizontal[0], vertical[1], horizontal[1]];
}

const pairType: OnnxType = { dtype: "i64", dims: [2] };

/** [H, W] of a tensor in channels-first layout. */
export const spatialShape = (x: string, emit: OnnxEmitter): string => emit.node("Shape", [x], { start: 2 }, pairType);

/**
 * The Pad input for "same": in all k - 1 - (H - 1) mod stride, less of it before. Where that is
 * negative (kernel below stride) the end is cropped, so that the padded size is exact for every H.
 */
export function dynamicPads(shape: string, { kernel, stride }: Window, emit: OnnxEmitter): string {
  const pair = ([height, width]: Pair) => emit.constant("i64", [2], [height, width]);
  const last = emit.node("Sub", [shape, pair([1, 1])], {}, pairType);
  const rest = emit.node("Mod", [last, pair(stride)], {}, pairType);
  const total = emit.node("Sub", [pair([kernel[0] - 1, kernel[1] - 1]), rest], {}, pairType);
  const positive = emit.node("Max", [total, pair([0, 0])], {}, pairType);
  const before = emit.node("Div", [positive, pair([2, 2])], {}, pairType);
  const after = emit.node("Sub", [total, before], {}, pairType);
  const none = pair([0, 0]);
  return emit.node("Concat", [none, before, none, after], { axis: 0 }, { dtype: "i64", dims: [8] });
}

/** A Pad node with pads from `dynamicPads`. */
export function padded(
  x: string,
  pads: string,
  fill: number,
  type: OnnxType,
  { kernel, stride }: Window,
  emit: OnnxEmitter,
): string {
  const [batch, channels, height, width] = [nth(type.dims, 0), nth(type.dims, 1), nth(type.dims, 2), nth(type.dims, 3)];
  const dims = [batch, channels, coveredSize(height, kernel[0], stride[0]), coveredSize(width, kernel[1], stride[1])];
  return emit.node("Pad", [x, pads, emit.constant("f32", [], [fill])], { mode: "constant" }, { dtype: "f32", dims });
}

/** The input with what cannot be an attribute already padded, and the pads that remain. */
export function padInput(
  x: string,
  window: Window,
  fill: number,
  emit: OnnxEmitter,
): { readonly x: string; readonly pads: readonly number[] } {
  const pads = staticPads(emit, window);
  if (pads) return { x, pads };
  const amounts = dynamicPads(spatialShape(x, emit), window, emit);
  return { x: padded(x, amounts, fill, emit.inputType(0), window, emit), pads: [0, 0, 0, 0] };
}
