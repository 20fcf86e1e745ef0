// Which boxes stay where better ones cover them: the suppression of Deep-MARC. A box goes when its overlap with one that
// stays reaches the threshold; one without a coordinate above 0 is none.
import { suppressBoxes } from "../../../vision/index.ts";
import { zeros } from "../kit/ndarray.ts";
import type { NDArray } from "../kit/primitive.ts";
import { bestOf, isAbove } from "./ranking.ts";

/** What is no box has the least score of single precision. */
export const noScore = -3.4028234663852886e38;

export interface Limits {
  /** An overlap that is too much. */
  readonly iou: number;
  /** Scores up to this are none. */
  readonly above: number;
  /** The most boxes that stay. */
  readonly max: number;
}

/** The places of the boxes [K, 4] that stay, best first. Engines see single precision, so the reference does as well. */
export function boxesKept(
  boxes: Float64Array,
  scores: ArrayLike<number>,
  { iou, above, max }: Limits,
): readonly number[] {
  const seen = Float64Array.from(boxes, Math.fround);
  const isBox = (place: number): boolean => {
    const own = seen.subarray(4 * place, 4 * place + 4);
    return own.every(Number.isFinite) && own.some((side) => side > 0);
  };
  const places = Array.from({ length: scores.length }, (_, place) => place).filter(
    (place) => isAbove(scores[place]!, above) && isBox(place),
  );
  const of = (place: number) => [...seen.subarray(4 * place, 4 * place + 4)];
  const kept = suppressBoxes(
    places.flatMap(of),
    places.map((place) => Math.fround(scores[place]!)),
    { threshold: iou, suppress: iou > 0 ? "at-least" : "above", max },
  );
  return [...kept].map((at) => places[at]!);
}

export interface Found {
  readonly box: ArrayLike<number>;
  /** What is compared. */
  readonly score: number;
}

/** Writes the best of what was found in an image, and answers which they are; the other rows stay 0. */
export function writeBest<Of extends Found>(
  found: readonly Of[],
  image: number,
  boxes: NDArray,
  scores: NDArray,
): readonly Of[] {
  const max = scores.dims[1] ?? 0;
  const best = bestOf(
    found.map(({ score }) => score),
    max,
  ).map((place) => found[place] as Of);
  best.forEach(({ box, score }, rank) => {
    boxes.data.set(box, 4 * (image * max + rank));
    scores.data[image * max + rank] = score;
  });
  return best;
}

/** Rows for boxes and scores of `count` images. */
export const emptyRows = (count: number, max: number): { readonly boxes: NDArray; readonly scores: NDArray } => ({
  boxes: zeros([count, max, 4]),
  scores: zeros([count, max]),
});
