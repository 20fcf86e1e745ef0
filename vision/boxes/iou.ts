// How far boxes overlap.
import { refuse } from "../error.ts";
import { type Boxes, countBoxes } from "./boxes.ts";

/** Refuses a list of crowds that does not go with the truths. */
export function checkCrowd(truths: number, crowd: readonly boolean[] | undefined): void {
  if (crowd && crowd.length !== truths) refuse(`${truths} truths cannot have ${crowd.length} marks of crowds`);
}

/**
 * Intersection over union of each of M detections with each of N truths, boxes in the form xywh: [M, N], row after row.
 * Where a truth is a crowd, the area of the detection stands for the union. Equal to `iou` of pycocotools.
 * Refuses what `countBoxes` does, and a list of crowds of another length.
 */
export function boxIou(detections: Boxes, truths: Boxes, crowd?: readonly boolean[]): Float64Array {
  const [rows, columns] = [countBoxes(detections), countBoxes(truths)];
  checkCrowd(columns, crowd);
  const overlaps = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      overlaps[row * columns + column] = overlap(detections, 4 * row, truths, 4 * column, crowd?.[column] ?? false);
  return overlaps;
}

function overlap(a: Boxes, i: number, b: Boxes, j: number, crowd: boolean): number {
  const width = Math.min(a[i + 2]! + a[i]!, b[j + 2]! + b[j]!) - Math.max(a[i]!, b[j]!);
  const height = Math.min(a[i + 3]! + a[i + 1]!, b[j + 3]! + b[j + 1]!) - Math.max(a[i + 1]!, b[j + 1]!);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  const area = a[i + 2]! * a[i + 3]!;
  return shared / (crowd ? area : area + b[j + 2]! * b[j + 3]! - shared);
}
