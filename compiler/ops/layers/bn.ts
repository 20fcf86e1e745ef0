import type { Phase, TensorType } from "../../ir/graph.ts";
import type { Dim } from "../../sizes/dim/dim.ts";
import { fixedSize } from "../kit/fixed-size.ts";
import { perChannel } from "../kit/initialisers.ts";
import { weightOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  flag,
  laterGradient,
  type NDArray,
  noMacs,
  noReach,
  type OnnxEmitter,
  type OnnxType,
  type ParametersOf,
  primitive,
  real,
  type Sizes,
  type WeightSpec,
} from "../kit/primitive.ts";
import { call, literal, method } from "../kit/python.ts";
import { initialiserConfig, type TfjsEmitter, type TfjsTensor, type TfjsWeight } from "../kit/tfjs.ts";
import {
  given,
  layer,
  named,
  type TorchCall,
  type TorchEmitter,
  type TorchExpression,
  torchCall,
  type UseTypes,
} from "../kit/torch.ts";
import { isMap, product, wantFloats, wrongInput } from "../kit/types.ts";
import { batchStatistics, lowerStatistics, type Statistics } from "./batch-statistics.ts";

const params = {
  eps: real("added to the variance (Keras 1e-3, PyTorch 1e-5)", 1e-5, { min: 0, max: 1 }),
  decay: real("weight that the running average keeps: Keras's momentum, and 1 - PyTorch's momentum", 0.9, {
    min: 0,
    max: 1,
  }),
  scale: flag("multiply by a trained gamma", true),
  center: flag("add a trained beta", true),
  unbiased: flag(
    "the running variance takes in the unbiased variance, as PyTorch and Keras's fused norm do; false: the biased one, as Keras's SyncBatchNormalization does",
    true,
  ),
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

type Weights = Readonly<Record<string, NDArray>>;

/** PyTorch's momentum is what the running average takes in. Its running variance is the unbiased one. */
function torchLayer(params: Params, types: UseTypes): TorchCall {
  const type = nth(types.inputs, 0);
  const [scale, center] = [params.scale, params.center];
  const norm = torchCall(
    isMap(type) ? "nn.BatchNorm2d" : "nn.BatchNorm1d",
    given(fixedSize(nth(type.dims, -1), "number of channels"), "in_channels"),
    named("eps", params.eps, 1e-5),
    named("momentum", Number((1 - params.decay).toPrecision(12)), 0.1),
    named("affine", scale || center, true),
  );
  if (scale === center) return norm;
  return { ...norm, through: scale ? "without_bias" : "without_weight" };
}

/** BatchNorm1d wants [N, C]; other axes of [N, K, C] are rows as well. */
export function torchExpression(
  inputs: readonly TorchExpression[],
  _params: unknown,
  emit: TorchEmitter,
): TorchExpression {
  const x = nth(inputs, 0);
  const type = nth(emit.types.inputs, 0);
  if (isMap(type) || type.dims.length === 2) return call(layer, [x]);
  return method(call(layer, [method(x, "flatten", [literal(0), literal(-2)])]), "view_as", [x]);
}

export const storedStatistics = (weights: Weights): Statistics => ({
  mean: weightOf(weights, "moving_mean").data,
  variance: weightOf(weights, "moving_variance").data,
});

function evaluate(inputs: readonly NDArray[], { eps }: Params, weights: Weights, phase: Phase): NDArray {
  const x = nth(inputs, 0);
  return normalise(x, phase === "train" ? batchStatistics(x) : storedStatistics(weights), eps, weights);
}

export function normalise(x: NDArray, { mean, variance }: Statistics, eps: number, weights: Weights): NDArray {
  const channels = nth(x.dims, -1);
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

/** ONNX normalises axis 1. Where channels are last they become axis 1 of rows: [N, K, C] is [N·K, C], and no number moves. */
function lower(inputs: readonly string[], { eps }: Params, emit: OnnxEmitter): string {
  return emit.phase === "train"
    ? lowerNorm(inputs, eps, emit, (x, { dims }) => lowerStatistics(x, dims, 1, emit))
    : lowerStored(inputs, { eps }, emit);
}

export const lowerStored = (inputs: readonly string[], { eps }: { readonly eps: number }, emit: OnnxEmitter): string =>
  lowerNorm(inputs, eps, emit, () => ({
    mean: emit.weight("moving_mean", "C"),
    variance: emit.weight("moving_variance", "C"),
  }));

/** ONNX normalises axis 1. Where channels are last they become axis 1 of rows: [N, K, C] is [N·K, C], and no number moves. */
function lowerNorm(
  inputs: readonly string[],
  eps: number,
  emit: OnnxEmitter,
  statisticsOf: (x: string, type: OnnxType) => { readonly mean: string; readonly variance: string },
): string {
  const x = nth(inputs, 0);
  const given = emit.inputType(0);
  const { dtype, dims } = given;
  const axis = emit.axis(-1);
  const normalise = (from: string, type: OnnxType, made?: OnnxType): string => {
    const factors = factorsOf(nth(dims, axis), emit);
    const { mean, variance } = statisticsOf(from, type);
    return emit.node("BatchNormalization", [from, ...factors, mean, variance], { epsilon: { float: eps } }, made);
  };
  if (axis === 1) return normalise(x, given);
  const rows = { dtype, dims: [product(dims.slice(0, -1)), nth(dims, -1)] };
  return emit.reshape(normalise(emit.reshape(x, rows.dims, rows), rows, rows), dims);
}

/** Gamma and beta; what the norm does not train is a constant. */
function factorsOf(channels: Dim, emit: OnnxEmitter): readonly string[] {
  const filled = (value: number): string => {
    const count = fixedSize(channels, "number of channels");
    return emit.constant("f32", [count], new Array<number>(count).fill(value));
  };
  return [
    emit.has("gamma") ? emit.weight("gamma", "C") : filled(1),
    emit.has("beta") ? emit.weight("beta", "C") : filled(0),
  ];
}

/** Keras's momentum is the decay. Batch statistics in training and stored ones at inference are the layer's own business. */
function lowerTfjs(inputs: readonly TfjsTensor[], params: Params, emit: TfjsEmitter): TfjsTensor {
  const roles = ["gamma", "beta", "moving_mean", "moving_variance"].filter((role) => emit.has(role));
  const start = (role: string) => initialiserConfig(emit.initialiser(role));
  const config = {
    axis: -1,
    momentum: params.decay,
    epsilon: params.eps,
    center: emit.has("beta"),
    scale: emit.has("gamma"),
    ...Object.fromEntries(roles.map((role) => [`${role}_initializer`, start(role)])),
  };
  const weights = roles.map((role): TfjsWeight => ({ name: role, role, axes: "C" }));
  return emit.layer("BatchNormalization", config, inputs, { weights });
}

/** Any axes that end with channels. */
export function shape(inputs: readonly TensorType[], _params: unknown, sizes: Sizes): TensorType | Failure {
  const x = nth(inputs, 0);
  if (x.dims.length < 2) return wrongInput("bn", "channels [.., C] with a batch axis", x, sizes);
  return wantFloats("bn", inputs, sizes) ?? x;
}

export const torchLayout = (_params: unknown, types: UseTypes): "channels-first" | "logical" =>
  isMap(nth(types.inputs, 0)) ? "channels-first" : "logical";

export const torchWeights = {
  gamma: { name: "weight", axes: "C" },
  beta: { name: "bias", axes: "C" },
  moving_mean: { name: "running_mean", axes: "C" },
  moving_variance: { name: "running_var", axes: "C" },
} as const;

export const bn = primitive({
  docs: "Batch normalisation per channel of [.., C]: batch statistics in training (biased variance), running averages at inference. There is no `momentum`, because it means opposite things in Keras and PyTorch: give `decay`.",
  inputs: ["x"],
  params,
  effect: "batch_stats",
  updates: {
    op: "moving_statistics",
    roles: ["moving_mean", "moving_variance"],
    params: ({ decay, unbiased }) => ({ decay, unbiased }),
  },
  keepsSingle: true,
  weights,
  shape,
  macs: noMacs,
  reach: noReach,
  evaluate,
  onnx: { layout: "any", lower },
  tfjs: { form: "map", lower: lowerTfjs },
  gradient: laterGradient,
  torch: {
    layout: torchLayout,
    layer: torchLayer,
    weights: torchWeights,
    expression: torchExpression,
  },
});
