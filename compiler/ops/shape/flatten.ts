import type { TensorType } from "../../ir/graph.ts";
import { count, withDims } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import { type Failure, laterGradient, noMacs, noWeights, primitive, type Sizes } from "../kit/primitive.ts";
import { literal, method } from "../kit/python.ts";
import { reshaped } from "../kit/tfjs.ts";
import { keepsType, product, wrongInput } from "../kit/types.ts";

/** Leading axes that stay: all of a feature map's, otherwise the batch. */
const kept = (rank: number): number => (rank >= 4 ? rank - 3 : 1);

function shape(inputs: readonly TensorType[], _params: unknown, sizes: Sizes): TensorType | Failure {
  const x = nth(inputs, 0);
  const rank = x.dims.length;
  if (rank < 2) return wrongInput("flatten", "at least a batch axis and one more", x, sizes);
  return { dtype: x.dtype, dims: [...x.dims.slice(0, kept(rank)), product(x.dims.slice(kept(rank)))] };
}

export const flatten = primitive({
  docs: "One axis per sample: [.., H, W, C] to [.., H·W·C], row by row with channels innermost (as Keras; PyTorch's flatten puts channels first). Tensors of two or three axes keep the first: [N, K, C] to [N, K·C].",
  inputs: ["x"],
  params: {},
  identity: keepsType,
  weights: noWeights,
  shape,
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: (inputs) => {
    const x = nth(inputs, 0);
    const keep = kept(x.dims.length);
    return withDims(x, [...x.dims.slice(0, keep), count(x.dims.slice(keep))]);
  },
  onnx: {
    layout: "logical",
    lower: (inputs, _params, emit) => emit.reshape(nth(inputs, 0), emit.outputType(0).dims),
  },
  tfjs: {
    form: "map",
    lower: (inputs, _params, emit) => reshaped(nth(inputs, 0), 1, emit.outputType(0).dims.slice(1), emit),
  },
  gradient: laterGradient,
  torch: {
    layout: "logical",
    expression: (inputs, _params, emit) =>
      method(nth(inputs, 0), "flatten", [literal(kept(nth(emit.types.inputs, 0).dims.length))]),
  },
});
