// A mask of pixels as an RLE.
import type { ImageSize } from "../image-size.ts";
import { checkPixels, type PixelOrder } from "./pixels.ts";
import type { Rle } from "./rle.ts";
import { transposed } from "./transpose.ts";

/**
 * The RLE of a mask [height, width]; what is not 0 is foreground. Equal to `encode` of pycocotools for masks of 0 and 1.
 * Refuses a mask that is not as large as the image.
 */
export function encodeMask(mask: Uint8Array, size: ImageSize, order: PixelOrder = "rows"): Rle {
  checkPixels(mask, size);
  const { height, width } = size;
  // A mask of one row or column is the same both ways.
  const columns = order === "columns" || height === 1 || width === 1 ? mask : transposed(mask, height, width);
  return { height, width, counts: runsOf(columns) };
}

function runsOf(pixels: Uint8Array): Uint32Array {
  const runs = new Runs();
  let start = 0;
  let foreground = false;
  while (start < pixels.length) {
    const end = foreground ? endOfForeground(pixels, start) : endOfBackground(pixels, start);
    runs.push(end - start);
    start = end;
    foreground = !foreground;
  }
  return runs.counts();
}

/** So many pixels are looked at before the engine's own search is asked, which is quick once it has started. */
const near = 24;

function endOfForeground(pixels: Uint8Array, start: number): number {
  const limit = Math.min(start + near, pixels.length);
  let at = start;
  while (at < limit && pixels[at] !== 0) at++;
  if (at < limit || at === pixels.length) return at;
  const end = pixels.indexOf(0, at);
  return end < 0 ? pixels.length : end;
}

function endOfBackground(pixels: Uint8Array, start: number): number {
  const { length } = pixels;
  let at = start;
  // Eight at a time, since most of a mask is background; a foreground pixel may be any number but 0.
  while (at + 8 <= length && isBackground(pixels, at)) at += 8;
  while (at < length && pixels[at] === 0) at++;
  return at;
}

const isBackground = (pixels: Uint8Array, at: number): boolean =>
  (pixels[at]! |
    pixels[at + 1]! |
    pixels[at + 2]! |
    pixels[at + 3]! |
    pixels[at + 4]! |
    pixels[at + 5]! |
    pixels[at + 6]! |
    pixels[at + 7]!) ===
  0;

/** Run lengths of which the number is not known before. */
class Runs {
  private lengths = new Uint32Array(64);
  private used = 0;

  push(length: number): void {
    if (this.used === this.lengths.length) {
      const longer = new Uint32Array(2 * this.used);
      longer.set(this.lengths);
      this.lengths = longer;
    }
    this.lengths[this.used++] = length;
  }

  counts(): Uint32Array {
    return this.lengths.slice(0, this.used);
  }
}
