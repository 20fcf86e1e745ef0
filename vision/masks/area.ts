// How large a mask is.
import { checkRle, type Rle } from "./rle.ts";

/** The number of foreground pixels. Equal to `area` of pycocotools. Refuses an RLE that is none. */
export function maskArea(rle: Rle): number {
  checkRle(rle);
  let area = 0;
  for (let run = 1; run < rle.counts.length; run += 2) area += rle.counts[run]!;
  return area;
}
