import { sameShape } from "../kit/elementwise.ts";
import { nth } from "../kit/nth.ts";
import { laterGradient, noMacs, noReach, noWeights, primitive, real } from "../kit/primitive.ts";
import { given, torchCall } from "../kit/torch.ts";

export const dropout = primitive({
  docs: "Sets a random part of the values to 0 in training and divides the rest by `1 - rate`; at inference it does nothing. The reference evaluator gives the expected value in both phases, which is the input.",
  inputs: ["x"],
  params: { rate: real("part of the values that is dropped", 0.5, { min: 0, max: 1 }) },
  effect: "random",
  identity: (_params, _types, phase) => phase === "infer",
  weights: noWeights,
  shape: sameShape("dropout"),
  macs: noMacs,
  reach: noReach,
  evaluate: (inputs) => nth(inputs, 0),
  onnx: { layout: "any", lower: (inputs, _params, emit) => emit.node("Identity", inputs) },
  tfjs: {
    form: "any",
    lower: (inputs, params, emit) => emit.layer("Dropout", { rate: params.rate }, inputs),
  },
  gradient: laterGradient,
  torch: {
    layout: "any",
    layer: (params) => torchCall("nn.Dropout", given(params.rate, "rate")),
  },
});
