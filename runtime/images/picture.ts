// A decoded image, and how decoding can fail.
import type { ImageSize, Pixels } from "../../vision/index.ts";

/** Rows from above, as the picture is looked at: orientation applied, three channels of 8 bits, R, G and B. */
export interface Picture extends Pixels {
  readonly pixels: Uint8Array;
  /** The size that it is looked at; larger than the pixels where it was read at a smaller one. */
  readonly seen: ImageSize;
}

export interface ImageFailure {
  readonly failure: "decoder-missing" | "image-invalid" | "image-too-large";
  /** A sentence about the file without its name: "is a TIFF: …". */
  readonly message: string;
}

export const isImageFailure = (answer: object): answer is ImageFailure => "failure" in answer;

/** Pixels that a file may claim; a bomb of a few kilobytes claims more. */
export const mostPixels = 2 ** 28;
/** Up to here, a picture is read whole, and every number is that of the reference. */
const mostWhole = 2 ** 25;

/**
 * By how much a picture is read smaller: a power of 2. What is read stays twice as large as what a network reads (`need`),
 * so that little of the picture can be lost between the pixels that it looks at.
 */
export function reductionOf({ height, width }: ImageSize, need: ImageSize | undefined): number {
  if (height * width <= mostWhole) return 1;
  const wanted = need ?? { height: 2048, width: 2048 };
  const room = Math.max(height / (2 * wanted.height), width / (2 * wanted.width));
  const enough = 2 ** Math.floor(Math.log2(Math.max(room, 1)));
  // A network that wants more than the memory of one image gets what there is.
  const least = 2 ** Math.ceil(Math.log2(Math.sqrt((height * width) / mostWhole)));
  return Math.max(enough, least);
}
