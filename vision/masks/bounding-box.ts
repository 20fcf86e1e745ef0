// Where a mask is.
import { checkRle, type Rle } from "./rle.ts";

/**
 * The smallest box around the foreground, in whole pixels: [x, y, width, height], all 0 for an empty mask. Equal to
 * `toBbox` of pycocotools 2.0.11. Refuses an RLE that is none.
 */
export function maskBoundingBox(rle: Rle): readonly [x: number, y: number, width: number, height: number] {
  checkRle(rle);
  const { counts, height } = rle;
  let [left, right, top, bottom] = [Number.POSITIVE_INFINITY, -1, height, -1];
  let start = 0;
  for (let run = 0; run < counts.length; run++) {
    const end = start + counts[run]!;
    if (run % 2 === 1 && end > start) {
      const first = Math.floor(start / height);
      const last = Math.floor((end - 1) / height);
      left = Math.min(left, first);
      right = last;
      // A run that goes on in the next column touches both the last row and the first.
      top = first < last ? 0 : Math.min(top, start - first * height);
      bottom = first < last ? height - 1 : Math.max(bottom, end - 1 - last * height);
    }
    start = end;
  }
  return right < 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1];
}
