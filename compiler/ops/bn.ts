import type { Node, Phase, TensorType } from "../ir/graph.ts";
import { fixedSize } from "./fixed-size.ts";
import { perChannel } from "./initialisers.ts";
import { weightOf, zeros } from "./ndarray.ts";
import { numberParam } from "./node-params.ts";
import { nth } from "./nth.ts";
import {
  flag,
  laterGradient,
  laterTfjs,
  laterTorch,
  type NDArray,
  noMacs,
  noReach,
  type OnnxEmitter,
  type ParametersOf,
  primitive,
  real,
  type WeightSpec,
} from "./primitive.ts";
import { wantFloats, wrongInput } from "./types.ts";

const params = {
  eps: real("added to the variance (Keras 1e-3, PyTorch 1e-5)", 1e-5, { min: 0 }),
  decay: real("weight that the running average keeps: Keras's momentum, and 1 - PyTorch's momentum", 0.9, {
    min: 0,
    max: 1,
  }),
  scale: flag("multiply by a trained gamma", true),
  center: flag("add a trained beta", true),
};
type Params = ParametersOf<typeof params>;

function weights(inputs: readonly TensorType[], { scale, center }: Params): Readonly<Record<string, WeightSpec>> {
  const channels = nth(nth(inputs, 0).dims, -1);
  return {
    ...(scale ? { gamma: perChannel(channels, 1) } : {}),
    ...(center ? { beta: perChannel(channels, 0) } : {}),
    moving_mean: perChannel(channels, 0, false),
    moving_variance: perChannel(channels, 1, false),
  };
}

interface Statistics {
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

function evaluate(
  inputs: readonly NDArray[],
  { eps }: Params,
  weights: Readonly<Record<string, NDArray>>,
  phase: Phase,
): NDArray {
  const x = nth(inputs, 0);
  const channels = nth(x.dims, -1);
  const stored = (): Statistics => ({
    mean: weightOf(weights, "moving_mean").data,
    variance: weightOf(weights, "moving_variance").data,
  });
  const { mean, variance } = phase === "train" ? batchStatistics(x) : stored();
  const gamma = weights["gamma"]?.data;
  const beta = weights["beta"]?.data;
  const out = zeros(x.dims);
  for (let at = 0; at < x.data.length; at++) {
    const c = at % channels;
    const normal = (x.data[at]! - mean[c]!) / Math.sqrt(variance[c]! + eps);
    out.data[at] = normal * (gamma?.[c] ?? 1) + (beta?.[c] ?? 0);
  }
  return out;
}

/** ONNX normalises axis 1. Where channels are elsewhere ([N, K, C]) they are moved there and back. */
function lower(inputs: readonly string[], node: Node, emit: OnnxEmitter): string {
  const { dims } = emit.inputType(0);
  const axis = emit.axis(-1);
  const perChannelConstant = (value: number) => {
    const channels = fixedSize(nth(dims, axis), "number of channels");
    return emit.constant("f32", [channels], new Array<number>(channels).fill(value));
  };
  const gamma = emit.has("gamma") ? emit.weight("gamma", "C") : perChannelConstant(1);
  const beta = emit.has("beta") ? emit.weight("beta", "C") : perChannelConstant(0);
  const rest = [gamma, beta, emit.weight("moving_mean", "C"), emit.weight("moving_variance", "C")];
  const attributes = { epsilon: { float: numberParam(node, "eps") } };
  const x = nth(inputs, 0);
  if (axis === 1) return emit.node("BatchNormalization", [x, ...rest], attributes);
  const others = dims.map((_, i) => i).filter((i) => i !== axis && i !== 0);
  const there = [0, axis, ...others];
  const type = { dtype: "f32", dims: there.map((i) => nth(dims, i)) } as const;
  const moved = emit.node("Transpose", [x], { perm: there }, type);
  const normal = emit.node("BatchNormalization", [moved, ...rest], attributes, type);
  return emit.node("Transpose", [normal], { perm: dims.map((_, i) => there.indexOf(i)) });
}

export const bn = primitive({
  docs: "Batch normalisation per channel of [.., C]: batch statistics in training (biased variance), running averages at inference. There is no `momentum`, because it means opposite things in Keras and PyTorch: give `decay`.",
  inputs: ["x"],
  params,
  effect: "batch_stats",
  weights,
  shape: (inputs, _params, sizes) => {
    const x = nth(inputs, 0);
    if (x.dims.length < 2) return wrongInput("bn", "channels [.., C] with a batch axis", x, sizes);
    return wantFloats("bn", inputs, sizes) ?? x;
  },
  macs: noMacs,
  reach: noReach,
  evaluate,
  onnx: { layout: "any", lower },
  tfjs: laterTfjs,
  gradient: laterGradient,
  torch: laterTorch,
});
