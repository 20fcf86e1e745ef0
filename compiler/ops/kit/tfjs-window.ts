// The padding of a window in tfjs. Keras has "valid" and TensorFlow's "same"; what is neither is padded by
// a layer in front.
import { channelsLast, type TfjsEmitter, type TfjsTensor } from "./tfjs.ts";
import { type Pair, padding, type Window } from "./window.ts";

type Sides = readonly [Pair, Pair];

/** The word that Keras has for this padding, or the rows and columns to add on each side. */
export function kerasPadding({ kernel, stride, pad }: Window): "same" | "valid" | Sides {
  if (pad === "same") return "same";
  const [rows, columns] = [half(kernel[0], stride[0], pad), half(kernel[1], stride[1], pad)];
  if (rows[1] === 0 && columns[1] === 0) return "valid";
  const isSame = (axis: 0 | 1) => kernel[axis] % 2 === 1 && (stride[axis] === 1 || kernel[axis] === 1);
  return isSame(0) && isSame(1) ? "same" : [rows, columns];
}

/** Neither "half" nor "valid" asks for the size, nor does "same" at a stride of 1. */
const half = (kernel: number, stride: number, pad: string): Pair => padding(0, kernel, stride, pad) ?? [0, 0];

/**
 * Whether "same" pads a convolution wrongly on WebAssembly: where the stride is larger than the kernel, nothing may be
 * missing, and XNNPACK counts what is missing without a sign.
 */
export const isPaddedWrongly = ({ kernel, stride }: Window): boolean =>
  kernel.some((size, axis) => size < (stride[axis] ?? 1));

/** As `kerasPadding`, for a convolution: said in rows and columns where the word is taken wrongly and the size does not matter. */
export function convolutionPadding(window: Window): "same" | "valid" | Sides {
  const { kernel, stride, pad } = window;
  const padding = kerasPadding(window);
  const isFixed = (axis: 0 | 1) => kernel[axis] === 1 || stride[axis] === 1;
  if (padding !== "same" || !isPaddedWrongly(window) || !isFixed(0) || !isFixed(1)) return padding;
  const sides: Sides = [half(kernel[0], 1, pad), half(kernel[1], 1, pad)];
  return sides.every(([, after]) => after === 0) ? "valid" : sides;
}

/** The input padded with zeros where Keras has no word for it, and the word for what remains. */
export function zeroPadded(
  x: TfjsTensor,
  window: Window,
  emit: TfjsEmitter,
  sides = kerasPadding(window),
): { readonly x: TfjsTensor; readonly padding: "same" | "valid" } {
  if (typeof sides === "string") return { x, padding: sides };
  return {
    x: emit.layer("ZeroPadding2D", { padding: sides, ...channelsLast }, [x], { part: "pad" }),
    padding: "valid",
  };
}
