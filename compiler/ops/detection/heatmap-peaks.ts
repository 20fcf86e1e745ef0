import { heatmapPeaks, peakEpsilon } from "../../../vision/index.ts";
import { imagesOf } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import { laterGradient, noMacs, noWeights, type OnnxEmitter, type OnnxType, primitive } from "../kit/primitive.ts";
import { call } from "../kit/python.ts";
import { wantMap } from "../kit/types.ts";
import { outsideOfTfjs } from "./boxes.ts";
import { number } from "./onnx-rows.ts";

/** The peaks of a map [N, C, H, W], in ONNX. */
export function lowerPeaks(heat: string, type: OnnxType, emit: OnnxEmitter, last?: OnnxType): string {
  const window = { kernel_shape: [3, 3], strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1], ceil_mode: 0 };
  const largest = emit.node("MaxPool", [heat], window, type);
  const below = emit.node("Sub", [largest, heat], {}, type);
  const isPeak = emit.node("Less", [below, number(emit, peakEpsilon)], {}, { dtype: "bool", dims: type.dims });
  const kept = emit.node("Cast", [isPeak], { to: 1 }, type);
  return emit.node("Mul", [heat, kept], {}, last);
}

export const heatmap_peaks = primitive({
  docs: "Keeps the peaks of a heat map, and sets all else to 0: a peak is at most 1e-6 below the largest of the 3×3 cells around it, in its own channel, so that every cell of a plateau is one. [.., H, W, C] to the same.",
  inputs: ["x"],
  params: {},
  weights: noWeights,
  keepsSingle: true,
  shape: (inputs, _params, sizes) => wantMap("heatmap_peaks", nth(inputs, 0), sizes) ?? nth(inputs, 0),
  macs: noMacs,
  reach: () => ({ kind: "window", kernel: [3, 3], stride: [1, 1], before: [1, 1] }),
  evaluate: (inputs) => {
    const x = nth(inputs, 0);
    return { dims: x.dims, data: heatmapPeaks(x.data, imagesOf(x)) };
  },
  onnx: {
    layout: "channels-first",
    lower: (inputs, _params, emit) => lowerPeaks(nth(inputs, 0), emit.inputType(0), emit),
  },
  tfjs: outsideOfTfjs,
  gradient: laterGradient,
  torch: {
    layout: "channels-first",
    expression: (inputs, _params, emit) => call(emit.helper("heatmap_peaks"), inputs),
  },
});
