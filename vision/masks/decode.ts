// An RLE as a mask of pixels.
import type { PixelOrder } from "./pixels.ts";
import { checkRle, type Rle } from "./rle.ts";

/**
 * The mask [height, width] of an RLE: 1 in the foreground, 0 elsewhere, height * width bytes. Equal to `decode` of
 * pycocotools. Refuses an RLE that does not make up its image.
 */
export function decodeMask(rle: Rle, order: PixelOrder = "rows"): Uint8Array {
  const mask = new Uint8Array(checkRle(rle));
  const { counts } = rle;
  let start = 0;
  for (let run = 0; run < counts.length; run++) {
    const end = start + counts[run]!;
    if (run % 2 === 1) {
      if (order === "columns") mask.fill(1, start, end);
      else drawAcross(mask, rle, start, end);
    }
    start = end;
  }
  return mask;
}

/** Pixels `start` to `end` of the columns, in a mask that lies row after row. */
function drawAcross(mask: Uint8Array, { height, width }: Rle, start: number, end: number): void {
  let column = Math.floor(start / height);
  let row = start - column * height;
  for (let left = end - start; left > 0; ) {
    const rows = Math.min(left, height - row);
    const last = (row + rows) * width;
    for (let pixel = row * width + column; pixel < last; pixel += width) mask[pixel] = 1;
    left -= rows;
    row = 0;
    column++;
  }
}
