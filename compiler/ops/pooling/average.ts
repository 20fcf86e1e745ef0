import { nth } from "../kit/nth.ts";
import { laterGradient, noMacs, noWeights, primitive } from "../kit/primitive.ts";
import { method } from "../kit/python.ts";
import { f32, wantFloats } from "../kit/types.ts";

export const average = primitive({
  docs: "The mean of all values, batch included: one number, such as a `loss` needs.",
  inputs: ["x"],
  params: {},
  weights: noWeights,
  shape: (inputs, _, sizes) => wantFloats("average", inputs, sizes) ?? f32([]),
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: (inputs) => {
    const { data } = nth(inputs, 0);
    return { dims: [], data: Float64Array.of(data.reduce((sum, value) => sum + value, 0) / data.length) };
  },
  onnx: { layout: "logical", lower: (inputs, _, emit) => emit.node("ReduceMean", inputs, { keepdims: 0 }) },
  tfjs: { form: "logical", lower: (inputs, _, emit) => emit.layer("DeepmaccAverage", {}, inputs) },
  gradient: laterGradient,
  torch: { layout: "logical", expression: (inputs) => method(nth(inputs, 0), "mean") },
});
