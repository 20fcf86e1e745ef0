// Boxes as offsets from other boxes, as the heads of two-stage detectors predict them.
import { refuse } from "../error.ts";
import type { Boxes } from "./boxes.ts";

export interface BoxCoding {
  /** The offsets of a centre are multiplied by this: 1 for proposals, 10 for the final boxes of Mask R-CNN. */
  readonly center: number;
  /** The logarithms of height and width are multiplied by this: 1 for proposals, 5 for final boxes. */
  readonly extent: number;
}

/** A decoded side is at most this many sides of its anchor. */
export const longestSide = 1000 / 16;

/**
 * Boxes [N, 4] against anchors [N, 4], both two corners each, xyxy or yxyx: the offsets of the centre in sides of the
 * anchor, and the logarithms of the sides in sides of the anchor. A box or anchor without area gives what is not finite,
 * as in the released code. Refuses lists of unequal length, or that end within a box.
 */
export function encodeBoxes(boxes: Boxes, anchors: Boxes, { center, extent }: BoxCoding): Float64Array {
  checkPairs(boxes, anchors);
  const codes = new Float64Array(boxes.length);
  for (let at = 0; at < codes.length; at++) {
    const [box, anchor] = [span(boxes, at), span(anchors, at)];
    const isCenter = at % 4 < 2;
    codes[at] = isCenter
      ? ((box.middle - anchor.middle) / anchor.side) * center
      : Math.log(box.side / anchor.side) * extent;
  }
  return codes;
}

/** What `encodeBoxes` made, as boxes again; sides end at `longestSide`. Refuses what it does. */
export function decodeBoxes(codes: Boxes, anchors: Boxes, { center, extent }: BoxCoding): Float64Array {
  checkPairs(codes, anchors);
  const boxes = new Float64Array(codes.length);
  for (let box = 0; box < boxes.length; box += 4) {
    for (const at of [box, box + 1]) {
      const anchor = span(anchors, at);
      const side = Math.exp(Math.min(codes[at + 2]! / extent, Math.log(longestSide))) * anchor.side;
      boxes[at] = (codes[at]! / center) * anchor.side + anchor.middle - side / 2;
      boxes[at + 2] = boxes[at]! + side;
    }
  }
  return boxes;
}

/** The middle and the side of a box along the axis of its number `at`. */
function span(boxes: Boxes, at: number): { readonly middle: number; readonly side: number } {
  const first = at % 4 < 2 ? at : at - 2;
  const side = boxes[first + 2]! - boxes[first]!;
  return { middle: boxes[first]! + side / 2, side };
}

function checkPairs(boxes: Boxes, anchors: Boxes): void {
  if (boxes.length !== anchors.length)
    refuse(`${boxes.length} numbers of boxes do not go with ${anchors.length} of anchors`);
  if (boxes.length % 4 !== 0) refuse(`boxes are four numbers each: ${boxes.length} numbers end within a box`);
}

/** Boxes [N, 4] as two corners each, cut at 0 and at the extents of the two axes. Refuses a list that ends within a box. */
export function clipBoxes(boxes: Boxes, extents: readonly [number, number]): Float64Array {
  if (boxes.length % 4 !== 0) refuse(`boxes are four numbers each: ${boxes.length} numbers end within a box`);
  return Float64Array.from(boxes, (coordinate, at) => Math.max(Math.min(coordinate, extents[at % 2]!), 0));
}
