import { sameShape } from "../kit/elementwise.ts";
import { zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import { laterGradient, type NDArray, noMacs, noReach, noWeights, primitive } from "../kit/primitive.ts";
import { literal, method } from "../kit/python.ts";
import { activation } from "../kit/tfjs.ts";
import { wrongInput } from "../kit/types.ts";

/** The largest value of a row is subtracted first, so that no exponential overflows. */
function evaluate(inputs: readonly NDArray[]): NDArray {
  const x = nth(inputs, 0);
  const channels = nth(x.dims, -1);
  const out = zeros(x.dims);
  for (let at = 0; at < x.data.length; at += channels) {
    const row = x.data.subarray(at, at + channels);
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const powers = row.map((value) => Math.exp(value - most));
    const total = powers.reduce((a, b) => a + b, 0);
    out.data.set(
      powers.map((power) => power / total),
      at,
    );
  }
  return out;
}

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
  evaluate,
  onnx: { layout: "any", lower: (inputs, _params, emit) => emit.node("Softmax", inputs, { axis: emit.axis(-1) }) },
  tfjs: { form: "any", lower: (inputs, params, emit) => activation("softmax")(nth(inputs, 0), params, emit) },
  gradient: laterGradient,
  torch: {
    layout: "any",
    expression: (inputs, _params, emit) => method(nth(inputs, 0), "softmax", [], { dim: literal(emit.axis(-1)) }),
  },
});
