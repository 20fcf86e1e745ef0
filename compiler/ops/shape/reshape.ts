import type { TensorType } from "../../ir/graph.ts";
import { agreeWhereDivisible, type Dim } from "../../sizes/dim/dim.ts";
import { withDims } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  fail,
  laterGradient,
  noMacs,
  noWeights,
  type ParametersOf,
  primitive,
  type Sizes,
  sizes as sizeList,
} from "../kit/primitive.ts";
import { literal, method, tuple } from "../kit/python.ts";
import { reshaped, type TfjsEmitter, type TfjsTensor } from "../kit/tfjs.ts";
import type { TorchEmitter, TorchExpression } from "../kit/torch.ts";
import { product, wrongInput } from "../kit/types.ts";

const params = { sizes: sizeList("the new axes of one sample") };
type Params = ParametersOf<typeof params>;

/** One sample is what follows the leading axes: the last three of a feature map, otherwise the last. */
const usualLead = (rank: number): number => (rank >= 4 ? rank - 3 : rank - 1);

/**
 * Where a sample so understood does not fill the new axes, it reaches further to the front, never to the batch.
 * Sizes that are divided are taken to divide: that they do is asked later, as an equation.
 */
function leadOf(dims: readonly Dim[], wanted: readonly Dim[]): number {
  const usual = usualLead(dims.length);
  const held = product(wanted);
  for (let lead = usual; lead >= 1; lead--) if (agreeWhereDivisible(product(dims.slice(lead)), held)) return lead;
  return usual;
}

/** The leading axes of a use: those of its result that it does not name. */
const leadIn = (output: TensorType, { sizes: wanted }: Params): number => output.dims.length - wanted.length;

function shape(inputs: readonly TensorType[], { sizes: wanted }: Params, sizes: Sizes): TensorType | Failure {
  const x = nth(inputs, 0);
  if (x.dims.length < 2) return wrongInput("reshape", "at least a batch axis and one more", x, sizes);
  const lead = leadOf(x.dims, wanted);
  const [count, held] = [product(x.dims.slice(lead)), product(wanted)];
  if (!agreeWhereDivisible(count, held) && agreeWhereDivisible(product(x.dims), held))
    return fail("DM4210", { batch: sizes.show(nth(x.dims, 0)), other: sizes.show(nth(wanted, 0)) });
  if (!sizes.equal(count, held)) {
    const list = `[${wanted.map((dim) => sizes.show(dim)).join(", ")}]`;
    return fail("DM4206", { count: sizes.show(count), shape: list, held: sizes.show(held) });
  }
  return { dtype: x.dtype, dims: [...x.dims.slice(0, lead), ...wanted] };
}

function lowerTfjs(inputs: readonly TfjsTensor[], params: Params, emit: TfjsEmitter): TfjsTensor {
  const lead = leadIn(emit.outputType(0), params);
  return reshaped(nth(inputs, 0), lead, emit.outputType(0).dims.slice(lead), emit);
}

/** A free size that is the only one is left to PyTorch to find. */
function torchExpression(inputs: readonly TorchExpression[], params: Params, emit: TorchEmitter): TorchExpression {
  const x = nth(inputs, 0);
  const { dims } = nth(emit.types.inputs, 0);
  const output = nth(emit.types.outputs, 0);
  const lead = leadIn(output, params);
  const flat = dims.length - lead === 1 ? x : method(x, "flatten", [literal(lead)]);
  const wanted = output.dims.slice(lead);
  if (wanted.length === 1) return flat;
  const open = wanted.filter((dim) => typeof dim !== "number").length;
  const sizes = wanted.map((dim) => (open === 1 && typeof dim !== "number" ? literal(-1) : emit.size(dim)));
  return method(flat, "unflatten", [literal(lead), tuple(sizes)]);
}

export const reshape = primitive({
  docs: "Gives every sample new axes without moving values: `flatten -> reshape(32, 32, 4)` turns [N, 4096] into [N, 32, 32, 4]. A sample is the last three axes of a tensor of four or more, otherwise the last axis; leading axes stay. Where that does not fill the new axes, a sample takes in as many leading axes as do, but never the batch: `reshape(H, W, g, C // g) -> transpose(1, 2, 4, 3) -> reshape(H, W, C)` shuffles channels.",
  inputs: ["x"],
  params,
  weights: noWeights,
  shape,
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: (inputs, _params, _weights, _phase, [dims]) => withDims(nth(inputs, 0), dims ?? []),
  onnx: {
    layout: "logical",
    lower: (inputs, _params, emit) =>
      emit.node("Reshape", [nth(inputs, 0), emit.shapeConstant(emit.inputType(0), emit.outputType(0).dims)]),
  },
  tfjs: { form: "logical", lower: lowerTfjs },
  gradient: laterGradient,
  torch: { layout: "logical", expression: torchExpression },
});
