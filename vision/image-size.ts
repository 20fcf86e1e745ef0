// The size of an image, and what is too large to be one.
import { refuse, shown } from "./error.ts";

/** Rows and columns of an image, in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** COCO's run lengths are 32-bit integers; so are places in a picture. */
const mostPixels = 2 ** 31 - 1;

const isSide = (side: number): boolean => Number.isInteger(side) && side >= 1;

/** The number of pixels. Refuses a side that is no whole number above 0, and more than 2^31 - 1 pixels. */
export function pixelsOf({ height, width }: ImageSize): number {
  if (!isSide(height) || !isSide(width))
    return refuse(`an image has whole numbers of rows and columns above 0, not ${shown(height)} and ${shown(width)}`);
  const pixels = height * width;
  if (pixels > mostPixels) return refuse(`an image of ${height} x ${width} pixels is too large: 2^31 - 1 are the most`);
  return pixels;
}
