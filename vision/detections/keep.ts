// Which boxes stay where better ones cover them: the suppression of Deep-MARC. A box goes when its overlap with one that
// stays reaches the threshold; one without a coordinate above 0 is none.
import type { Boxes } from "../boxes/boxes.ts";
import { suppressBoxes } from "../boxes/suppress.ts";
import { bestOf } from "./ranking.ts";

/** What is no box has the least score of single precision. */
export const noScore = -3.4028234663852886e38;

export interface KeepOptions {
  /** An overlap that is too much. */
  readonly iou: number;
  /** Scores up to this are none. */
  readonly above: number;
  /** The most boxes that stay. */
  readonly max: number;
}

/** The places of the boxes [K, 4] that stay, best first. Engines see single precision, so this does as well. */
export function keepBoxes(
  boxes: Boxes,
  scores: ArrayLike<number>,
  { iou, above, max }: KeepOptions,
): readonly number[] {
  const seen = new Float32Array(boxes);
  const isBox = (place: number): boolean => {
    const own = seen.subarray(4 * place, 4 * place + 4);
    return own.every(Number.isFinite) && own.some((side) => side > 0);
  };
  const places = Array.from({ length: scores.length }, (_, place) => place).filter(
    (place) => Math.fround(scores[place]!) > Math.fround(above) && isBox(place),
  );
  const kept = suppressBoxes(
    places.flatMap((place) => [...seen.subarray(4 * place, 4 * place + 4)]),
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

/** The best of what was found, best first. */
export const bestFound = <Of extends Found>(found: readonly Of[], max: number): readonly Of[] =>
  bestOf(
    found.map(({ score }) => score),
    max,
  ).map((place) => found[place]!);
