// The padding of a window in PyTorch: one number per axis where both sides are equal, whatever the size of
// the map; otherwise a function of the file that pads as TensorFlow does.
import type { Pair, Window } from "./window.ts";

/** Padding on both sides of height and width; undefined where it is uneven for some sizes. */
export function evenPadding({ kernel, stride, pad }: Window): Pair | undefined {
  if (pad === "valid") return [0, 0];
  const both: Pair = [Math.floor((kernel[0] - 1) / 2), Math.floor((kernel[1] - 1) / 2)];
  const uneven = (axis: 0 | 1) => kernel[axis] > 1 && (stride[axis] > 1 || kernel[axis] % 2 === 0);
  return pad === "same" && (uneven(0) || uneven(1)) ? undefined : both;
}
