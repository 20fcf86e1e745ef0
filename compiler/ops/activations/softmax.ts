import { sameShape } from "../kit/elementwise.ts";
import { nth } from "../kit/nth.ts";
import { laterGradient, noMacs, noReach, noWeights, primitive } from "../kit/primitive.ts";
import { literal, method } from "../kit/python.ts";
import { softmaxOf } from "../kit/softmax.ts";
import { activation } from "../kit/tfjs.ts";
import { wrongInput } from "../kit/types.ts";

export const softmax = primitive({
  docs: "Probabilities over the last axis of [.., C]: positive, and 1 in all.",
  inputs: ["x"],
  keepsSingle: true,
  params: {},
  weights: noWeights,
  shape: (inputs, params, sizes) => {
    const x = nth(inputs, 0);
    return x.dims.length < 2
      ? wrongInput("softmax", "[.., C] with a batch axis", x, sizes)
      : sameShape("softmax")(inputs, params, sizes);
  },
  macs: noMacs,
  reach: noReach,
  evaluate: (inputs) => softmaxOf(nth(inputs, 0)),
  onnx: { layout: "any", lower: (inputs, _params, emit) => emit.node("Softmax", inputs, { axis: emit.axis(-1) }) },
  tfjs: { form: "any", lower: (inputs, params, emit) => activation("softmax")(nth(inputs, 0), params, emit) },
  gradient: laterGradient,
  torch: {
    layout: "any",
    expression: (inputs, _params, emit) => method(nth(inputs, 0), "softmax", [], { dim: literal(emit.axis(-1)) }),
  },
});
