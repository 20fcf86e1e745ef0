// Boxes as a table of numbers.
import { refuse, shown } from "../error.ts";

/** N boxes, four numbers each, one box behind the other: [N, 4]. */
export type Boxes = ArrayLike<number>;

/** The number of boxes. Refuses a table that ends within a box, and a coordinate that is not a finite number. */
export function countBoxes(boxes: Boxes): number {
  const { length } = boxes;
  if (length % 4 !== 0) return refuse(`boxes are four numbers each: ${length} numbers end within a box`);
  for (let at = 0; at < length; at++)
    if (!Number.isFinite(boxes[at]!))
      return refuse(`box ${at >> 2} has ${shown(boxes[at])} as its number ${at % 4}: a coordinate is a finite number`);
  return length / 4;
}
