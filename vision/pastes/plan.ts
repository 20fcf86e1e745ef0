// A paste, carried out as values or straight as an RLE, which takes no memory of the size of the image.
import { refuse } from "../error.ts";
import { type ImageSize, pixelsOf } from "../image-size.ts";
import type { Rle } from "../masks/rle.ts";
import { Runs } from "../masks/runs.ts";
import { type Reading, readBetween, valueBetween } from "./bilinear.ts";

/** The values [height, width] of an image, 0 where nothing is read. */
export function pasted(reading: Reading, image: ImageSize): Float32Array {
  const values = new Float32Array(pixelsOf(image));
  readBetween(reading, values, image.width);
  return values;
}

/** The RLE of what is above a threshold of at least 0. */
export function pastedRle(reading: Reading, image: ImageSize, threshold: number): Rle {
  if (!(threshold >= 0)) refuse(`a threshold of ${threshold} takes in all that is outside a box; it is at least 0`);
  const pixels = pixelsOf(image);
  const { down, across } = reading;
  const rows = down.parts.length;
  const runs = new Runs();
  let start = 0;
  let foreground = false;
  const turn = (at: number): void => {
    runs.push(at - start);
    start = at;
    foreground = !foreground;
  };
  for (let column = 0; column < across.parts.length; column++) {
    const first = (across.first + column) * image.height + down.first;
    for (let row = 0; row < rows; row++)
      if (valueBetween(reading, row, column) > threshold !== foreground) turn(first + row);
    if (foreground && rows < image.height) turn(first + rows);
  }
  const end = (across.first + across.parts.length) * image.height;
  if (foreground && end < pixels) turn(end);
  if (start < pixels) turn(pixels);
  return { height: image.height, width: image.width, counts: runs.counts() };
}
