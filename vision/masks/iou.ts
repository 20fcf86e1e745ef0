// How far masks overlap.
import { checkCrowd } from "../boxes/iou.ts";
import { checkRle, checkSameSize, type Rle } from "./rle.ts";

/** A mask as the intervals of its foreground: only they can overlap. */
interface Intervals {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly area: number;
}

/**
 * Intersection over union of each of M detections with each of N truths: [M, N], row after row. Where a truth is a
 * crowd, the area of the detection stands for the union. Two empty masks have 0. Equal to `iou` of pycocotools.
 * Refuses masks of different images, a list of crowds of another length, and an RLE that is none.
 */
export function maskIou(detections: readonly Rle[], truths: readonly Rle[], crowd?: readonly boolean[]): Float64Array {
  checkCrowd(truths.length, crowd);
  const [first] = [...detections, ...truths];
  if (first) for (const mask of [...detections, ...truths]) checkSameSize(first, mask);
  const found = detections.map(intervalsOf);
  const wanted = truths.map(intervalsOf);
  const overlaps = new Float64Array(found.length * wanted.length);
  found.forEach((detection, row) => {
    wanted.forEach((truth, column) => {
      const shared = sharedPixels(detection, truth);
      const whole = crowd?.[column] ? detection.area : detection.area + truth.area - shared;
      if (shared > 0) overlaps[row * wanted.length + column] = shared / whole;
    });
  });
  return overlaps;
}

function intervalsOf(rle: Rle): Intervals {
  checkRle(rle);
  const { counts } = rle;
  const starts = new Uint32Array(counts.length >> 1);
  const ends = new Uint32Array(counts.length >> 1);
  let area = 0;
  let at = 0;
  for (let pair = 0; pair < starts.length; pair++) {
    starts[pair] = at + counts[2 * pair]!;
    ends[pair] = starts[pair]! + counts[2 * pair + 1]!;
    at = ends[pair]!;
    area += counts[2 * pair + 1]!;
  }
  return { starts, ends, area };
}

function sharedPixels(a: Intervals, b: Intervals): number {
  if (a.starts.length === 0 || b.starts.length === 0) return 0;
  let shared = 0;
  let one = firstEndingAfter(a.ends, b.starts[0]!);
  let other = firstEndingAfter(b.ends, a.starts[0]!);
  while (one < a.ends.length && other < b.ends.length) {
    const [endOfOne, endOfOther] = [a.ends[one]!, b.ends[other]!];
    const end = Math.min(endOfOne, endOfOther);
    const start = Math.max(a.starts[one]!, b.starts[other]!);
    if (end > start) shared += end - start;
    if (endOfOne <= endOfOther) one++;
    if (endOfOther <= endOfOne) other++;
  }
  return shared;
}

/** The first interval that reaches past a pixel; its number where there is none. */
function firstEndingAfter(ends: Uint32Array, pixel: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > pixel) high = middle;
    else low = middle + 1;
  }
  return low;
}
