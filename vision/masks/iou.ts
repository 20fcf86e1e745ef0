// How far masks overlap.
import { checkCrowd } from "../boxes/iou.ts";
import { maskBoundingBox } from "./bounding-box.ts";
import { checkSameSize, type Rle } from "./rle.ts";

/** A mask as the intervals of its foreground, and the rows that they are in: only these can overlap. */
interface Intervals {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly area: number;
  readonly top: number;
  readonly bottom: number;
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
      overlaps[row * wanted.length + column] = shared > 0 ? shared / whole : 0;
    });
  });
  return overlaps;
}

function intervalsOf(rle: Rle): Intervals {
  const [, top, , rows] = maskBoundingBox(rle);
  const { counts } = rle;
  const starts = new Uint32Array(counts.length >> 1);
  const ends = new Uint32Array(counts.length >> 1);
  let area = 0;
  let at = 0;
  for (let pair = 0; pair < starts.length; pair++) {
    const length = counts[2 * pair + 1]!;
    at += counts[2 * pair]!;
    starts[pair] = at;
    at += length;
    ends[pair] = at;
    area += length;
  }
  return { starts, ends, area, top, bottom: top + rows };
}

function sharedPixels(a: Intervals, b: Intervals): number {
  if (a.area === 0 || b.area === 0 || a.bottom <= b.top || b.bottom <= a.top) return 0;
  let shared = 0;
  let one = firstEndingAfter(a.ends, b.starts[0]!);
  let other = firstEndingAfter(b.ends, a.starts[0]!);
  while (one < a.ends.length && other < b.ends.length) {
    const endOfOne = a.ends[one]!;
    const endOfOther = b.ends[other]!;
    const startOfOne = a.starts[one]!;
    const startOfOther = b.starts[other]!;
    const end = endOfOne < endOfOther ? endOfOne : endOfOther;
    const start = startOfOne > startOfOther ? startOfOne : startOfOther;
    if (end > start) shared += end - start;
    if (endOfOne <= end) one++;
    if (endOfOther <= end) other++;
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
