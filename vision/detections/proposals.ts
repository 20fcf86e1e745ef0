// What a region proposal network says, as boxes.
import { type AnchorOptions, anchorSides, anchorsPerCell } from "../boxes/anchors.ts";
import { clipBoxes, decodeBoxes } from "../boxes/coding.ts";
import { bestFound, type Found, keepBoxes, noScore } from "./keep.ts";
import { checkLength } from "./lengths.ts";
import { bestOf } from "./ranking.ts";

/** One level of one image: logits [H, W, A] and codes [H, W, 4·A]. */
export interface ProposalLevel {
  readonly height: number;
  readonly width: number;
  readonly logits: ArrayLike<number>;
  readonly codes: ArrayLike<number>;
}

export interface ProposalOptions extends AnchorOptions {
  /** Proposals of the image. */
  readonly post: number;
  /** Candidates of each level, before those that overlap go. */
  readonly pre: number;
  readonly iou: number;
  /** Pixels from one cell of the first level to the next; every level doubles it. */
  readonly stride: number;
}

/** Proposals have no scales of codes. */
const plain = { center: 1, extent: 1 };

/**
 * The best proposals of an image, in pixels, best first: levels finest first, boxes clipped to `extents`, [height, width].
 * They are sorted by their logits, which all engines have alike; probabilities differ in the last digit.
 * Refuses levels whose lists do not go with their sizes.
 */
export function decodeProposals(
  levels: readonly ProposalLevel[],
  extents: readonly [number, number],
  options: ProposalOptions,
): readonly Found[] {
  const found = levels.flatMap((level, at) => foundIn(level, options.stride * 2 ** at, extents, options));
  return bestFound(found, options.post).map(({ box, score }) => ({ box, score: 1 / (1 + Math.exp(-score)) }));
}

function foundIn(
  { height, width, logits, codes }: ProposalLevel,
  stride: number,
  extents: readonly [number, number],
  options: ProposalOptions,
): readonly Found[] {
  const perCell = anchorsPerCell(options);
  checkLength("logits of a level", logits, height * width * perCell);
  checkLength("codes of a level", codes, 4 * logits.length);
  const places = bestOf(logits, options.pre);
  const sides = anchorSides(stride, options);
  const anchors = places.flatMap((place) => {
    const cell = Math.floor(place / perCell);
    const [y, x] = [(Math.floor(cell / width) + 0.5) * stride, ((cell % width) + 0.5) * stride];
    const [tall, wide] = sides[place % perCell]!;
    return [y - tall / 2, x - wide / 2, y + tall / 2, x + wide / 2];
  });
  const ownCodes = places.flatMap((place) => [0, 1, 2, 3].map((side) => codes[4 * place + side]!));
  const boxes = clipBoxes(decodeBoxes(ownCodes, anchors, plain), extents);
  const best = places.map((place) => logits[place]!);
  return keepBoxes(boxes, best, { iou: options.iou, max: options.post, above: noScore }).map((at) => ({
    box: boxes.subarray(4 * at, 4 * at + 4),
    score: best[at]!,
  }));
}
