// Greedy suppression: of boxes that cover the same thing, the one with the best score.
import { refuse } from "../error.ts";
import { type Boxes, countBoxes } from "./boxes.ts";

/**
 * Which overlaps are too much: those above the threshold (ONNX's NonMaxSuppression, torchvision, pycocotools), or those
 * that reach it as well (the suppression of TensorFlow's Model Garden, and so of Deep-MARC).
 */
export type Suppression = "above" | "at-least";

export interface SuppressOptions {
  /** Intersection over union, 0 to 1. */
  readonly threshold: number;
  readonly suppress?: Suppression;
  /** The most boxes that are kept; all that may be, if it is left out. */
  readonly max?: number;
}

/**
 * The numbers of the boxes that are kept, best score first; of equal scores, the one that stands first. Boxes [N, 4] are
 * two corners each, xyxy or yxyx; a box without area overlaps with nothing. Time grows with N times the number kept.
 * Refuses what `countBoxes` does, scores that are not one number a box, and a threshold or max that is none.
 */
export function suppressBoxes(boxes: Boxes, scores: ArrayLike<number>, options: SuppressOptions): Uint32Array {
  const { threshold, suppress = "above", max = scores.length } = options;
  checkOptions(boxes, scores, threshold, max);
  const order = Uint32Array.from(scores, (_, box) => box).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const isTooMuch = (overlap: number): boolean => (suppress === "above" ? overlap > threshold : overlap >= threshold);
  const kept: number[] = [];
  for (const box of order) {
    if (kept.length >= max) break;
    if (!kept.some((better) => isTooMuch(cornerIou(boxes, 4 * better, 4 * box)))) kept.push(box);
  }
  return Uint32Array.from(kept);
}

function checkOptions(boxes: Boxes, scores: ArrayLike<number>, threshold: number, max: number): void {
  const count = countBoxes(boxes);
  if (scores.length !== count) refuse(`${count} boxes cannot have ${scores.length} scores`);
  for (let box = 0; box < count; box++) if (Number.isNaN(scores[box])) refuse(`the score of box ${box} is NaN`);
  if (!(threshold >= 0 && threshold <= 1)) refuse(`an overlap is 0 to 1, and the threshold is ${threshold}`);
  if (!Number.isInteger(max) || max < 0) refuse(`${max} is no number of boxes to keep`);
}

function cornerIou(boxes: Boxes, a: number, b: number): number {
  const width = Math.min(boxes[a + 2]!, boxes[b + 2]!) - Math.max(boxes[a]!, boxes[b]!);
  const height = Math.min(boxes[a + 3]!, boxes[b + 3]!) - Math.max(boxes[a + 1]!, boxes[b + 1]!);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (areaOf(boxes, a) + areaOf(boxes, b) - shared);
}

const areaOf = (boxes: Boxes, at: number): number => (boxes[at + 2]! - boxes[at]!) * (boxes[at + 3]! - boxes[at + 1]!);
