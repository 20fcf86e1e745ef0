// Shapes blended into a picture, with soft edges: a shape says how far inside of it a point lies, in pixels.
import type { ImageSize } from "../image-size.ts";
import type { Colour } from "./colours.ts";
import type { Point, Stroke } from "./glyphs.ts";

/** Pixels [height, width, 3], written to. */
export interface Canvas extends ImageSize {
  readonly pixels: Uint8Array;
}

/** From column and row on, up to others. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function blend({ width, pixels }: Canvas, column: number, row: number, colour: Colour, part: number): void {
  const at = 3 * (row * width + column);
  for (let channel = 0; channel < 3; channel++) {
    const old = pixels[at + channel]!;
    pixels[at + channel] = Math.round(old + ((colour[channel] ?? 0) - old) * part);
  }
}

/** Fills where `inside` is above 0, fading over the pixel at the edge. */
function fill(
  canvas: Canvas,
  { left, top, right, bottom }: Area,
  inside: (x: number, y: number) => number,
  colour: Colour,
  opacity = 1,
): void {
  const [firstRow, lastRow] = [Math.max(Math.floor(top), 0), Math.min(Math.ceil(bottom), canvas.height)];
  const [firstColumn, lastColumn] = [Math.max(Math.floor(left), 0), Math.min(Math.ceil(right), canvas.width)];
  for (let row = firstRow; row < lastRow; row++)
    for (let column = firstColumn; column < lastColumn; column++) {
      const part = Math.min(Math.max(inside(column + 0.5, row + 0.5) + 0.5, 0), 1);
      if (part > 0) blend(canvas, column, row, colour, part * opacity);
    }
}

export function fillRounded(canvas: Canvas, area: Area, radius: number, colour: Colour, opacity = 1): void {
  fill(canvas, area, (x, y) => insideRounded(area, radius, x, y), colour, opacity);
}

/** A frame of lines `thickness` wide, whose middle is the edge of the area. */
export function strokeRounded(canvas: Canvas, area: Area, radius: number, thickness: number, colour: Colour): void {
  const half = thickness / 2;
  const onEdge = (x: number, y: number): number => half - Math.abs(insideRounded(area, radius, x, y));
  const { left, top, right, bottom } = area;
  const near = half + radius + 1;
  // Four strips: what lies within a large box is not looked at.
  const above = {
    left: left - near,
    top: top - near,
    right: right + near,
    bottom: Math.min(top + near, bottom + near),
  };
  const below = { ...above, top: Math.max(bottom - near, above.bottom), bottom: bottom + near };
  const sides = { top: above.bottom, bottom: below.top };
  const before = { ...sides, left: left - near, right: Math.min(left + near, right + near) };
  const after = { ...sides, left: Math.max(right - near, before.right), right: right + near };
  for (const strip of [above, below, before, after]) fill(canvas, strip, onEdge, colour);
}

function insideRounded({ left, top, right, bottom }: Area, radius: number, x: number, y: number): number {
  const [across, down] = [Math.min(x - left, right - x) - radius, Math.min(y - top, bottom - y) - radius];
  if (across >= 0 || down >= 0) return Math.min(across, down) + radius;
  return radius - Math.hypot(across, down);
}

/** Lines `thickness` wide with round ends. */
export function strokeLines(canvas: Canvas, strokes: readonly Stroke[], thickness: number, colour: Colour): void {
  const half = thickness / 2;
  for (const stroke of strokes) {
    const [xs, ys] = [stroke.map(([x]) => x), stroke.map(([, y]) => y)];
    const area = {
      left: Math.min(...xs) - half - 1,
      top: Math.min(...ys) - half - 1,
      right: Math.max(...xs) + half + 1,
      bottom: Math.max(...ys) + half + 1,
    };
    fill(canvas, area, (x, y) => half - distance(stroke, x, y), colour);
  }
}

/** From a point to the nearest of the lines. */
function distance(stroke: Stroke, x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < stroke.length; i++) {
    const [[a, b], [c, d]] = [stroke[i - 1] as Point, stroke[i] as Point];
    const [dx, dy] = [c - a, d - b];
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.min(Math.max(((x - a) * dx + (y - b) * dy) / length, 0), 1);
    nearest = Math.min(nearest, Math.hypot(x - a - along * dx, y - b - along * dy));
  }
  return nearest;
}
