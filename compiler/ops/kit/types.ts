// What operators ask of the types that flow in, and the failures that answer.

import type { TensorType } from "../../ir/graph.ts";
import { sameType } from "../../ir/verify.ts";
import { addDims, type Dim, multiplyDims } from "../../sizes/dim/dim.ts";
import { nth } from "./nth.ts";
import { type Failure, fail, type Sizes } from "./primitive.ts";
import type { UseTypes } from "./torch.ts";

/** A feature map [.., H, W, C]; `lead` holds at least the batch axis. */
export interface FeatureMap {
  readonly lead: readonly Dim[];
  readonly height: Dim;
  readonly width: Dim;
  readonly channels: Dim;
}

export const f32 = (dims: readonly Dim[]): TensorType => ({ dtype: "f32", dims });

export const product = (dims: readonly Dim[]): Dim => dims.reduce<Dim>((a, b) => multiplyDims(a, b), 1);

export function wrongInput(
  op: string,
  expected: string,
  type: TensorType,
  sizes: Sizes,
  help: readonly string[] = [],
): Failure {
  return fail("DM4203", { op, expected, actual: sizes.showType(type) }, { help });
}

/** The first input that is not f32, as a failure. Types are never converted silently. */
export function wantFloats(op: string, inputs: readonly TensorType[], sizes: Sizes): Failure | undefined {
  const wrong = inputs.find((type) => type.dtype !== "f32");
  if (!wrong) return undefined;
  return wrongInput(op, "an f32 tensor", wrong, sizes, ["`-> cast(f32)`"]);
}

export function isMap(type: TensorType): boolean {
  return type.dims.length >= 4;
}

export function wantMap(op: string, type: TensorType, sizes: Sizes): Failure | undefined {
  return isMap(type) ? wantFloats(op, [type], sizes) : wrongInput(op, "a feature map [N, H, W, C]", type, sizes);
}

export function mapOf(type: TensorType): FeatureMap {
  const { dims } = type;
  return { lead: dims.slice(0, -3), height: nth(dims, -3), width: nth(dims, -2), channels: nth(dims, -1) };
}

export const mapType = (map: FeatureMap): TensorType => f32([...map.lead, map.height, map.width, map.channels]);

export const sumDims = (dims: readonly Dim[]): Dim => dims.reduce<Dim>((a, b) => addDims(a, b), 0);

/** "height", "width", "channels", or "axis 1": what people call an axis of a tensor of this rank. */
export function axisName(rank: number, axis: number): string {
  if (axis === rank - 1 && rank >= 2) return "channels";
  if (rank >= 4 && axis === rank - 3) return "height";
  if (rank >= 4 && axis === rank - 2) return "width";
  return `axis ${axis}`;
}

/**
 * An axis that an author may name on a tensor of this rank: 1 to rank - 1, or negative from the end.
 * Axis 0 is the batch, whose samples stay apart.
 */
export function readAxis(op: string, axis: number, type: TensorType, sizes: Sizes): number | Failure {
  const rank = type.dims.length;
  const place = axis < 0 ? rank + axis : axis;
  if (place >= 1 && place < rank) return place;
  const range =
    rank < 2 ? "a tensor of at least 2 axes" : `an axis from 1 to ${rank - 1} (or from ${1 - rank} to -1), not ${axis}`;
  return wrongInput(op, range, type, sizes);
}

/** The axis is one of several leading ones of a feature map, which are one axis in channels-first order. */
export function isFoldedAxis(axis: number, { inputs }: UseTypes): boolean {
  const rank = nth(inputs, 0).dims.length;
  return rank > 4 && (axis < 0 ? axis + rank : axis) < rank - 3;
}

/** No axis grows, shrinks or gets another name: an operator that can do nothing else hands its input on. */
export const keepsType = (_params: unknown, { inputs: [input], outputs: [output] }: UseTypes): boolean =>
  input !== undefined && output !== undefined && sameType(input, output);
