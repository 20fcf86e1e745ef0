// Trained numbers that no layer owns: tokens, positions, layer scale. What flows in lends its leading axes, so that the
// result is an ordinary tensor of the body, the same for every sample, and nothing is broadcast by accident.
import type { Initialiser, PlainAxes, TensorType } from "../../ir/graph.ts";
import { fixedSize } from "../kit/fixed-size.ts";
import { weightOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  fail,
  laterGradient,
  type NDArray,
  noMacs,
  noReach,
  type OnnxEmitter,
  type ParametersOf,
  primitive,
  real,
  type Sizes,
  sizes as sizeList,
  type WeightSpec,
} from "../kit/primitive.ts";
import { call, item, member, range } from "../kit/python.ts";
import { initialiserConfig, type TfjsEmitter, type TfjsTensor } from "../kit/tfjs.ts";
import {
  given,
  layer,
  named,
  type TorchCall,
  type TorchEmitter,
  type TorchExpression,
  torchCall,
} from "../kit/torch.ts";
import { f32, wrongInput } from "../kit/types.ts";

const params = {
  sizes: sizeList("the axes of one sample"),
  init: real("what every number starts with", 0),
  deviation: real("draws the numbers from a normal distribution around 0 instead", 0, { min: 0 }),
};
type Params = ParametersOf<typeof params>;

const ranks: readonly PlainAxes[] = ["A", "AB", "ABC", "ABCD"];

function shape(inputs: readonly TensorType[], { sizes: own }: Params, sizes: Sizes): TensorType | Failure {
  const x = nth(inputs, 0);
  if (x.dims.length < 2) return wrongInput("param", "at least a batch axis and one more", x, sizes);
  if (own.length > ranks.length) return fail("DM4211", { count: own.length, limit: ranks.length });
  return f32([...x.dims.slice(0, Math.min(sizes.leading, x.dims.length - 1)), ...own]);
}

function weights(
  _inputs: readonly TensorType[],
  { sizes: own, init, deviation }: Params,
): Readonly<Record<string, WeightSpec>> {
  const initialiser: Initialiser = deviation > 0 ? { kind: "normal", deviation } : { kind: "constant", value: init };
  return { value: { axes: nth(ranks, own.length - 1), dims: own, initialiser, trainable: true } };
}

function evaluate(dims: readonly number[], { data }: NDArray): NDArray {
  const out = zeros(dims);
  for (let at = 0; at < out.data.length; at += data.length) out.data.set(data, at);
  return out;
}

const lower = (_inputs: readonly string[], _params: unknown, emit: OnnxEmitter): string =>
  emit.node("Expand", [emit.weight("value", "logical"), emit.sizes(emit.outputType(0).dims)]);

function lowerTfjs(inputs: readonly TfjsTensor[], { sizes: own }: Params, emit: TfjsEmitter): TfjsTensor {
  const sizes = own.map((size) => fixedSize(size, "size of a weight"));
  const config = {
    lead: emit.outputType(0).dims.length - sizes.length,
    sizes,
    value_initializer: initialiserConfig(emit.initialiser("value")),
  };
  return emit.layer("DeepmaccParam", config, inputs, { weights: [{ name: "value", role: "value", axes: "logical" }] });
}

function torchLayer({ sizes: own, init, deviation }: Params): TorchCall {
  const sizes = own.map((size) => given(fixedSize(size, "size of a weight"), "size"));
  return torchCall("Weight", ...sizes, named("init", init, 0), named("deviation", deviation, 0));
}

/** The module is told the leading axes: the numbers are repeated as views. */
function torchExpression(
  inputs: readonly TorchExpression[],
  { sizes: own }: Params,
  emit: TorchEmitter,
): TorchExpression {
  const lead = nth(emit.types.outputs, 0).dims.length - own.length;
  emit.helper("Weight");
  return call(layer, [item(member(nth(inputs, 0), "shape"), range(0, lead))]);
}

export const param = primitive({
  docs: "Trained numbers that no layer owns, the same for every sample: a token, positions, layer scale. What flows in lends the leading axes of the body, those that `..` stands for (see `reshape`): on [.., T, C], `x -> param(1, C)` gives [.., 1, C], and `x + (x -> param(T, C, deviation = 0.02))` adds positions. The weight is `value`; `as` names it.",
  inputs: ["x"],
  params,
  weights,
  shape,
  macs: noMacs,
  reach: noReach,
  evaluate: (_inputs, _params, weights, _phase, [dims = []]) => evaluate(dims, weightOf(weights, "value")),
  onnx: { layout: "logical", lower },
  tfjs: { form: "logical", lower: lowerTfjs },
  gradient: laterGradient,
  torch: {
    layout: "logical",
    layer: torchLayer,
    weights: { value: { name: "value", axes: "logical" } },
    expression: torchExpression,
  },
});
