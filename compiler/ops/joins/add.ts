import { mapNumbers } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import { equalShapes } from "../kit/one-shape.ts";
import {
  laterGradient,
  type NDArray,
  noMacs,
  noReach,
  noWeights,
  type OnnxEmitter,
  primitive,
} from "../kit/primitive.ts";
import { operation } from "../kit/python.ts";
import { passOn } from "../kit/tfjs.ts";
import { wantFloats } from "../kit/types.ts";

function evaluate(inputs: readonly NDArray[]): NDArray {
  const out = mapNumbers(nth(inputs, 0), (x) => x);
  for (const { data } of inputs.slice(1)) {
    for (let at = 0; at < data.length; at++) out.data[at]! += data[at]!;
  }
  return out;
}

/** A chain of Add, in the order written, so that the rounding is the same everywhere; ONNX's Sum leaves it open. */
function lower(inputs: readonly string[], _params: unknown, emit: OnnxEmitter): string {
  const [first, ...others] = inputs;
  if (others.length === 0) return emit.node("Identity", inputs);
  return others.reduce(
    (sum, other, i) => emit.node("Add", [sum, other], {}, i < others.length - 1 ? emit.outputType(0) : undefined),
    first ?? "",
  );
}

export const add = primitive({
  docs: "The sum of any number of tensors of one shape; `a + b` means this. Nothing is broadcast.",
  inputs: "many",
  params: {},
  join: true,
  identity: (_params, { inputs }) => inputs.length === 1,
  weights: noWeights,
  shape: (inputs, _params, sizes) => {
    const joined = equalShapes("add", inputs, sizes);
    return "failure" in joined ? joined : (wantFloats("add", inputs, sizes) ?? joined);
  },
  macs: noMacs,
  reach: noReach,
  evaluate,
  onnx: { layout: "any", lower },
  tfjs: {
    form: "any",
    lower: (inputs, _params, emit) =>
      inputs.length === 1 ? passOn(nth(inputs, 0), emit) : emit.layer("Add", {}, inputs),
  },
  gradient: laterGradient,
  torch: { layout: "any", expression: (inputs) => operation("+", ...inputs) },
});
