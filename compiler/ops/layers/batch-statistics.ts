// Mean and variance of a batch per channel, in the reference and in ONNX.
import type { Dim } from "../../sizes/dim/dim.ts";
import { nth } from "../kit/nth.ts";
import type { NDArray, OnnxEmitter, OnnxType } from "../kit/primitive.ts";

export interface Statistics {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Mean and biased variance over every axis but the last, in two passes. */
export function batchStatistics(x: NDArray): Statistics {
  const channels = nth(x.dims, -1);
  const rows = x.data.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (let at = 0; at < x.data.length; at++) mean[at % channels]! += x.data[at]! / rows;
  for (let at = 0; at < x.data.length; at++)
    variance[at % channels]! += (x.data[at]! - mean[at % channels]!) ** 2 / rows;
  return { mean, variance };
}

/**
 * The same of a tensor whose axis `channels` holds the channels, as tensors [C]. Not by BatchNormalization in training:
 * onnxruntime mixes up what two of them save.
 */
export function lowerStatistics(
  x: string,
  dims: readonly Dim[],
  channels: number,
  emit: OnnxEmitter,
): { readonly mean: string; readonly variance: string } {
  const axes = dims.flatMap((_, axis) => (axis === channels ? [] : [axis]));
  const reduced = (from: string, keepdims: 0 | 1): string => {
    const kept = dims.map((dim, axis) => (axis === channels ? dim : 1));
    const type: OnnxType = { dtype: "f32", dims: keepdims === 1 ? kept : [nth(dims, channels)] };
    if (emit.opset < 18) return emit.node("ReduceMean", [from], { axes, keepdims }, type);
    return emit.node("ReduceMean", [from, emit.constant("i64", [axes.length], axes)], { keepdims }, type);
  };
  const type: OnnxType = { dtype: "f32", dims };
  const centred = emit.node("Sub", [x, reduced(x, 1)], {}, type);
  return { mean: reduced(x, 0), variance: reduced(emit.node("Mul", [centred, centred], {}, type), 0) };
}
