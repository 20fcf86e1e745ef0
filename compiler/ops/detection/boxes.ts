// What the operators of detectors ask of boxes: [N, K, 4], each [ymin, xmin, ymax, xmax]. In which unit, no type can tell:
// docs/boxes.md does.

import type { TensorType } from "../../ir/graph.ts";
import { type Dim, isSymbolic, variablesOf } from "../../sizes/dim/dim.ts";
import { nth } from "../kit/nth.ts";
import { type Failure, fail, type NDArray, type OnnxEmitter, type Sizes, unsupported } from "../kit/primitive.ts";
import { f32, product, wantFloats, wrongInput } from "../kit/types.ts";

export const outsideOfTfjs = unsupported("detections are decoded behind a LayersModel: end the graph before it");

/**
 * Whether a size reaches a number, as far as that is a rule of sizes: two free ones that must be large together are no
 * rule, and what is missing is filled up where the model runs.
 */
export const holds = (size: Dim, least: number, sizes: Sizes): boolean =>
  (isSymbolic(size) && variablesOf(size).size > 1) || sizes.atLeast(size, least);

/** A tensor with a batch axis, a given rank, and sizes that must agree; undefined entries are free. */
export function wantShape(
  op: string,
  expected: string,
  type: TensorType,
  dims: readonly (Dim | undefined)[],
  sizes: Sizes,
): Failure | undefined {
  const fits =
    type.dims.length === dims.length &&
    dims.every((dim, axis) => dim === undefined || sizes.equal(nth(type.dims, axis), dim));
  return fits ? wantFloats(op, [type], sizes) : wrongInput(op, expected, type, sizes);
}

export const wantOneMap = (op: string, type: TensorType, sizes: Sizes): Failure | undefined =>
  wantShape(op, "a feature map [N, H, W, C]", type, [undefined, undefined, undefined, undefined], sizes);

/** Boxes for the batch that `like` is of. */
export function wantBoxes(op: string, boxes: TensorType, like: TensorType, sizes: Sizes): Failure | undefined {
  const batch = nth(like.dims, 0);
  return wantShape(op, `boxes [${sizes.show(batch)}, K, 4]`, boxes, [batch, undefined, 4], sizes);
}

/** How many inputs an operator that takes a list needs. */
export function wantCount(
  op: string,
  inputs: readonly TensorType[],
  fits: boolean,
  names: string,
): Failure | undefined {
  if (fits) return undefined;
  const given = inputs.length === 1 ? "one flows in" : `${inputs.length} flow in`;
  return fail("DM3112", { callee: op, count: names, names: "in this order", given });
}

export const firstFailure = (...checks: readonly (() => Failure | undefined)[]): Failure | undefined => {
  for (const check of checks) {
    const failure = check();
    if (failure) return failure;
  }
  return undefined;
};

/** The four numbers of a box. */
export function cornersOf(boxes: NDArray, box: number): readonly [number, number, number, number] {
  const side = (index: number) => boxes.data[box * 4 + index]!;
  return [side(0), side(1), side(2), side(3)];
}

/** N·K, for boxes that are the second input. */
export const boxCount = (emit: OnnxEmitter): Dim => product(emit.inputType(1).dims.slice(0, 2));

/** One of the four numbers of boxes [lead.., 4], in ONNX: [lead.., 1]. */
export function sideOf(boxes: string, side: number, lead: readonly Dim[], emit: OnnxEmitter): string {
  const one = (value: number) => emit.constant("i64", [1], [value]);
  return emit.node("Slice", [boxes, one(side), one(side + 1), one(lead.length)], {}, f32([...lead, 1]));
}
