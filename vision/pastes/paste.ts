// The paste of Deep-MARC and Mask R-CNN: a frame of zeros around the mask, corners on whole pixels.
import type { ImageSize } from "../image-size.ts";
import type { Rle } from "../masks/rle.ts";
import { type Reading, type Samples, samplesAt } from "./bilinear.ts";
import { type Box, type BoxMask, checkPaste } from "./box-mask.ts";
import { pasted, pastedRle } from "./plan.ts";

const { fround } = Math;

/**
 * The values [height, width] of a mask in its image, 0 outside the box. `box` is [x, y, width, height] in pixels. The mask
 * gets a frame of one 0, the box grows as much about its centre, its corners are cut to whole pixels (towards 0), and
 * the framed mask is resized to them with half pixels, as OpenCV does. Costs by the part of the box in the image.
 *
 * Refuses what `checkPaste` does. Source: `paste_instance_masks`, official/vision/beta/ops/mask_ops.py.
 */
export const pasteMask = (mask: BoxMask, box: Box, image: ImageSize): Float32Array =>
  pasted(reading(mask, box, image), image);

/** The RLE of what is above the threshold in `pasteMask`, without an image of values. */
export const pasteRle = (mask: BoxMask, box: Box, image: ImageSize, threshold = 0.5): Rle =>
  pastedRle(reading(mask, box, image), image, threshold);

function reading(mask: BoxMask, box: Box, image: ImageSize): Reading {
  checkPaste(mask, box, image);
  const growth = fround(Math.max((mask.width + 2) / mask.width, (mask.height + 2) / mask.height));
  const across = samples(box[0], box[2], growth, image.width, mask.width + 2);
  const down = samples(box[1], box[3], growth, image.height, mask.height + 2);
  return { values: framed(mask), columns: mask.width + 2, down, across };
}

function framed({ height, width, values }: BoxMask): Float32Array {
  const frame = new Float32Array((height + 2) * (width + 2));
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      frame[(row + 1) * (width + 2) + column + 1] = values[row * width + column]!;
  return frame;
}

/** The lines of an image that a grown box covers, and where they read a framed mask of `size` lines. */
function samples(start: number, extent: number, growth: number, lines: number, size: number): Samples {
  const half = fround(fround(extent) * 0.5);
  const centre = fround(fround(start) + half);
  const grown = fround(half * growth);
  const near = Math.trunc(fround(centre - grown));
  const length = Math.max(Math.trunc(fround(centre + grown)) - near + 1, 1);
  const first = Math.min(Math.max(near, 0), lines);
  const count = Math.max(Math.min(near + length, lines) - first, 0);
  const scale = size / length;
  // Before the middle of the first line and after that of the last, there is nothing to read between.
  const places = new Float32Array(count).map((_, line) =>
    Math.min(Math.max(fround((first - near + line + 0.5) * scale - 0.5), 0), size - 1),
  );
  return samplesAt(first, places, size);
}
