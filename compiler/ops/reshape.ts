import { type Dim, sameDim } from "../ir/dim.ts";
import type { Node, TensorType } from "../ir/graph.ts";
import { fixedSize } from "./fixed-size.ts";
import { withDims } from "./ndarray.ts";
import { nth } from "./nth.ts";
import {
  type Failure,
  fail,
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type ParametersOf,
  primitive,
  type Sizes,
  sizes as sizeList,
} from "./primitive.ts";
import { reshaped, type TfjsEmitter, type TfjsTensor } from "./tfjs.ts";
import type { TorchEmitter } from "./torch.ts";
import { product, wrongInput } from "./types.ts";

const params = { sizes: sizeList("the new axes of one sample") };
type Params = ParametersOf<typeof params>;

/** One sample is what follows the leading axes: the last three of a feature map, otherwise the last. */
const kept = (rank: number): number => (rank >= 4 ? rank - 3 : rank - 1);

function shape(inputs: readonly TensorType[], { sizes: wanted }: Params, sizes: Sizes): TensorType | Failure {
  const x = nth(inputs, 0);
  const rank = x.dims.length;
  if (rank < 2) return wrongInput("reshape", "at least a batch axis and one more", x, sizes);
  const [lead, sample] = [x.dims.slice(0, kept(rank)), x.dims.slice(kept(rank))];
  const [count, held] = [product(sample), product(wanted)];
  if (mixesBatch(lead, count, held))
    return fail("DM4210", { batch: sizes.show(nth(lead, 0)), other: sizes.show(nth(wanted, 0)) });
  if (!sizes.equal(count, held)) {
    const list = `[${wanted.map((dim) => sizes.show(dim)).join(", ")}]`;
    return fail("DM4206", { count: sizes.show(count), shape: list, held: sizes.show(held) });
  }
  return { dtype: x.dtype, dims: [...lead, ...wanted] };
}

/** The values of all samples together would fit: the author meant to move a leading axis. */
function mixesBatch(lead: readonly Dim[], count: Dim, held: Dim): boolean {
  return !sameDim(count, held) && lead.some((_, axis) => sameDim(product([...lead.slice(axis), count]), held));
}

function evaluate(inputs: readonly NDArray[], { sizes: wanted }: Params): NDArray {
  const x = nth(inputs, 0);
  const lead = x.dims.slice(0, kept(x.dims.length));
  return withDims(x, [...lead, ...wanted.map((dim) => fixedSize(dim, "size"))]);
}

function lowerTfjs(inputs: readonly TfjsTensor[], _node: unknown, emit: TfjsEmitter): TfjsTensor {
  const keep = kept(emit.inputType(0).dims.length);
  return reshaped(nth(inputs, 0), keep, emit.outputType(0).dims.slice(keep), emit);
}

/** A free size that is the only one is left to PyTorch to find. */
function torchExpression(inputs: readonly string[], node: Node, emit: TorchEmitter): string {
  const { dims } = nth(node.inputs, 0).type;
  const lead = kept(dims.length);
  const flat = dims.length - lead === 1 ? nth(inputs, 0) : `${nth(inputs, 0)}.flatten(${lead})`;
  const wanted = nth(node.outputs, 0).type.dims.slice(lead);
  if (wanted.length === 1) return flat;
  const open = wanted.filter((dim) => typeof dim !== "number").length;
  const texts = wanted.map((dim) => (open === 1 && typeof dim !== "number" ? "-1" : emit.size(dim)));
  return `${flat}.unflatten(${lead}, (${texts.join(", ")}))`;
}

export const reshape = primitive({
  docs: "Gives every sample new axes without moving values: `flatten -> reshape(32, 32, 4)` turns [N, 4096] into [N, 32, 32, 4]. A sample is the last three axes of a tensor of four or more, otherwise the last axis; leading axes stay.",
  inputs: ["x"],
  params,
  weights: noWeights,
  shape,
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate,
  onnx: {
    layout: "logical",
    lower: (inputs, _node, emit) =>
      emit.node("Reshape", [nth(inputs, 0), emit.shapeConstant(emit.inputType(0), emit.outputType(0).dims)]),
  },
  tfjs: { form: "map", lower: lowerTfjs },
  gradient: laterGradient,
  torch: { layout: "logical", expression: torchExpression },
});
