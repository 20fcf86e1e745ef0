// Window arithmetic shared by convolution and pooling.
// Kept apart from the operators because frameworks disagree about "same" padding with a stride above 1;
// the one place where we decide is here.

import type { TensorType } from "../../ir/graph.ts";
import { addDims, ceilDivide, type Dim, floorDivide, multiplyDims, subtractDims } from "../../sizes/dim/dim.ts";
import { type Failure, fail, type Reach, type Sizes } from "./primitive.ts";
import { mapOf, mapType, wantMap } from "./types.ts";

export const paddings = ["half", "same", "valid"] as const;
export const padDocs =
  "half: (k - 1) // 2 on both sides, as PyTorch users write it; same: TensorFlow's uneven rule, which differs from half where the stride is above 1 or the kernel even; valid: none";

export type Pair = readonly [number, number];

/** `kernel` is the extent that the window covers: rate · (k - 1) + 1. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: string;
}

export const extent = (k: Pair, rate: Pair): Pair => [rate[0] * (k[0] - 1) + 1, rate[1] * (k[1] - 1) + 1];

const pairText = ([height, width]: Pair): string => `${height}×${width}`;

export function outputSize(size: Dim, kernel: number, stride: number, pad: string): Dim {
  if (pad === "same") return ceilDivide(size, stride);
  const both = pad === "half" ? 2 * Math.floor((kernel - 1) / 2) : 0;
  return floorDivide(addDims(size, both - kernel + stride), stride);
}

/** Padding before and after; undefined where it depends on a free size ("same" with a stride). */
export function padding(size: Dim, kernel: number, stride: number, pad: string): Pair | undefined {
  if (pad === "valid" || kernel === 1) return [0, 0];
  if (pad === "half") return [Math.floor((kernel - 1) / 2), Math.floor((kernel - 1) / 2)];
  const total = subtractDims(coveredSize(size, kernel, stride), size);
  if (typeof total !== "number") return undefined;
  const positive = Math.max(total, 0);
  return [Math.floor(positive / 2), Math.ceil(positive / 2)];
}

/** What the windows of "same" padding cover: (out - 1) · stride + kernel. */
export function coveredSize(size: Dim, kernel: number, stride: number): Dim {
  return addDims(multiplyDims(subtractDims(ceilDivide(size, stride), 1), stride), kernel);
}

/** Padding before height and width for known sizes. */
export function offsets(height: number, width: number, { kernel, stride, pad }: Window): Pair {
  return [padding(height, kernel[0], stride[0], pad)?.[0] ?? 0, padding(width, kernel[1], stride[1], pad)?.[0] ?? 0];
}

/** What a window sees. Padding of "same" with a stride depends on the size; it counts as if the stride divided that. */
export function reachOf({ kernel, stride, pad }: Window): Reach {
  const both = (axis: 0 | 1): number => (pad === "same" ? Math.max(kernel[axis] - stride[axis], 0) : kernel[axis] - 1);
  const before: Pair = pad === "valid" ? [0, 0] : [Math.floor(both(0) / 2), Math.floor(both(1) / 2)];
  return { kind: "window", kernel, stride, before };
}

/** The shape rule of a window that turns a feature map into one with `channels`. */
export function windowShape(
  op: string,
  x: TensorType,
  window: Window,
  k: Pair,
  channels: Dim,
  sizes: Sizes,
): TensorType | Failure {
  const wrong = wantMap(op, x, sizes);
  if (wrong) return wrong;
  const map = mapOf(x);
  const { kernel, stride, pad } = window;
  const height = outputSize(map.height, kernel[0], stride[0], pad);
  const width = outputSize(map.width, kernel[1], stride[1], pad);
  const empty = !sizes.atLeast(height, 1) ? "height" : !sizes.atLeast(width, 1) ? "width" : undefined;
  if (empty) {
    const size = sizes.show(empty === "height" ? height : width);
    return fail(
      "DM4205",
      { op, kernel: pairText(k), axis: empty, size },
      pad === "valid" ? { help: ["`pad = half` keeps the size"] } : {},
    );
  }
  return mapType({ lead: map.lead, height, width, channels });
}
