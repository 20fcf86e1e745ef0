// Polygons as masks, by COCO's rule: corners are rounded to fifths of a pixel, each side becomes a line of such fifths,
// and a column of pixels changes from outside to inside, or back, where a line crosses its middle.
import { refuse, shown } from "../error.ts";
import { type ImageSize, pixelsOf } from "../image-size.ts";
import { type Crossings, crossingsIn } from "./crossings.ts";
import { mergeMasks } from "./merge.ts";
import type { Rle } from "./rle.ts";

/** Fifths of a pixel and their differences are 32-bit integers. */
const farthest = 2e8;
const fifths = 5;
/** Of the five columns of fifths in a pixel, the middle one: a line crosses a pixel's middle on its right-hand side. */
const middle = 2;

/**
 * The mask of a polygon [x0, y0, x1, y1, …] in pixels, closed by itself; what lies outside the image is cut off. Equal
 * to pycocotools. Costs time and memory by the columns of the image that its sides cross, wherever its corners lie.
 * Refuses fewer than 3 corners, half a corner, and a coordinate that is no number or beyond 2e8.
 */
export function rleFromPolygon(polygon: ArrayLike<number>, size: ImageSize): Rle {
  const pixels = pixelsOf(size);
  checkPolygon(polygon);
  const sides = sidesOf(polygon, size.width);
  const most = sides.reduce((sum, { first, last }) => sum + Math.max(last - first + 1, 0), 0);
  const crossings = crossingsIn(pixels, most);
  for (const side of sides) cross(side, size, crossings);
  return { height: size.height, width: size.width, counts: runsBetween(crossings.places(), pixels) };
}

/** The union of polygons: `segmentation` of a COCO annotation. Refuses none at all, and what `rleFromPolygon` does. */
export function rleFromPolygons(polygons: readonly ArrayLike<number>[], size: ImageSize): Rle {
  return mergeMasks(polygons.map((polygon) => rleFromPolygon(polygon, size)));
}

/** The mask of a box [x, y, width, height] in pixels, as the polygon of its corners. Equal to pycocotools. */
export function rleFromBox([x, y, width, height]: readonly [number, number, number, number], size: ImageSize): Rle {
  return rleFromPolygon([x, y, x, y + height, x + width, y + height, x + width, y], size);
}

function checkPolygon(polygon: ArrayLike<number>): void {
  const { length } = polygon;
  if (length % 2 === 1) refuse(`a polygon is x, y, x, y, …: ${length} numbers end within a corner`);
  if (!(length >= 6)) refuse(`a polygon has at least 3 corners, not ${length / 2}`);
  for (let at = 0; at < length; at++)
    if (!Number.isFinite(polygon[at]) || Math.abs(polygon[at]!) > farthest)
      refuse(`number ${at} of a polygon is ${shown(polygon[at])}: a coordinate is a number of pixels, 2e8 at most`);
}

/** A side in fifths, from left to right where it is at least as wide as high, else from top to bottom. */
interface Side {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** The columns of pixels whose middle it crosses, as far as the image goes; none, where `last` is before `first`. */
  readonly first: number;
  readonly last: number;
}

function sidesOf(polygon: ArrayLike<number>, columns: number): readonly Side[] {
  const corners = Int32Array.from(polygon, (coordinate) => fifths * coordinate + 0.5);
  return Array.from({ length: corners.length / 2 }, (_, index) => {
    const next = (2 * index + 2) % corners.length;
    return sideOf(corners[2 * index]!, corners[2 * index + 1]!, corners[next]!, corners[next + 1]!, columns);
  });
}

function sideOf(x0: number, y0: number, x1: number, y1: number, columns: number): Side {
  const first = Math.max(Math.ceil((Math.min(x0, x1) - middle) / fifths), 0);
  const last = Math.min(Math.floor((Math.max(x0, x1) - middle - 1) / fifths), columns - 1);
  const isTurned = Math.abs(x1 - x0) >= Math.abs(y1 - y0) ? x0 > x1 : y0 > y1;
  return isTurned ? { x0: x1, y0: y1, x1: x0, y1: y0, first, last } : { x0, y0, x1, y1, first, last };
}

function cross(side: Side, { height }: ImageSize, crossings: Crossings): void {
  const heightAt = side.x1 - side.x0 >= Math.abs(side.y1 - side.y0) ? flatHeight(side) : steepHeight(side);
  for (let column = side.first; column <= side.last; column++)
    crossings.add(column * height + rowOf(heightAt(fifths * column + middle), height));
}

/** A side that is at least as wide as high has one place a fifth of a column; the upper of the two beside x counts. */
function flatHeight({ x0, y0, x1, y1 }: Side): (x: number) => number {
  const slope = (y1 - y0) / (x1 - x0);
  const heightAt = (x: number): number => Math.trunc(y0 + slope * (x - x0) + 0.5);
  return (x) => Math.min(heightAt(x), heightAt(x + 1));
}

/** A side that is higher than wide has one place a fifth of a row; the last before it passes x is searched. */
function steepHeight({ x0, y0, x1, y1 }: Side): (x: number) => number {
  const slope = (x1 - x0) / (y1 - y0);
  const placeAt = (step: number): number => Math.trunc(x0 + slope * step + 0.5);
  return (x) => {
    const isPast = (step: number): boolean => (slope > 0 ? placeAt(step) > x : placeAt(step) <= x);
    return y0 + firstStep(y1 - y0, isPast) - 1;
  };
}

/** The first of the steps 1 to `last` that is past, when all after one that is are. */
function firstStep(last: number, isPast: (step: number) => boolean): number {
  let [low, high] = [1, last];
  while (low < high) {
    const between = Math.floor((low + high) / 2);
    if (isPast(between)) high = between;
    else low = between + 1;
  }
  return low;
}

/** The row at which a column changes, of a height in fifths. */
function rowOf(height: number, rows: number): number {
  const row = (height + 0.5) / fifths - 0.5;
  return Math.ceil(Math.min(Math.max(row, 0), rows));
}

/** The runs of an image that changes at places in order. */
function runsBetween(places: Uint32Array, pixels: number): Uint32Array {
  const inside = places.at(-1) === pixels ? places.subarray(0, -1) : places;
  const counts = new Uint32Array(inside.length + 1);
  let from = 0;
  for (let run = 0; run < inside.length; run++) {
    counts[run] = inside[run]! - from;
    from = inside[run]!;
  }
  counts[inside.length] = pixels - from;
  return counts;
}
