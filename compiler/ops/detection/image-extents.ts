// How large images are: what boxes are clipped to. Told by a tensor [N, 2] of heights and widths, such as the sizes before
// padding, or by a map [N, H, W, C], whose numbers are not read.
import type { TensorType } from "../../ir/graph.ts";
import { type Dim, isSymbolic } from "../../sizes/dim/dim.ts";
import { nth } from "../kit/nth.ts";
import type { Failure, NDArray, OnnxEmitter, Sizes } from "../kit/primitive.ts";
import { call } from "../kit/python.ts";
import type { TorchEmitter, TorchExpression } from "../kit/torch.ts";
import { f32, wrongInput } from "../kit/types.ts";
import { cast } from "./onnx-rows.ts";

type Extents = readonly [height: number, width: number];

const isMap = ({ dims }: { readonly dims: readonly unknown[] }): boolean => dims.length === 4;

export function wantExtents(op: string, type: TensorType, batch: Dim, sizes: Sizes): Failure | undefined {
  const [images, numbers] = type.dims;
  const isList = type.dims.length === 2 && numbers !== undefined && sizes.equal(numbers, 2) && type.dtype !== "bool";
  const fits = (isMap(type) || isList) && images !== undefined && sizes.equal(images, batch);
  const expected = `the heights and widths of images [${sizes.show(batch)}, 2], or the images`;
  return fits ? undefined : wrongInput(op, expected, type, sizes);
}

export function extentsOf(x: NDArray, image: number): Extents {
  return isMap(x) ? [nth(x.dims, 1), nth(x.dims, 2)] : [x.data[2 * image]!, x.data[2 * image + 1]!];
}

/** The largest coordinates of a box in ONNX: [4], or [N, 4]. */
export interface Limits {
  readonly name: string;
  readonly isPerImage: boolean;
}

/** [H, W, H, W] of images of one size. */
export function limitsOfSize(height: Dim, width: Dim, emit: OnnxEmitter): Limits {
  const dims = [height, width, height, width];
  const isKnown = dims.every((dim) => !isSymbolic(dim));
  const name = isKnown ? emit.constant("f32", [4], dims.map(Number)) : cast(emit.sizes(dims), "f32", [4], emit);
  return { name, isPerImage: false };
}

/** Those of input `index`. */
export function limitsInOnnx(inputs: readonly string[], index: number, emit: OnnxEmitter): Limits {
  const { dims, dtype } = emit.inputType(index);
  if (dims.length === 4) return limitsOfSize(nth(dims, 1), nth(dims, 2), emit);
  const x = nth(inputs, index);
  const numbers = dtype === "f32" ? x : cast(x, "f32", dims, emit);
  return {
    name: emit.node("Concat", [numbers, numbers], { axis: 1 }, f32([nth(dims, 0), 4])),
    isPerImage: true,
  };
}

/** Boxes [N, .., 4] of the dims `dims`, inside of their images. */
export function clipInOnnx(
  boxes: string,
  { name, isPerImage }: Limits,
  dims: readonly Dim[],
  emit: OnnxEmitter,
): string {
  const axes = dims.slice(1, -1).map((_, axis) => axis + 1);
  const spread = f32([nth(dims, 0), ...axes.map(() => 1), 4]);
  const limits =
    isPerImage && axes.length > 0
      ? emit.node("Unsqueeze", [name, emit.constant("i64", [axes.length], axes)], {}, spread)
      : name;
  const below = emit.node("Min", [boxes, limits], {}, f32(dims));
  return emit.node("Max", [below, emit.constant("f32", [], [0])], {}, f32(dims));
}

/** Heights and widths [N, 2] of input `index`, in PyTorch. */
export function extentsInTorch(inputs: readonly TorchExpression[], index: number, emit: TorchEmitter): TorchExpression {
  const x = nth(inputs, index);
  return isMap(nth(emit.types.inputs, index)) ? call(emit.helper("image_extents"), [x]) : x;
}
