// One box, several ways to write it.
import { refuse } from "../error.ts";
import { type ImageSize, pixelsOf } from "../image-size.ts";
import { type Boxes, countBoxes } from "./boxes.ts";

/**
 * xyxy: left, top, right, bottom (torchvision, detectron2). xywh: left, top, width, height (COCO). yxyx: top, left,
 * bottom, right (TensorFlow, ONNX).
 */
export type BoxForm = "xyxy" | "xywh" | "yxyx";

type Corners = readonly [left: number, top: number, right: number, bottom: number];

function toCorners(form: BoxForm, a: number, b: number, c: number, d: number): Corners {
  switch (form) {
    case "xyxy":
      return [a, b, c, d];
    case "xywh":
      return [a, b, a + c, b + d];
    case "yxyx":
      return [b, a, d, c];
    default:
      return refuse(`there is no box form ${form satisfies never}: xyxy, xywh and yxyx are`);
  }
}

function fromCorners(form: BoxForm, [left, top, right, bottom]: Corners): Corners {
  switch (form) {
    case "xyxy":
      return [left, top, right, bottom];
    case "xywh":
      return [left, top, right - left, bottom - top];
    case "yxyx":
      return [top, left, bottom, right];
    default:
      return refuse(`there is no box form ${form satisfies never}: xyxy, xywh and yxyx are`);
  }
}

/** Boxes [N, 4] of one form in another. Refuses what `countBoxes` does. */
export function convertBoxes(boxes: Boxes, from: BoxForm, to: BoxForm): Float64Array {
  const count = countBoxes(boxes);
  const converted = new Float64Array(4 * count);
  for (let at = 0; at < converted.length; at += 4) {
    const corners = toCorners(from, boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!);
    converted.set(fromCorners(to, corners), at);
  }
  return converted;
}

/** What each number of a box is measured against, in pixels. */
function extentsOf(form: BoxForm, size: ImageSize): readonly number[] {
  pixelsOf(size);
  const { height, width } = size;
  return form === "yxyx" ? [height, width, height, width] : [width, height, width, height];
}

/** Boxes [N, 4] in pixels as parts of the image: its far edges are at 1. Refuses what is no box or no image size. */
export function normalizeBoxes(boxes: Boxes, form: BoxForm, size: ImageSize): Float64Array {
  countBoxes(boxes);
  const extents = extentsOf(form, size);
  return Float64Array.from(boxes, (coordinate, at) => coordinate / extents[at % 4]!);
}

/** Boxes [N, 4] as parts of the image in pixels. Refuses what is no box or no image size. */
export function denormalizeBoxes(boxes: Boxes, form: BoxForm, size: ImageSize): Float64Array {
  countBoxes(boxes);
  const extents = extentsOf(form, size);
  return Float64Array.from(boxes, (coordinate, at) => coordinate * extents[at % 4]!);
}
