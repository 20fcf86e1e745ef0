import type { TensorType } from "../../ir/graph.ts";
import { type Dim, floorDivide, multiplyDims, sameDim } from "../../sizes/dim/dim.ts";
import { fixedSize } from "../kit/fixed-size.ts";
import { initDocs, initialiser, initialiserNames, perChannel } from "../kit/initialisers.ts";
import { nth } from "../kit/nth.ts";
import { padInput } from "../kit/onnx-window.ts";
import {
  choice,
  type Failure,
  fail,
  flag,
  laterGradient,
  type OnnxEmitter,
  type ParametersOf,
  pair,
  primitive,
  real,
  type Sizes,
  size,
  type WeightSpec,
} from "../kit/primitive.ts";
import {
  channelsLast,
  kernelConfig,
  kernelWeights,
  type TfjsConfig,
  type TfjsEmitter,
  type TfjsTensor,
  type TfjsWeight,
} from "../kit/tfjs.ts";
import { convolutionPadding, isPaddedWrongly, zeroPadded } from "../kit/tfjs-window.ts";
import { given, named, type TorchCall, torchCall, torchKernel, type UseTypes } from "../kit/torch.ts";
import { evenPadding } from "../kit/torch-window.ts";
import { mapOf, product, wantMap } from "../kit/types.ts";
import { extent, offsets, type Pair, padDocs, paddings, reachOf, type Window, windowShape } from "../kit/window.ts";
import { convolve } from "./convolve.ts";

const params = {
  c: size("output channels"),
  k: pair("kernel size", 3),
  stride: pair("step of the window", 1),
  rate: pair("distance between taps of the kernel (dilation)", 1),
  groups: size("groups of channels that do not see each other; `conv(C, groups = C)` is depthwise", 1),
  pad: choice(padDocs, paddings, "half"),
  bias: flag("add one number per output channel", true),
  init: choice(initDocs, initialiserNames, "glorot_uniform"),
  bias_init: real("initial bias", 0),
};
type Params = ParametersOf<typeof params>;

const windowOf = ({ k, rate, stride, pad }: Params): Window => ({ kernel: extent(k, rate), stride, pad });

/** Channels of one group, C / groups. A free number of groups is a depthwise convolution. */
const groupChannels = (channels: Dim, groups: Dim): Dim =>
  typeof groups === "number" ? floorDivide(channels, groups) : 1;

/** A free number of groups divides what is written as a multiple of it: `conv(2 * C, groups = C)`. */
const splits = (channels: Dim, groups: Dim, sizes: Sizes): boolean =>
  typeof groups === "number"
    ? sizes.divisible(channels, groups)
    : Array.from({ length: 64 }, (_, i) => multiplyDims(groups, i + 1)).some((multiple) => sameDim(channels, multiple));

function groupFailure(channels: Dim, { c, groups }: Params, sizes: Sizes): Failure | undefined {
  const text = sizes.show(groups);
  const inputFits = typeof groups === "number" ? splits(channels, groups, sizes) : sizes.equal(channels, groups);
  if (!inputFits) return fail("DM4204", { op: "conv", channels: sizes.show(channels), which: "input", groups: text });
  if (!splits(c, groups, sizes))
    return fail("DM4204", { op: "conv", channels: sizes.show(c), which: "output", groups: text });
  return undefined;
}

function shape(inputs: readonly TensorType[], params: Params, sizes: Sizes): TensorType | Failure {
  const x = nth(inputs, 0);
  const wrong = wantMap("conv", x, sizes) ?? groupFailure(mapOf(x).channels, params, sizes);
  return wrong ?? windowShape("conv", x, windowOf(params), params.k, params.c, sizes);
}

function weights(inputs: readonly TensorType[], params: Params): Readonly<Record<string, WeightSpec>> {
  const { c, k, bias, init, bias_init } = params;
  const channels = groupChannels(mapOf(nth(inputs, 0)).channels, params.groups);
  const kernel: WeightSpec = {
    axes: "HWIO",
    dims: [...k, channels, c],
    initialiser: initialiser(init, product([...k, channels]), product([...k, c])),
    trainable: true,
  };
  return bias ? { kernel, bias: perChannel(c, bias_init) } : { kernel };
}

function lower(inputs: readonly string[], params: Params, emit: OnnxEmitter): string {
  const [k, stride, rate] = [params.k, params.stride, params.rate];
  const window = { kernel: extent(k, rate), stride, pad: params.pad };
  const { x, pads } = padInput(nth(inputs, 0), window, 0, emit);
  const bias = emit.has("bias") ? [emit.weight("bias", "C")] : [];
  const attributes = {
    kernel_shape: k,
    strides: stride,
    dilations: rate,
    group: fixedSize(params.groups, "number of channels"),
    pads,
  };
  return emit.node("Conv", [x, emit.weight("kernel", "OIHW"), ...bias], attributes);
}

function lowerTfjs(inputs: readonly TfjsTensor[], params: Params, emit: TfjsEmitter): TfjsTensor {
  const [k, stride, rate] = [params.k, params.stride, params.rate];
  const window = { kernel: extent(k, rate), stride, pad: params.pad };
  const groups = fixedSize(params.groups, "number of channels");
  const isDilated = rate.some((step) => step > 1);
  const common = { kernel_size: k, strides: stride, dilation_rate: rate, activation: "linear" };
  const padding = convolutionPadding(window);
  const isOwn = padding === "same" && isPaddedWrongly(window);
  if (groups > 1 && groups === nth(emit.inputType(0).dims, -1) && !isDilated && !isOwn) {
    return depthwise(nth(inputs, 0), window, common, fixedSize(params.c, "number of channels") / groups, emit);
  }
  const kernel: TfjsWeight = { name: "kernel", role: "kernel", axes: "HWIO" };
  const more = { weights: kernelWeights(emit, kernel) };
  const filters = { filters: fixedSize(params.c, "number of channels"), ...common, ...kernelConfig(emit) };
  // What Keras lacks: groups, a stride together with dilation, and a stride above the kernel on every backend.
  if (groups > 1 || isOwn || (isDilated && stride.some((step) => step > 1))) {
    return emit.layer("DeepmaccConv2D", { ...filters, groups, padding }, inputs, more);
  }
  const padded = zeroPadded(nth(inputs, 0), window, emit, padding);
  return emit.layer("Conv2D", { ...filters, padding: padded.padding, ...channelsLast }, [padded.x], more);
}

/** One group per input channel. The numbers of [h, w, 1, C·m] are those of [h, w, C, m]. */
function depthwise(
  input: TfjsTensor,
  window: Window,
  common: Readonly<Record<string, TfjsConfig>>,
  multiplier: number,
  emit: TfjsEmitter,
): TfjsTensor {
  const { x, padding } = zeroPadded(input, window, emit, convolutionPadding(window));
  const channels = fixedSize(nth(emit.inputType(0).dims, -1), "number of channels");
  const [height, width] = common["kernel_size"] as Pair;
  const kernel: TfjsWeight = {
    name: "depthwise_kernel",
    role: "kernel",
    axes: "HWIO",
    dims: [height, width, channels, multiplier],
  };
  const config = { ...common, depth_multiplier: multiplier, padding, ...channelsLast };
  return emit.layer("DepthwiseConv2D", { ...config, ...kernelConfig(emit, "depthwise") }, [x], {
    weights: kernelWeights(emit, kernel),
  });
}

/** `SameConv2d` pads unevenly by itself, for every size of map. */
function torchLayer(params: Params, types: UseTypes): TorchCall {
  const [k, stride, rate] = [params.k, params.stride, params.rate];
  const padding = evenPadding({ kernel: extent(k, rate), stride, pad: params.pad });
  const groups = fixedSize(params.groups, "number of channels");
  return torchCall(
    padding ? "nn.Conv2d" : "SameConv2d",
    given(fixedSize(nth(nth(types.inputs, 0).dims, -1), "number of channels"), "in_channels"),
    given(fixedSize(params.c, "number of channels"), "out_channels"),
    given(k, "kernel_size"),
    named("stride", stride, 1),
    named("padding", padding ?? 0, 0),
    named("dilation", rate, 1),
    named("groups", groups, 1),
    named("bias", params.bias, true),
  );
}

export const conv = primitive({
  docs: "Convolution: [.., H, W, C] to [.., H', W', c], where H' is ceil(H / stride) for odd kernels unless `pad = valid`. Keras and PyTorch pad nothing by default; here the default keeps the size.",
  inputs: ["x"],
  params,
  layer: true,
  weights,
  shape,
  macs: ([x], [y], { k, groups }) => product([...(y?.dims ?? []), ...k, groupChannels(x?.dims.at(-1) ?? 1, groups)]),
  reach: (params) => reachOf(windowOf(params)),
  evaluate: (inputs, params, weights) => {
    const x = nth(inputs, 0);
    const window = windowOf(params);
    return convolve(x, weights, {
      ...window,
      k: params.k,
      rate: params.rate,
      from: offsets(nth(x.dims, -3), nth(x.dims, -2), window),
    });
  },
  onnx: { layout: "channels-first", lower },
  tfjs: { form: "map", lower: lowerTfjs },
  gradient: laterGradient,
  torch: { layout: "channels-first", layer: torchLayer, weights: torchKernel("OIHW") },
});
