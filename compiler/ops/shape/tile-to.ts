import { zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  laterGradient,
  type NDArray,
  noMacs,
  noReach,
  noWeights,
  type OnnxEmitter,
  type ParametersOf,
  primitive,
  size,
} from "../kit/primitive.ts";
import { item, literal, method, none, rest, whole } from "../kit/python.ts";
import type { TorchExpression } from "../kit/torch.ts";
import { f32, product, wantFloats, wrongInput } from "../kit/types.ts";

const params = { h: size("height of the map"), w: size("width of the map") };
type Params = ParametersOf<typeof params>;

function evaluate(inputs: readonly NDArray[], dims: readonly number[]): NDArray {
  const x = nth(inputs, 0);
  const channels = nth(x.dims, -1);
  const out = zeros(dims);
  const pixels = nth(dims, -3) * nth(dims, -2);
  for (let at = 0; at < out.data.length; at += channels) {
    const from = Math.floor(at / (pixels * channels)) * channels;
    out.data.set(x.data.subarray(from, from + channels), at);
  }
  return out;
}

/** The vector as a map of one pixel, stretched; the ones in the Expand shape keep what is there, so the batch may be free. */
function lower(inputs: readonly string[], params: Params, emit: OnnxEmitter): string {
  const { dtype, dims } = emit.inputType(0);
  const pixel = { dtype, dims: [product(dims.slice(0, -1)), nth(dims, -1), 1, 1] };
  const lifted = emit.reshape(nth(inputs, 0), pixel.dims, pixel);
  return emit.node("Expand", [lifted, emit.sizes([1, 1, params.h, params.w])]);
}

export const tile_to = primitive({
  docs: "Repeats a vector over a map: [.., C] to [.., h, w, C].",
  inputs: ["x"],
  params,
  weights: noWeights,
  shape: (inputs, { h, w }, sizes) => {
    const x = nth(inputs, 0);
    if (x.dims.length < 2) return wrongInput("tile_to", "[.., C] with a batch axis", x, sizes);
    return wantFloats("tile_to", inputs, sizes) ?? f32([...x.dims.slice(0, -1), h, w, nth(x.dims, -1)]);
  },
  macs: noMacs,
  reach: noReach,
  evaluate: (inputs, _params, _weights, _phase, [dims = []]) => evaluate(inputs, dims),
  onnx: { layout: "logical", makes: "channels-first", lower },
  tfjs: {
    form: "logical",
    lower: (inputs, params, emit) => {
      const { config, inputs: sources } = emit.sizes([params.h, params.w]);
      return emit.layer("DeepmaccTileTo", config, [...inputs, ...sources]);
    },
  },
  gradient: laterGradient,
  torch: {
    layout: "logical",
    expression: (inputs, params, emit) => {
      const kept = new Array<TorchExpression>(nth(emit.types.inputs, 0).dims.length - 1).fill(literal(-1));
      const sizes = [emit.size(params.h), emit.size(params.w)];
      return method(item(nth(inputs, 0), rest, none, none, whole), "expand", [...kept, ...sizes, literal(-1)]);
    },
  },
});
