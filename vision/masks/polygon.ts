// Polygons as masks, by COCO's rule: corners are rounded to fifths of a pixel, each side becomes a line of such fifths,
// and a column of pixels changes from outside to inside, or back, where a line crosses its middle.
import { refuse } from "../error.ts";
import { type ImageSize, pixelsOf } from "../image-size.ts";
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
  const corners = Int32Array.from(polygon, (coordinate) => fifths * coordinate + 0.5);
  const crossings: number[] = [];
  for (let corner = 0; corner < corners.length; corner += 2) {
    const next = (corner + 2) % corners.length;
    const [x0, y0, x1, y1] = [corners[corner]!, corners[corner + 1]!, corners[next]!, corners[next + 1]!];
    if (Math.abs(x1 - x0) >= Math.abs(y1 - y0)) crossFlat(x0, y0, x1, y1, size, crossings);
    else crossSteep(x0, y0, x1, y1, size, crossings);
  }
  crossings.push(pixels);
  crossings.sort((a, b) => a - b);
  return { height: size.height, width: size.width, counts: runsBetween(crossings) };
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
  if (length < 6) refuse(`a polygon has at least 3 corners, not ${length / 2}`);
  for (let at = 0; at < length; at++)
    if (!(Math.abs(polygon[at]!) <= farthest))
      refuse(`number ${at} of a polygon is ${polygon[at]}: a coordinate is a number of pixels, 2e8 at most`);
}

/** The columns of pixels whose middle lies between two places, in fifths, as far as the image goes. */
function columnsBetween(from: number, to: number, width: number): readonly [first: number, last: number] {
  const first = Math.ceil((from - middle) / fifths);
  const last = Math.floor((to - middle - 1) / fifths);
  return [Math.max(first, 0), Math.min(last, width - 1)];
}

/** The row at which a column changes, of a height in fifths. */
function rowOf(height: number, rows: number): number {
  const row = (height + 0.5) / fifths - 0.5;
  return Math.ceil(Math.min(Math.max(row, 0), rows));
}

/** A side that is at least as wide as it is high has one place a fifth of a column. */
function crossFlat(x0: number, y0: number, x1: number, y1: number, size: ImageSize, crossings: number[]): void {
  const [left, start, right, end] = x0 > x1 ? [x1, y1, x0, y0] : [x0, y0, x1, y1];
  const slope = (end - start) / (right - left);
  const heightAt = (x: number): number => Math.trunc(start + slope * (x - left) + 0.5);
  const [first, last] = columnsBetween(left, right, size.width);
  for (let column = first; column <= last; column++) {
    const x = fifths * column + middle;
    crossings.push(column * size.height + rowOf(Math.min(heightAt(x), heightAt(x + 1)), size.height));
  }
}

/** A side that is higher than wide has one place a fifth of a row; where it enters the next column is searched. */
function crossSteep(x0: number, y0: number, x1: number, y1: number, size: ImageSize, crossings: number[]): void {
  const [left, top, right, bottom] = y0 > y1 ? [x1, y1, x0, y0] : [x0, y0, x1, y1];
  const slope = (right - left) / (bottom - top);
  const placeAt = (step: number): number => Math.trunc(left + slope * step + 0.5);
  const [first, last] = columnsBetween(Math.min(left, right), Math.max(left, right), size.width);
  for (let column = first; column <= last; column++) {
    const x = fifths * column + middle;
    const isPast = (step: number): boolean => (slope > 0 ? placeAt(step) > x : placeAt(step) <= x);
    const step = firstStep(bottom - top, isPast);
    crossings.push(column * size.height + rowOf(top + step - 1, size.height));
  }
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

/** Runs between places, of which the last is the end of the image. A run of no length joins its neighbours. */
function runsBetween(places: readonly number[]): Uint32Array {
  const counts = new Uint32Array(places.length);
  let runs = 0;
  let from = 0;
  let joins = false;
  for (const [index, place] of places.entries()) {
    const length = place - from;
    if (joins) counts[runs - 1]! += length;
    else if (length > 0 || index === 0) counts[runs++] = length;
    joins = !joins && length === 0 && index > 0;
    from = place;
  }
  return counts.slice(0, runs);
}
