// A mask as polygons around its pixels: what a polygon cannot say, a hole, is counted and left out.
import { decodeMask } from "./decode.ts";
import type { Rle } from "./rle.ts";

export interface Contours {
  /** [x0, y0, x1, y1, …] along the edges of pixels, clockwise; one for each region. */
  readonly polygons: readonly (readonly number[])[];
  readonly holes: number;
}

/** Right, down, left, up: the sides of a pixel, walked clockwise. */
const steps = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/** Regions that touch at a corner alone are two. Refuses an RLE that is none. */
export function maskContours(rle: Rle): Contours {
  const { height, width } = rle;
  const pixels = decodeMask(rle);
  const isInside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && pixels[y * width + x] === 1;
  // A side of a pixel that has nothing beside it is walked once; it is known by the pixel and the direction.
  const walked = new Uint8Array(pixels.length);
  const polygons: number[][] = [];
  let holes = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!isInside(x, y) || isInside(x, y - 1) || (walked[y * width + x]! & 1) !== 0) continue;
      const polygon = walk(x, y, width, isInside, walked);
      if (isClockwise(polygon)) polygons.push(polygon);
      else holes++;
    }
  return { polygons, holes };
}

/** Around from the upper side of a pixel, to the right, until it comes back; its corners. */
function walk(
  left: number,
  top: number,
  width: number,
  isInside: (x: number, y: number) => boolean,
  walked: Uint8Array,
): number[] {
  const corners: number[] = [];
  let [x, y, side] = [left, top, 0];
  do {
    walked[y * width + x]! |= 1 << side;
    const [ahead, down] = steps[side] ?? [0, 0];
    // What lies to the left of the walk, one step on: behind the corner there is another pixel, or none, or one across it.
    const [out, over] = steps[(side + 3) % 4] ?? [0, 0];
    const isStraight = isInside(x + ahead, y + down);
    if (isStraight && isInside(x + ahead + out, y + down + over)) {
      [x, y, side] = [x + ahead + out, y + down + over, (side + 3) % 4];
      corners.push(...cornerOf(x, y, side));
    } else if (isStraight) [x, y] = [x + ahead, y + down];
    else {
      side = (side + 1) % 4;
      corners.push(...cornerOf(x, y, side));
    }
  } while (x !== left || y !== top || side !== 0);
  return corners;
}

/** Where the walk along a side of a pixel begins. */
const cornerOf = (x: number, y: number, side: number): readonly [number, number] => [
  x + (side === 1 || side === 2 ? 1 : 0),
  y + (side === 2 || side === 3 ? 1 : 0),
];

function isClockwise(polygon: readonly number[]): boolean {
  let twice = 0;
  for (let at = 0; at < polygon.length; at += 2) {
    const next = (at + 2) % polygon.length;
    twice += polygon[at]! * polygon[next + 1]! - polygon[next]! * polygon[at + 1]!;
  }
  return twice > 0;
}
