import type { TensorType } from "../../ir/graph.ts";
import { count, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type ParametersOf,
  primitive,
  type Sizes,
  sizes as sizeList,
} from "../kit/primitive.ts";
import { literal, method } from "../kit/python.ts";
import { wrongInput } from "../kit/types.ts";

const params = {
  axes: sizeList("the old places of axes 1, 2, …: `transpose(2, 1, 3)` swaps height and width of [N, H, W, C]"),
};
type Params = ParametersOf<typeof params>;

/** The permutation of all axes; the batch stays first. */
const permutation = ({ axes }: Params): readonly number[] => [0, ...axes.map(Number)];

function shape(inputs: readonly TensorType[], params: Params, sizes: Sizes): TensorType | Failure {
  const x = nth(inputs, 0);
  const all = x.dims.slice(1).map((_, i) => i + 1);
  const once = params.axes.length === all.length && all.every((axis) => params.axes.includes(axis));
  if (once) return { dtype: x.dtype, dims: permutation(params).map((axis) => nth(x.dims, axis)) };
  const given = params.axes.map((dim) => sizes.show(dim)).join(", ");
  return wrongInput("transpose", `each of the axes ${all.join(", ")} once, not (${given})`, x, sizes);
}

function evaluate(inputs: readonly NDArray[], params: Params): NDArray {
  const x = nth(inputs, 0);
  const order = permutation(params);
  const steps = order.map((axis) => count(x.dims.slice(axis + 1)));
  const out = zeros(order.map((axis) => nth(x.dims, axis)));
  for (let at = 0; at < out.data.length; at++) {
    let rest = at;
    let from = 0;
    for (let axis = order.length - 1; axis >= 0; axis--) {
      const dim = nth(out.dims, axis);
      from += (rest % dim) * nth(steps, axis);
      rest = Math.floor(rest / dim);
    }
    out.data[at] = x.data[from]!;
  }
  return out;
}

export const transpose = primitive({
  docs: "Reorders the axes after the first.",
  inputs: ["x"],
  params,
  identity: ({ axes }) => axes.every((axis, i) => axis === i + 1),
  weights: noWeights,
  shape,
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate,
  onnx: {
    layout: "logical",
    lower: (inputs, params, emit) => emit.node("Transpose", inputs, { perm: [0, ...params.axes.map(Number)] }),
  },
  tfjs: {
    form: "logical",
    lower: (inputs, params, emit) => emit.layer("Permute", { dims: params.axes.map(Number) }, inputs),
  },
  gradient: laterGradient,
  torch: {
    layout: "logical",
    expression: (inputs, params) => method(nth(inputs, 0), "permute", [0, ...params.axes.map(Number)].map(literal)),
  },
});
