import type { TensorType } from "../../ir/graph.ts";
import { addDims, type Dim, multiplyDims } from "../../sizes/dim/dim.ts";
import { fixedSize } from "../kit/fixed-size.ts";
import { initDocs, initialiser, initialiserNames, perChannel } from "../kit/initialisers.ts";
import { imagesOf, weightOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  choice,
  type Failure,
  fail,
  flag,
  int,
  laterGradient,
  type NDArray,
  type OnnxEmitter,
  type ParametersOf,
  pair,
  primitive,
  real,
  type Sizes,
  size,
  type WeightSpec,
} from "../kit/primitive.ts";
import { channelsLast, kernelConfig, kernelWeights, type TfjsEmitter, type TfjsTensor } from "../kit/tfjs.ts";
import { given, named, type TorchCall, torchCall, torchKernel, type UseTypes } from "../kit/torch.ts";
import { mapOf, mapType, product, wantMap } from "../kit/types.ts";
import { fillBias } from "./convolve.ts";

const params = {
  c: size("output channels"),
  k: pair("kernel size", 2),
  stride: pair("how many times larger the result is", 2),
  bias: flag("add one number per output channel", true),
  init: choice(
    `${initDocs}; fan in counts what flows in, where Keras and PyTorch swap the two`,
    initialiserNames,
    "glorot_uniform",
  ),
  bias_init: real("initial bias", 0),
  pad: int("rows and columns cut from every side of the result (PyTorch's padding)", 0, 0),
};
type Params = ParametersOf<typeof params>;

const enlarged = (size: Dim, k: number, stride: number, pad: number): Dim =>
  addDims(multiplyDims(addDims(size, -1), stride), k - 2 * pad);

function shape(inputs: readonly TensorType[], { c, k, stride, pad }: Params, sizes: Sizes): TensorType | Failure {
  const x = nth(inputs, 0);
  const wrong = wantMap("deconv", x, sizes);
  if (wrong) return wrong;
  const map = mapOf(x);
  const height = enlarged(map.height, k[0], stride[0], pad);
  const width = enlarged(map.width, k[1], stride[1], pad);
  const empty = !sizes.atLeast(height, 1) ? "height" : !sizes.atLeast(width, 1) ? "width" : undefined;
  if (empty)
    return fail("DM4205/size", { op: "deconv", axis: empty, size: sizes.show(empty === "height" ? height : width) });
  return mapType({ lead: map.lead, height, width, channels: c });
}

function weights(
  inputs: readonly TensorType[],
  { c, k, bias, init, bias_init }: Params,
): Readonly<Record<string, WeightSpec>> {
  const { channels } = mapOf(nth(inputs, 0));
  const kernel: WeightSpec = {
    axes: "HWOI",
    dims: [...k, c, channels],
    initialiser: initialiser(init, product([...k, channels]), product([...k, c])),
    trainable: true,
  };
  return bias ? { kernel, bias: perChannel(c, bias_init) } : { kernel };
}

/** Every input pixel adds its kernel-sized patch to the result. */
function evaluate(
  inputs: readonly NDArray[],
  { k, stride, pad }: Params,
  weights: Readonly<Record<string, NDArray>>,
): NDArray {
  const x = nth(inputs, 0);
  const kernel = weightOf(weights, "kernel");
  const { lead, count, height, width, channels } = imagesOf(x);
  const c = nth(kernel.dims, 2);
  const tall = enlarged(height, k[0], stride[0], pad) as number;
  const wide = enlarged(width, k[1], stride[1], pad) as number;
  const out = zeros([...lead, tall, wide, c]);
  fillBias(out, weights["bias"]);
  for (let at = 0; at < count * height * width; at++) {
    const image = Math.floor(at / (height * width));
    const top = (Math.floor(at / width) % height) * stride[0] - pad;
    const left = (at % width) * stride[1] - pad;
    for (let tap = 0; tap < k[0] * k[1]; tap++) {
      const y = top + Math.floor(tap / k[1]);
      const column = left + (tap % k[1]);
      if (y < 0 || y >= tall || column < 0 || column >= wide) continue;
      addTap(out.data, ((image * tall + y) * wide + column) * c, x.data, at * channels, kernel, tap);
    }
  }
  return out;
}

function addTap(out: Float64Array, outAt: number, x: Float64Array, xAt: number, kernel: NDArray, tap: number): void {
  const [c, channels] = [nth(kernel.dims, 2), nth(kernel.dims, 3)];
  for (let o = 0; o < c; o++) {
    const from = (tap * c + o) * channels;
    let sum = 0;
    for (let i = 0; i < channels; i++) sum += x[xAt + i]! * kernel.data[from + i]!;
    out[outAt + o]! += sum;
  }
}

function lower(inputs: readonly string[], params: Params, emit: OnnxEmitter): string {
  const pad = params.pad;
  const bias = emit.has("bias") ? [emit.weight("bias", "C")] : [];
  const attributes = {
    kernel_shape: params.k,
    strides: params.stride,
    dilations: [1, 1],
    group: 1,
    pads: [pad, pad, pad, pad],
  };
  return emit.node("ConvTranspose", [nth(inputs, 0), emit.weight("kernel", "IOHW"), ...bias], attributes);
}

/**
 * Keras makes the result `stride` times as large where the kernel is smaller than the stride; what is too much
 * is cut. The layer of tfjs that cuts takes a free size for 0, so there it is ours.
 */
function lowerTfjs(inputs: readonly TfjsTensor[], params: Params, emit: TfjsEmitter): TfjsTensor {
  const [k, stride, pad] = [params.k, params.stride, params.pad];
  const cut = [0, 1].map((axis) => [pad, pad + Math.max(nth(stride, axis) - nth(k, axis), 0)]);
  const config = {
    filters: fixedSize(params.c, "number of channels"),
    kernel_size: k,
    strides: stride,
    padding: "valid",
    ...channelsLast,
    activation: "linear",
    ...kernelConfig(emit),
  };
  const enlarged = emit.layer("Conv2DTranspose", config, inputs, {
    weights: kernelWeights(emit, { name: "kernel", role: "kernel", axes: "HWOI" }),
  });
  if (cut.flat().every((rows) => rows === 0)) return enlarged;
  const isKnown = emit
    .inputType(0)
    .dims.slice(1, 3)
    .every((dim) => typeof dim === "number");
  const className = isKnown ? "Cropping2D" : "DeepmaccCropping2D";
  return emit.layer(className, { cropping: cut, ...channelsLast }, [enlarged], { part: "cut" });
}

function torchLayer(params: Params, types: UseTypes): TorchCall {
  return torchCall(
    "nn.ConvTranspose2d",
    given(fixedSize(nth(nth(types.inputs, 0).dims, -1), "number of channels"), "in_channels"),
    given(fixedSize(params.c, "number of channels"), "out_channels"),
    given(params.k, "kernel_size"),
    named("stride", params.stride, 1),
    named("padding", params.pad, 0),
    named("bias", params.bias, true),
  );
}

export const deconv = primitive({
  docs: "Transposed convolution: [.., H, W, C] to [.., (H - 1)·stride + k - 2·pad, …, c]; with the defaults it doubles height and width. Nothing is padded by default, as in PyTorch; Keras calls this `valid`.",
  inputs: ["x"],
  params,
  layer: true,
  weights,
  shape,
  macs: ([x], _outputs, { c, k }) => product([...(x?.dims ?? []), ...k, c]),
  reach: ({ k, stride, pad }) => ({
    kind: "upsample",
    factor: stride,
    taps: Math.max(Math.ceil(k[0] / stride[0]), Math.ceil(k[1] / stride[1])),
    sources: (i, axis) => {
      const last = Math.floor((i + pad) / stride[axis]);
      // A kernel below its stride leaves pixels that see nothing; they count as if they saw one.
      return [Math.min(Math.ceil((i + pad - k[axis] + 1) / stride[axis]), last), last];
    },
  }),
  evaluate,
  onnx: { layout: "channels-first", lower },
  tfjs: { form: "map", lower: lowerTfjs },
  gradient: laterGradient,
  torch: { layout: "channels-first", layer: torchLayer, weights: torchKernel("IOHW") },
});
