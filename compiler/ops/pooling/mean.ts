import { around, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  int,
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type OnnxEmitter,
  type ParametersOf,
  primitive,
} from "../kit/primitive.ts";
import { literal, method } from "../kit/python.ts";
import { f32, readAxis, wantFloats } from "../kit/types.ts";

const params = {
  axis: int("the axis that disappears, 1 or more, or negative from the end", -1, Number.NEGATIVE_INFINITY),
};
type Params = ParametersOf<typeof params>;

function evaluate(inputs: readonly NDArray[], { axis }: Params): NDArray {
  const x = nth(inputs, 0);
  const place = axis < 0 ? x.dims.length + axis : axis;
  const { length, inner } = around(x.dims, place);
  const out = zeros(x.dims.toSpliced(place, 1));
  for (let at = 0; at < x.data.length; at++) {
    out.data[Math.floor(at / (length * inner)) * inner + (at % inner)]! += x.data[at]! / length;
  }
  return out;
}

function lower(inputs: readonly string[], params: Params, emit: OnnxEmitter): string {
  const axes = [emit.axis(params.axis)];
  if (emit.opset < 18) return emit.node("ReduceMean", inputs, { axes, keepdims: 0 });
  return emit.node("ReduceMean", [nth(inputs, 0), emit.constant("i64", [1], axes)], { keepdims: 0 });
}

export const mean = primitive({
  docs: "The mean over one axis, which disappears: [N, K, C] with `axis = 1` to [N, C]. The batch axis stays.",
  inputs: ["x"],
  params,
  weights: noWeights,
  shape: (inputs, { axis }, sizes) => {
    const x = nth(inputs, 0);
    const place = readAxis("mean", axis, x, sizes);
    if (typeof place !== "number") return place;
    return wantFloats("mean", inputs, sizes) ?? f32(x.dims.toSpliced(place, 1));
  },
  macs: noMacs,
  reach: ({ axis }) => (axis === -1 ? undefined : { kind: "everything" }),
  evaluate,
  onnx: { layout: "logical", lower },
  tfjs: {
    form: "logical",
    lower: (inputs, params, emit) => emit.layer("DeepmaccMean", { axis: params.axis }, inputs),
  },
  gradient: laterGradient,
  torch: {
    layout: "logical",
    expression: (inputs, params) => method(nth(inputs, 0), "mean", [], { dim: literal(params.axis) }),
  },
});
