// Rows of fixed number for boxes and scores, as operators answer them; spare ones stay 0.
import type { Found } from "../../../vision/index.ts";
import { zeros } from "../kit/ndarray.ts";
import type { NDArray } from "../kit/primitive.ts";

/** Rows for boxes and scores of `count` images. */
export const emptyRows = (count: number, max: number): { readonly boxes: NDArray; readonly scores: NDArray } => ({
  boxes: zeros([count, max, 4]),
  scores: zeros([count, max]),
});

/** Writes what was found in an image, best first. */
export function writeRows(found: readonly Found[], image: number, boxes: NDArray, scores: NDArray): void {
  const max = scores.dims[1] ?? 0;
  found.forEach(({ box, score }, rank) => {
    boxes.data.set(box, 4 * (image * max + rank));
    scores.data[image * max + rank] = score;
  });
}
