// Plain arrays for the reference meaning of operators. Row-major, logical axes.
import { nth } from "./nth.ts";
import type { NDArray } from "./primitive.ts";

export const count = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

export const zeros = (dims: readonly number[]): NDArray => ({ dims, data: new Float64Array(count(dims)) });

export function mapNumbers(x: NDArray, apply: (value: number) => number): NDArray {
  return { dims: x.dims, data: x.data.map((value) => apply(value)) };
}

/** The same numbers under other dims. */
export const withDims = (x: NDArray, dims: readonly number[]): NDArray => ({ dims, data: x.data });

/** A feature map with all leading axes folded into `count`. */
export interface Images {
  readonly lead: readonly number[];
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export function imagesOf(x: NDArray): Images {
  const lead = x.dims.slice(0, -3);
  return { lead, count: count(lead), height: nth(x.dims, -3), width: nth(x.dims, -2), channels: nth(x.dims, -1) };
}

/** Sizes around one axis: the tensor is `outer` blocks of `length` rows of `inner` numbers. */
export function around(
  dims: readonly number[],
  axis: number,
): { readonly outer: number; readonly length: number; readonly inner: number } {
  return { outer: count(dims.slice(0, axis)), length: nth(dims, axis), inner: count(dims.slice(axis + 1)) };
}

export function weightOf(weights: Readonly<Record<string, NDArray>>, role: string): NDArray {
  const weight = weights[role];
  if (!weight) throw new Error(`internal: weight ${role} is missing`);
  return weight;
}
