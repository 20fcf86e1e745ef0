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

/** Neither "half" nor "valid" asks for the size. */
const half = (kernel: number, stride: number, pad: string): Pair => padding(0, kernel, stride, pad) ?? [0, 0];

/** The input padded with zeros where Keras has no word for it, and the word for what remains. */
export function zeroPadded(
  x: TfjsTensor,
  window: Window,
  emit: TfjsEmitter,
): { readonly x: TfjsTensor; readonly padding: "same" | "valid" } {
  const sides = kerasPadding(window);
  if (typeof sides === "string") return { x, padding: sides };
  return {
    x: emit.layer("ZeroPadding2D", { padding: sides, ...channelsLast }, [x], { part: "pad" }),
    padding: "valid",
  };
}
