// Run-length encoding, the form in which COCO keeps a mask: pixels column after column, as lengths of runs.
import { refuse, shown } from "../error.ts";
import { type ImageSize, pixelsOf } from "../image-size.ts";

/**
 * A binary mask as run lengths over its pixels, column after column (down, then right). The first run is background
 * and may be 0 long; background and foreground take turns; all runs together are height * width pixels.
 */
export interface Rle extends ImageSize {
  readonly counts: Uint32Array;
}

/** An RLE of counts as COCO's JSON holds them. Refuses counts that are no whole numbers or do not make up the image. */
export function rleOf(counts: ArrayLike<number>, size: ImageSize): Rle {
  const pixels = pixelsOf(size);
  let total = 0;
  for (let run = 0; run < counts.length; run++) {
    const count = counts[run]!;
    if (!Number.isInteger(count) || count < 0)
      return refuse(`run ${run} of an RLE is ${shown(count)} pixels long: a run has a whole number of pixels`);
    total += count;
    if (total > pixels) return refuse(past(run, size));
  }
  if (total < pixels) return refuse(short(total, size));
  return { height: size.height, width: size.width, counts: Uint32Array.from(counts) };
}

/** Refuses what calls itself an RLE and is none. Returns its number of pixels. */
export function checkRle(rle: Rle): number {
  const pixels = pixelsOf(rle);
  const { counts } = rle;
  let total = 0;
  for (let run = 0; run < counts.length; run++) total += counts[run]!;
  if (total > pixels) return refuse(past(counts.length - 1, rle));
  if (total < pixels) return refuse(short(total, rle));
  return pixels;
}

/** Refuses masks of images of different sizes. */
export function checkSameSize(a: ImageSize, b: ImageSize): void {
  if (a.height !== b.height || a.width !== b.width)
    refuse(`a mask of ${a.height} x ${a.width} pixels and one of ${b.height} x ${b.width} are of different images`);
}

export const past = (run: number, { height, width }: ImageSize): string =>
  `an RLE of ${height} x ${width} pixels runs past its end by run ${run}`;

export const short = (total: number, { height, width }: ImageSize): string =>
  `an RLE of ${height} x ${width} = ${height * width} pixels ends after ${total}`;
