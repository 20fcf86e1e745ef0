import { addDims } from "../../sizes/dim/dim.ts";
import { imagesOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type OnnxEmitter,
  type ParametersOf,
  pair,
  primitive,
  real,
} from "../kit/primitive.ts";
import { channelsLast, type TfjsEmitter, type TfjsTensor } from "../kit/tfjs.ts";
import { applied, given, named, torchCall } from "../kit/torch.ts";
import { keepsType, mapOf, mapType, wantMap } from "../kit/types.ts";

const params = {
  by: pair("rows and columns added on every side", undefined, 0),
  value: real("what the new pixels hold", 0),
};
type Params = ParametersOf<typeof params>;

function evaluate(inputs: readonly NDArray[], { by: [rows, columns], value }: Params): NDArray {
  const x = nth(inputs, 0);
  const { lead, count, height, width, channels } = imagesOf(x);
  const wide = (width + 2 * columns) * channels;
  const out = zeros([...lead, height + 2 * rows, width + 2 * columns, channels]);
  out.data.fill(value);
  for (let line = 0; line < count * height; line++) {
    const to = Math.floor(line / height) * (height + 2 * rows) + rows + (line % height);
    const from = line * width * channels;
    out.data.set(x.data.subarray(from, from + width * channels), to * wide + columns * channels);
  }
  return out;
}

/** All axes are listed, since the `axes` input of Pad exists only from opset 18 on. */
function lower(inputs: readonly string[], params: Params, emit: OnnxEmitter): string {
  const [rows, columns] = params.by;
  const pads = emit.constant("i64", [8], [0, 0, rows, columns, 0, 0, rows, columns]);
  return emit.node("Pad", [nth(inputs, 0), pads, emit.constant("f32", [], [params.value])], {
    mode: "constant",
  });
}

function lowerTfjs(inputs: readonly TfjsTensor[], params: Params, emit: TfjsEmitter): TfjsTensor {
  const padding = params.by.map((by) => [by, by]);
  const value = params.value;
  if (value === 0) return emit.layer("ZeroPadding2D", { padding, ...channelsLast }, inputs);
  return emit.layer("DeepmaccPad2D", { padding, value }, inputs);
}

/** Left, right, top, bottom: PyTorch counts from the last axis. */
function torchBorder(params: Params): readonly number[] {
  const [rows, columns] = params.by;
  return [columns, columns, rows, rows];
}

export const pad = primitive({
  docs: "Adds a border to a feature map: [.., H, W, C] to [.., H + 2·by, W + 2·by, C]. Convolutions and pools pad by themselves; see their `pad`.",
  inputs: ["x"],
  params,
  identity: keepsType,
  weights: noWeights,
  shape: (inputs, { by }, sizes) => {
    const x = nth(inputs, 0);
    const wrong = wantMap("pad", x, sizes);
    if (wrong) return wrong;
    const map = mapOf(x);
    return mapType({ ...map, height: addDims(map.height, 2 * by[0]), width: addDims(map.width, 2 * by[1]) });
  },
  macs: noMacs,
  reach: ({ by }) => ({ kind: "window", kernel: [1, 1], stride: [1, 1], before: by }),
  evaluate,
  onnx: { layout: "channels-first", lower },
  tfjs: { form: "map", lower: lowerTfjs },
  gradient: laterGradient,
  torch: {
    layout: "channels-first",
    expression: (inputs, params) =>
      applied(
        torchCall("F.pad", given(torchBorder(params), "border"), named("value", params.value, 0)),
        nth(inputs, 0),
      ),
    module: (params) => torchCall("nn.ConstantPad2d", given(torchBorder(params)), given(params.value)),
  },
});
