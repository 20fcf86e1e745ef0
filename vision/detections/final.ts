// What the box head of a two-stage detector says, as the boxes of an image.
import type { Boxes } from "../boxes/boxes.ts";
import { type BoxCoding, clipBoxes, decodeBoxes } from "../boxes/coding.ts";
import { bestFound, type Found, type KeepOptions, keepBoxes } from "./keep.ts";
import { checkLength } from "./lengths.ts";
import { bestOf } from "./ranking.ts";

/** One image: probabilities [K, classes + 1], the background first, codes [K, 4·classes] and proposals [K, 4]. */
export interface BoxHead {
  readonly probabilities: ArrayLike<number>;
  readonly codes: ArrayLike<number>;
  readonly proposals: Boxes;
}

export interface DetectionOptions extends KeepOptions, BoxCoding {
  /** Candidates of each class, before those that overlap go. */
  readonly pre: number;
}

export interface Detection extends Found {
  /** From 1. */
  readonly class: number;
}

/**
 * The best `max` detections, best first, each class suppressed by itself; clipped to [height, width], where it is given.
 * Refuses lists that do not go together.
 */
export function decodeDetections(
  head: BoxHead,
  options: DetectionOptions,
  extents?: readonly [number, number],
): readonly Detection[] {
  const count = head.proposals.length / 4;
  const classes = count === 0 ? 0 : head.codes.length / (4 * count);
  checkLength("codes", head.codes, 4 * count * Math.floor(classes));
  checkLength("probabilities", head.probabilities, count * (classes + 1));
  const found = Array.from({ length: classes }, (_, at) => at + 1).flatMap((of) => foundOf(head, of, options, extents));
  return bestFound(found, options.max);
}

function foundOf(
  { probabilities, codes, proposals }: BoxHead,
  of: number,
  options: DetectionOptions,
  extents: readonly [number, number] | undefined,
): readonly Detection[] {
  const count = proposals.length / 4;
  const classes = codes.length / (4 * count);
  const scores = Array.from({ length: count }, (_, row) => probabilities[row * (classes + 1) + of]!);
  const places = bestOf(scores, options.pre);
  const four = (from: ArrayLike<number>, start: number) => [0, 1, 2, 3].map((side) => from[start + side]!);
  const own = places.flatMap((place) => four(codes, 4 * (place * classes + of - 1)));
  const anchors = places.flatMap((place) => four(proposals, 4 * place));
  const decoded = decodeBoxes(own, anchors, options);
  const boxes = extents ? clipBoxes(decoded, extents) : decoded;
  const best = places.map((place) => scores[place]!);
  return keepBoxes(boxes, best, options).map((at) => ({
    box: boxes.subarray(4 * at, 4 * at + 4),
    score: best[at]!,
    class: of,
  }));
}
