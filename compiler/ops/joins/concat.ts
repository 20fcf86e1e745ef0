import type { TensorType } from "../../ir/graph.ts";
import { zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import { wantOneType } from "../kit/one-shape.ts";
import {
  type Failure,
  fail,
  laterGradient,
  type NDArray,
  noMacs,
  noReach,
  noWeights,
  primitive,
  type Sizes,
} from "../kit/primitive.ts";
import { call, literal, tuple } from "../kit/python.ts";
import { passOn } from "../kit/tfjs.ts";
import { sumDims, wrongInput } from "../kit/types.ts";

function shape(inputs: readonly TensorType[], _params: unknown, sizes: Sizes): TensorType | Failure {
  const first = nth(inputs, 0);
  if (first.dims.length < 2) return wrongInput("concat", "[.., C] with a batch axis", first, sizes);
  const wrong = wantOneType("concat", inputs);
  if (wrong) return wrong;
  const others = first.dims.slice(0, -1);
  for (const type of inputs.slice(1)) {
    const same =
      type.dims.length === first.dims.length && others.every((dim, axis) => sizes.equal(dim, nth(type.dims, axis)));
    if (!same) return fail("DM4202", { left: sizes.showType(first), right: sizes.showType(type) });
  }
  return { dtype: first.dtype, dims: [...others, sumDims(inputs.map((type) => nth(type.dims, -1)))] };
}

function evaluate(inputs: readonly NDArray[]): NDArray {
  const widths = inputs.map((x) => nth(x.dims, -1));
  const total = widths.reduce((a, b) => a + b, 0);
  const out = zeros([...nth(inputs, 0).dims.slice(0, -1), total]);
  let from = 0;
  for (const [index, { data }] of inputs.entries()) {
    const width = nth(widths, index);
    for (let at = 0; at < data.length; at++) out.data[Math.floor(at / width) * total + from + (at % width)] = data[at]!;
    from += width;
  }
  return out;
}

export const concat = primitive({
  docs: "Joins any number of tensors along the last axis: [.., C] and [.., D] to [.., C + D]. All other axes are equal.",
  inputs: "many",
  params: {},
  join: true,
  identity: (_params, { inputs }) => inputs.length === 1,
  weights: noWeights,
  shape,
  macs: noMacs,
  reach: noReach,
  evaluate,
  onnx: { layout: "any", lower: (inputs, _params, emit) => emit.node("Concat", inputs, { axis: emit.axis(-1) }) },
  tfjs: {
    form: "any",
    lower: (inputs, _params, emit) =>
      inputs.length === 1 ? passOn(nth(inputs, 0), emit) : emit.layer("Concatenate", { axis: -1 }, inputs),
  },
  gradient: laterGradient,
  torch: {
    layout: "any",
    expression: (inputs, _params, emit) =>
      inputs.length === 1 ? nth(inputs, 0) : call("torch.cat", [tuple(inputs)], { dim: literal(emit.axis(-1)) }),
  },
});
