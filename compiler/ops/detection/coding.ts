// Box coding as operators see it: tensors whose last axis holds boxes of four numbers.

import { longestSide } from "../../../vision/index.ts";
import type { TensorType } from "../../ir/graph.ts";
import { nth } from "../kit/nth.ts";
import { type Failure, type OnnxEmitter, type ParametersOf, real, type Sizes } from "../kit/primitive.ts";
import { f32, wantFloats, wrongInput } from "../kit/types.ts";
import { columns, type Dims, number } from "./onnx-rows.ts";

/** What the box heads of Mask R-CNN multiply their codes by is 10 and 5; proposals have 1 and 1. */
export const codingParams = (center: number, extent: number) => ({
  center: real("the offsets of centres are multiplied by this", center, { min: 1e-3 }),
  extent: real("the logarithms of heights and widths are multiplied by this", extent, { min: 1e-3 }),
});
export type Coding = ParametersOf<ReturnType<typeof codingParams>>;

/** Boxes [.., 4·A], with a number of channels that is known. */
export function wantBoxChannels(op: string, type: TensorType, sizes: Sizes): Failure | undefined {
  const channels = nth(type.dims, -1);
  const fits = type.dims.length >= 2 && typeof channels === "number" && channels % 4 === 0;
  return fits ? wantFloats(op, [type], sizes) : wrongInput(op, "boxes [.., 4·A]", type, sizes);
}

/** Two inputs of one shape, both of boxes. */
export function wantPairs(op: string, inputs: readonly TensorType[], sizes: Sizes): Failure | undefined {
  const [boxes, anchors] = [nth(inputs, 0), nth(inputs, 1)];
  const wrong = wantBoxChannels(op, boxes, sizes);
  if (wrong) return wrong;
  const isSame =
    boxes.dims.length === anchors.dims.length && boxes.dims.every((dim, i) => sizes.equal(dim, nth(anchors.dims, i)));
  return isSame ? wantFloats(op, [anchors], sizes) : wrongInput(op, `anchors ${sizes.showType(boxes)}`, anchors, sizes);
}

export interface Spans {
  readonly middles: string;
  readonly sides: string;
}

/** Middles and sides, [.., 2] each, of boxes [.., 4] in ONNX. */
export function spansInOnnx(boxes: string, dims: Dims, emit: OnnxEmitter): Spans {
  const half = f32([...dims.slice(0, -1), 2]);
  const low = columns(boxes, [0, 2], half, emit);
  const sides = emit.node("Sub", [columns(boxes, [2, 4], half, emit), low], {}, half);
  const middles = emit.node("Add", [low, emit.node("Mul", [sides, number(emit, 0.5)], {}, half)], {}, half);
  return { middles, sides };
}

/** `codes` of the dims [.., 4] as boxes, in ONNX; the anchors may broadcast. */
export function decodeInOnnx(codes: string, anchors: Spans, dims: Dims, coding: Coding, emit: OnnxEmitter): string {
  const half = f32([...dims.slice(0, -1), 2]);
  const apply = (opType: string, a: string, b: string) => emit.node(opType, [a, b], {}, half);
  const part = (from: number, by: number) => {
    const codesOf = columns(codes, [from, from + 2], half, emit);
    return by === 1 ? codesOf : apply("Div", codesOf, number(emit, by));
  };
  const shift = apply("Mul", part(0, coding.center), anchors.sides);
  const growth = emit.node(
    "Exp",
    [apply("Min", part(2, coding.extent), number(emit, Math.log(longestSide)))],
    {},
    half,
  );
  const sides = apply("Mul", growth, anchors.sides);
  const low = apply("Sub", apply("Add", shift, anchors.middles), apply("Mul", sides, number(emit, 0.5)));
  return emit.node("Concat", [low, apply("Add", low, sides)], { axis: dims.length - 1 }, f32(dims));
}
