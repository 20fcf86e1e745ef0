import { imagesOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  flag,
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type OnnxEmitter,
  type ParametersOf,
  primitive,
} from "../kit/primitive.ts";
import { literal, method } from "../kit/python.ts";
import { channelsLast, reshaped, type TfjsEmitter, type TfjsTensor } from "../kit/tfjs.ts";
import { f32, mapOf, wantMap } from "../kit/types.ts";

const params = { keep: flag("keep height and width as axes of size 1: [.., 1, 1, C]", false) };
type Params = ParametersOf<typeof params>;

function evaluate(inputs: readonly NDArray[], { keep }: Params): NDArray {
  const x = nth(inputs, 0);
  const { lead, height, width, channels } = imagesOf(x);
  const out = zeros([...lead, ...(keep ? [1, 1] : []), channels]);
  const pixels = height * width;
  for (let at = 0; at < x.data.length; at++) {
    const image = Math.floor(at / (pixels * channels));
    out.data[image * channels + (at % channels)]! += x.data[at]! / pixels;
  }
  return out;
}

function lower(inputs: readonly string[], params: Params, emit: OnnxEmitter): string {
  if (params.keep) return emit.node("GlobalAveragePool", inputs);
  const { dims } = emit.inputType(0);
  const pooled = { dtype: "f32", dims: [nth(dims, 0), nth(dims, 1), 1, 1] } as const;
  const mean = emit.node("GlobalAveragePool", inputs, {}, pooled);
  return emit.reshape(mean, emit.outputType(0).dims);
}

function lowerTfjs(inputs: readonly TfjsTensor[], params: Params, emit: TfjsEmitter): TfjsTensor {
  if (!params.keep) return emit.layer("GlobalAveragePooling2D", channelsLast, inputs);
  const mean = emit.layer("GlobalAveragePooling2D", channelsLast, inputs, { part: "mean" });
  return reshaped(mean, 1, emit.outputType(0).dims.slice(1), emit);
}

export const global_avg_pool = primitive({
  docs: "The mean of every channel over height and width: [.., H, W, C] to [.., C].",
  inputs: ["x"],
  params,
  weights: noWeights,
  shape: (inputs, { keep }, sizes) => {
    const x = nth(inputs, 0);
    const wrong = wantMap("global_avg_pool", x, sizes);
    if (wrong) return wrong;
    const { lead, channels } = mapOf(x);
    return f32([...lead, ...(keep ? [1, 1] : []), channels]);
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate,
  onnx: { layout: "channels-first", lower },
  tfjs: { form: "map", lower: lowerTfjs },
  gradient: laterGradient,
  torch: {
    layout: "channels-first",
    expression: (inputs, params, emit) => {
      const dim = literal([2, 3]);
      if (params.keep) return method(nth(inputs, 0), "mean", [], { dim, keepdim: literal(true) });
      return emit.unfold(method(nth(inputs, 0), "mean", [], { dim }));
    },
  },
});
