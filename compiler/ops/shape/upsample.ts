import { multiplyDims } from "../../sizes/dim/dim.ts";
import { imagesOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  choice,
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type OnnxEmitter,
  type ParametersOf,
  pair,
  primitive,
} from "../kit/primitive.ts";
import { channelsLast, type TfjsEmitter, type TfjsTensor } from "../kit/tfjs.ts";
import { applied, named, type TorchArgument, torchCall } from "../kit/torch.ts";
import { keepsType, mapOf, mapType, wantMap } from "../kit/types.ts";

const params = {
  s: pair("how many times larger height and width become", 2),
  mode: choice(
    "nearest repeats pixels; bilinear blends between pixel centres (half-pixel: PyTorch's align_corners = False, tf.image.resize)",
    ["nearest", "bilinear"],
    "nearest",
  ),
};
type Params = ParametersOf<typeof params>;

interface Tap {
  readonly low: number;
  readonly high: number;
  /** Weight of `high`. */
  readonly part: number;
}

/** Which source pixels make pixel `i` of an axis of `size` pixels enlarged `s` times. */
function tapOf(i: number, size: number, s: number, mode: string): Tap {
  if (mode === "nearest") return { low: Math.floor(i / s), high: Math.floor(i / s), part: 0 };
  const at = Math.min(Math.max((i + 0.5) / s - 0.5, 0), size - 1);
  const low = Math.floor(at);
  return { low, high: Math.min(low + 1, size - 1), part: at - low };
}

function evaluate(inputs: readonly NDArray[], { s, mode }: Params): NDArray {
  const x = nth(inputs, 0);
  const { lead, height, width, channels } = imagesOf(x);
  const [tall, wide] = [height * s[0], width * s[1]];
  const out = zeros([...lead, tall, wide, channels]);
  const rows = Array.from({ length: tall }, (_, i) => tapOf(i, height, s[0], mode));
  const columns = Array.from({ length: wide }, (_, i) => tapOf(i, width, s[1], mode));
  for (let at = 0; at < out.data.length; at++) {
    const channel = at % channels;
    const column = nth(columns, Math.floor(at / channels) % wide);
    const line = Math.floor(at / (channels * wide));
    const row = nth(rows, line % tall);
    const first = Math.floor(line / tall) * height;
    const read = (y: number, x1: number) => x.data[((first + y) * width + x1) * channels + channel]!;
    const blend = (y: number) => read(y, column.low) * (1 - column.part) + read(y, column.high) * column.part;
    out.data[at] = blend(row.low) * (1 - row.part) + blend(row.high) * row.part;
  }
  return out;
}

/** The two forms of Resize that every runtime computes alike. */
function lower(inputs: readonly string[], params: Params, emit: OnnxEmitter): string {
  const [tall, wide] = params.s;
  if (tall === 1 && wide === 1) return emit.node("Identity", inputs);
  const scales = emit.constant("f32", [4], [1, 1, tall, wide]);
  const nearest = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
  const linear = { mode: "linear", coordinate_transformation_mode: "half_pixel" };
  return emit.node("Resize", [nth(inputs, 0), "", scales], params.mode === "nearest" ? nearest : linear);
}

/** Keras's bilinear mode of tfjs blends between corners and not between centres, so that one is ours. */
function lowerTfjs(inputs: readonly TfjsTensor[], params: Params, emit: TfjsEmitter): TfjsTensor {
  const size = params.s;
  if (params.mode === "bilinear") return emit.layer("DeepmaccUpsampleBilinear", { size }, inputs);
  return emit.layer("UpSampling2D", { size, interpolation: "nearest", ...channelsLast }, inputs);
}

/**
 * PyTorch finds a source pixel of "nearest" by a multiplication in single precision, which is exact for small
 * factors; "nearest-exact" looks from the middle of a pixel, where no rounding matters.
 */
function torchMode(params: Params): readonly TorchArgument[] {
  if (params.mode === "bilinear") return [named("mode", "bilinear"), named("align_corners", false)];
  return Math.max(...params.s) <= 8 ? [] : [named("mode", "nearest-exact")];
}

export const upsample = primitive({
  docs: "Enlarges a feature map: [.., H, W, C] to [.., s·H, s·W, C]. `upsample(1)` is the identity.",
  inputs: ["x"],
  params,
  identity: keepsType,
  weights: noWeights,
  shape: (inputs, { s }, sizes) => {
    const x = nth(inputs, 0);
    const wrong = wantMap("upsample", x, sizes);
    if (wrong) return wrong;
    const map = mapOf(x);
    return mapType({ ...map, height: multiplyDims(map.height, s[0]), width: multiplyDims(map.width, s[1]) });
  },
  macs: noMacs,
  reach: ({ s, mode }) => ({
    kind: "upsample",
    factor: s,
    taps: mode === "nearest" ? 1 : 2,
    sources: (i, axis) => {
      if (mode === "nearest") return [Math.floor(i / s[axis]), Math.floor(i / s[axis])];
      const place = (i + 0.5) / s[axis] - 0.5;
      return [Math.floor(place), Math.ceil(place)];
    },
  }),
  evaluate,
  onnx: { layout: "channels-first", lower },
  tfjs: { form: "map", lower: lowerTfjs },
  gradient: laterGradient,
  torch: {
    layout: "channels-first",
    expression: (inputs, params) => {
      const s = params.s;
      if (s[0] === 1 && s[1] === 1) return nth(inputs, 0);
      return applied(torchCall("F.interpolate", named("scale_factor", s), ...torchMode(params)), nth(inputs, 0));
    },
    module: (params) => torchCall("nn.Upsample", named("scale_factor", params.s), ...torchMode(params)),
  },
});
