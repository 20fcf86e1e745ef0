// The paste of Deep-MAC: the corners of the mask lie on the corners of the box.
import type { ImageSize } from "../image-size.ts";
import type { Rle } from "../masks/rle.ts";
import { type Reading, type Samples, samplesAt } from "./bilinear.ts";
import { type Box, type BoxMask, checkPaste } from "./box-mask.ts";
import { pasted, pastedRle } from "./plan.ts";

const { fround } = Math;

/**
 * The values [height, width] of a mask in its image, 0 outside the box. `box` is [ymin, xmin, ymax, xmax], 0 to 1 over
 * the image; it may reach past it, and a box without area, or inverted, is a box of 1e-4. Row i of n reads the mask at
 * (i / (n - 1) - ymin) / (ymax - ymin) of its rows, in single precision and in that code's order: where a box ends at
 * the edge, the last row or column of some image sizes reads just past the mask, and so 0.
 *
 * Refuses what `checkPaste` does. Source: `reframe_box_masks_to_image_masks`, research/object_detection/utils/ops.py.
 */
export const reframeMask = (mask: BoxMask, box: Box, image: ImageSize): Float32Array =>
  pasted(reading(mask, box, image), image);

/** The RLE of what is above the threshold in `reframeMask`, without an image of values. */
export const reframeRle = (mask: BoxMask, box: Box, image: ImageSize, threshold = 0.5): Rle =>
  pastedRle(reading(mask, box, image), image, threshold);

function reading(mask: BoxMask, box: Box, image: ImageSize): Reading {
  checkPaste(mask, box, image);
  const down = samples(box[0], box[2], image.height, mask.height);
  const across = samples(box[1], box[3], image.width, mask.width);
  return { values: mask.values, columns: mask.width, down, across };
}

/** The lines of an image that read a mask which lies between `from` and `to` of them. */
function samples(from: number, to: number, lines: number, size: number): Samples {
  const start = fround(from);
  const extent = Math.max(fround(fround(to) - start), fround(1e-4));
  // The image as the box sees it, where the box is 0 to 1.
  const near = fround(fround(0 - start) / extent);
  const far = fround(fround(1 - start) / extent);
  const step = lines > 1 ? fround(fround(fround(far - near) * (size - 1)) / (lines - 1)) : 0;
  const origin = lines > 1 ? fround(near * (size - 1)) : fround(fround(0.5 * fround(near + far)) * (size - 1));
  const places = new Float32Array(lines).map((_, line) => origin + fround(line * step));
  // Places grow with the lines, so those within the mask follow each other.
  const isWithin = (place: number): boolean => place >= 0 && place <= size - 1;
  const first = Math.max(places.findIndex(isWithin), 0);
  return samplesAt(first, places.filter(isWithin), size);
}
