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
import { keepsType, product, wrongInput } from "../kit/types.ts";

const params = { sizes: sizeList("the new axes of one sample") };
type Params = ParametersOf<typeof params>;

/** The leading axes of a use: those of its result that it does not name. */
const leadIn = (output: TensorType, { sizes: wanted }: Params): number => output.dims.length - wanted.length;

/** What stays is said by the text of the body, never by sizes: a rule by sizes would change where one of them is 1. */
function shape(inputs: readonly TensorType[], { sizes: wanted }: Params, sizes: Sizes): TensorType | Failure {
  const x = nth(inputs, 0);
  if (x.dims.length < 2) return wrongInput("reshape", "at least a batch axis and one more", x, sizes);
  const lead = Math.min(sizes.leading, x.dims.length - 1);
  const [count, held] = [product(x.dims.slice(lead)), product(wanted)];
  const fills = (from: number) => agreeWhereDivisible(product(x.dims.slice(from)), held);
  if (!fills(lead) && fills(0))
    return fail("DM4210", { batch: sizes.show(nth(x.dims, 0)), other: sizes.show(nth(wanted, 0)) });
  if (sizes.equal(count, held)) return { dtype: x.dtype, dims: [...x.dims.slice(0, lead), ...wanted] };
  const list = `[${wanted.map((dim) => sizes.show(dim)).join(", ")}]`;
  const other = x.dims.findIndex((_, axis) => axis > 0 && axis !== lead && fills(axis));
  return fail(
    "DM4206",
    { count: sizes.show(count), shape: list, held: sizes.show(held) },
    other > 0 ? { help: [keptHelp(x, lead, other, sizes)] } : {},
  );
}

/** Another number of leading axes would fit: how the author says so. */
function keptHelp(x: TensorType, lead: number, other: number, sizes: Sizes): string {
  const axes = (dims: readonly Dim[]) => dims.map((dim) => sizes.show(dim)).join(", ");
  const kept = axes(x.dims.slice(0, lead));
  return `[${kept}] stays in this body; to keep [${axes(x.dims.slice(0, other))}], write a block on [.., ${axes(x.dims.slice(other))}]`;
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
  docs: "Gives every sample new axes without moving values: `flatten -> reshape(32, 32, 4)` turns [N, 4096] into [N, 32, 32, 4]. The leading axes of the body stay: those that `..` stands for in its first input; without `..`, all but the last three of an input of four axes or more, otherwise all but the last. So the text says what stays, whatever the sizes: on [N, H, W, C], `reshape(H, W, g, C // g) -> transpose(1, 2, 4, 3) -> reshape(H, W, C)` shuffles channels; on [.., F], `reshape(S, S, F // S ^ 2)` makes a map of each vector; on [.., T, C], `reshape(S, S, C)` one of all T.",
  inputs: ["x"],
  params,
  identity: keepsType,
  weights: noWeights,
  shape,
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: (inputs, _params, _weights, _phase, [dims]) => withDims(nth(inputs, 0), dims ?? []),
  onnx: {
    layout: "logical",
    lower: (inputs, _params, emit) => emit.reshape(nth(inputs, 0), emit.outputType(0).dims),
  },
  tfjs: { form: "logical", lower: lowerTfjs },
  gradient: laterGradient,
  torch: { layout: "logical", expression: torchExpression },
});
