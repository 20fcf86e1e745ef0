import { nth } from "../kit/nth.ts";
import { laterGradient, noMacs, noReach, noWeights, primitive } from "../kit/primitive.ts";
import { passOn } from "../kit/tfjs.ts";

export const id = primitive({
  docs: "Passes its input on unchanged: for the branch of an `if` that does nothing.",
  inputs: ["x"],
  params: {},
  identity: () => true,
  weights: noWeights,
  shape: (inputs) => nth(inputs, 0),
  macs: noMacs,
  reach: noReach,
  evaluate: (inputs) => nth(inputs, 0),
  onnx: { layout: "any", lower: (inputs, _params, emit) => emit.node("Identity", inputs) },
  tfjs: { form: "any", lower: (inputs, _params, emit) => passOn(nth(inputs, 0), emit) },
  gradient: laterGradient,
  torch: { layout: "any", expression: (inputs) => nth(inputs, 0) },
});
