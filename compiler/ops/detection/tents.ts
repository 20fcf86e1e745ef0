// Reading a map by multiplication, in ONNX: how much of each pixel along an axis is in a sample is its tent weight,
// max(0, 1 - |sample - pixel|), which is 0 for every sample outside the map.
import type { TensorType } from "../../ir/graph.ts";
import type { Dim } from "../../sizes/dim/dim.ts";
import type { OnnxEmitter } from "../kit/primitive.ts";
import { f32 } from "../kit/types.ts";

/** [size]: 0, 1, 2, … */
export function pixelsOf(size: Dim, emit: OnnxEmitter): string {
  if (typeof size === "number") return emit.constant("f32", [size], [...new Array(size).keys()]);
  const scalar = (value: number) => emit.constant("i64", [], [value]);
  const limit = emit.node("Squeeze", [emit.sizes([size])], {}, { dtype: "i64", dims: [] });
  const whole = emit.node("Range", [scalar(0), limit, scalar(1)], {}, { dtype: "i64", dims: [size] });
  return emit.node("Cast", [whole], { to: 1 }, f32([size]));
}

/** The size of an axis as a number to compute with, less `minus`. */
export function sizeLess(size: Dim, minus: number, emit: OnnxEmitter): string {
  if (typeof size === "number") return emit.constant("f32", [], [size - minus]);
  const read = emit.node("Cast", [emit.sizes([size])], { to: 1 }, f32([1]));
  return minus === 0 ? read : emit.node("Sub", [read, emit.constant("f32", [], [minus])], {}, f32([1]));
}

/** The tent weights of samples at `places` for `pixels`, whose axes are broadcast to those of `type`. */
export function tentsOf(places: string, pixels: string, type: TensorType, emit: OnnxEmitter): string {
  const [zero, one] = [emit.constant("f32", [], [0]), emit.constant("f32", [], [1])];
  const past = emit.node("Sub", [places, pixels], {}, type);
  // As the difference of two ramps: CoreML has no Abs, WebGPU no Max.
  const ramp = (x: string) => emit.node("Clip", [x, zero, one], {}, type);
  return emit.node("Sub", [ramp(emit.node("Add", [past, one], {}, type)), ramp(past)], {}, type);
}

/** The same numbers with an axis of length 1 at `axis`. */
export const inserted = (x: string, axis: number, type: TensorType, emit: OnnxEmitter): string =>
  emit.node("Unsqueeze", [x, emit.constant("i64", [1], [axis])], {}, type);
