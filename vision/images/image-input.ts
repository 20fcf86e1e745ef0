// What a network reads: what `@image` says in the text of a model, and what the metadata of every target repeats.
import type { ImageSize } from "../image-size.ts";

/** What a network expects of an image. The metadata of a file holds it as JSON under `image`. */
export interface ImageInput {
  /** The input that it is about: [.., height, width, 3]. */
  readonly input: string;
  /** "fit" keeps the aspect and stays within `size`, "stretch" becomes `size`, "none" leaves the image as it is. */
  readonly resize: "fit" | "stretch" | "none";
  /** Height and width; absent where nothing is resized. */
  readonly size?: readonly [number, number];
  /**
   * Where a new pixel i reads the old ones: (i + 0.5) * old / new - 0.5 or, in the older kernel of TensorFlow 1,
   * i * old / new. Bilinear, nothing is smoothed beforehand.
   */
  readonly kernel: "half_pixel" | "asymmetric";
  /** "bottom_right" fills up to `size` below and to the right. */
  readonly pad: "bottom_right" | "none";
  /** Padding comes before normalising (and becomes -mean / std), or normalising before padding (which stays 0). */
  readonly before: "normalize" | "pad";
  readonly order: "rgb" | "bgr";
  /** Pixels reach from 0 to this before the mean is taken away: 255 or 1. */
  readonly range: number;
  /** In `order`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Where an image lies in what a network reads. */
export interface Placement {
  /** The whole input, padding included. */
  readonly input: ImageSize;
  /** The image in it, from the corner above on the left. */
  readonly image: ImageSize;
}

/**
 * Where an image of a size lies in an input. In single precision, as both released systems compute it; a side of 0.5 is
 * rounded to the even number, and none is less than 1.
 */
export function placementOf({ resize, size, pad }: ImageInput, { height, width }: ImageSize): Placement {
  if (resize === "none" || !size) return { input: { height, width }, image: { height, width } };
  const [rows, columns] = size;
  const whole = { height: rows, width: columns };
  if (resize === "stretch") return { input: whole, image: whole };
  const scale = Math.min(Math.fround(rows / height), Math.fround(columns / width));
  const scaled = (side: number, most: number) => Math.min(Math.max(roundEven(Math.fround(side * scale)), 1), most);
  const image = { height: scaled(height, rows), width: scaled(width, columns) };
  return { input: pad === "none" ? image : whole, image };
}

function roundEven(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
