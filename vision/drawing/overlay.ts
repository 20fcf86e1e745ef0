// Masks on their picture, to be looked at: tinted, outlined, boxes and labels on top.
import { refuse } from "../error.ts";
import { type ImageSize, pixelsOf } from "../image-size.ts";
import { maskBoundingBox } from "../masks/bounding-box.ts";
import { decodeMask } from "../masks/decode.ts";
import type { Rle } from "../masks/rle.ts";
import type { Box } from "../pastes/box-mask.ts";
import { type Area, blend, type Canvas, fillRounded, strokeLines, strokeRounded } from "./canvas.ts";
import { type Colour, colourOf, inkOn } from "./colours.ts";
import { letter, type Point, strokesOf, textWidth } from "./glyphs.ts";
import { placeLabel } from "./labels.ts";

/** One thing that is drawn. */
export interface Drawn {
  /** Of the size of the picture. */
  readonly mask: Rle;
  /** [x0, y0, x1, y1] in pixels of the picture. */
  readonly box: Box;
  readonly label: string;
}

/**
 * A copy of the picture [height, width, 3] with everything drawn, larger masks below smaller ones. Refuses a mask of another size.
 */
export function drawOverlay(picture: Canvas, drawn: readonly Drawn[]): Uint8Array {
  if (picture.pixels.length !== 3 * pixelsOf(picture)) refuse("a picture has three values a pixel");
  const canvas: Canvas = { ...picture, pixels: picture.pixels.slice() };
  const line = Math.max(Math.min(picture.height, picture.width) / 320, 1);
  const coloured = drawn.map((each, index) => ({ ...each, colour: colourOf(index), span: maskBoundingBox(each.mask) }));
  for (const each of [...coloured].sort((a, b) => extentOf(b.box) - extentOf(a.box))) tint(canvas, each, line);
  for (const { box, colour } of coloured) strokeRounded(canvas, areaOf(box), 2 * line, line, colour);
  const taken: Area[] = [];
  for (const { box, label, colour } of coloured) {
    if (label === "") continue;
    taken.push(drawLabel(canvas, areaOf(box), label, colour, taken, line));
  }
  return canvas.pixels;
}

const extentOf = ([x0, y0, x1, y1]: Box): number => (x1 - x0) * (y1 - y0);
const areaOf = ([left, top, right, bottom]: Box): Area => ({ left, top, right, bottom });

/** Colour inside, and a line where the mask ends: where its blurred copy is neither 0 nor 1. */
function tint(
  canvas: Canvas,
  { mask, span, colour }: { readonly mask: Rle; readonly span: ArrayLike<number>; readonly colour: Colour },
  line: number,
): void {
  if (mask.height !== canvas.height || mask.width !== canvas.width)
    refuse(`a mask of ${mask.height} x ${mask.width} is drawn on a picture of ${canvas.height} x ${canvas.width}`);
  const [x = 0, y = 0, width = 0, height = 0] = Array.from(span);
  if (width === 0 || height === 0) return;
  const reach = Math.max(Math.round(line), 1);
  const margin = 2 * reach + 1;
  const [left, top] = [Math.max(x - margin, 0), Math.max(y - margin, 0)];
  const window = {
    width: Math.min(x + width + margin, canvas.width) - left,
    height: Math.min(y + height + margin, canvas.height) - top,
  };
  const soft = blurred(cut(mask, left, top, window), window, reach);
  for (let row = 0; row < window.height; row++)
    for (let column = 0; column < window.width; column++) {
      const inside = soft[row * window.width + column]!;
      if (inside === 0) continue;
      const edge = Math.min(1.6 * (1 - Math.abs(2 * inside - 1)), 1);
      blend(canvas, left + column, top + row, colour, Math.max(0.42 * inside, 0.95 * edge));
    }
}

function cut(mask: Rle, left: number, top: number, { height, width }: ImageSize): Float32Array {
  const whole = decodeMask(mask);
  const values = new Float32Array(height * width);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      values[row * width + column] = whole[(top + row) * mask.width + left + column]!;
  return values;
}

/** Twice the mean of 2 reach + 1 neighbours, both ways; beyond the edge it goes on as at the edge. */
function blurred(values: Float32Array, { height, width }: ImageSize, reach: number): Float32Array {
  const once = means(means(values, height, width, width, 1, reach), width, height, 1, width, reach);
  return means(means(once, height, width, width, 1, reach), width, height, 1, width, reach);
}

/** Along lines of `length` values that are `step` apart; lines are `stride` apart. */
function means(
  values: Float32Array,
  lines: number,
  length: number,
  stride: number,
  step: number,
  reach: number,
): Float32Array {
  const result = new Float32Array(values.length);
  for (let line = 0; line < lines; line++) {
    const at = (place: number): number => values[line * stride + Math.min(Math.max(place, 0), length - 1) * step] ?? 0;
    let sum = 0;
    for (let place = -reach; place <= reach; place++) sum += at(place);
    for (let place = 0; place < length; place++) {
      result[line * stride + place * step] = sum / (2 * reach + 1);
      sum += at(place + reach + 1) - at(place - reach);
    }
  }
  return result;
}

/** Answers where it is. */
function drawLabel(
  canvas: Canvas,
  box: Area,
  text: string,
  colour: Colour,
  taken: readonly Area[],
  line: number,
): Area {
  const wanted = Math.max(1.5 * line, 1.25);
  const room = (canvas.width - 2) / (textWidth(text) + 4);
  const unit = Math.min(wanted, Math.max(room, 0.5), Math.max((canvas.height - 2) / (letter.height + 4), 0.5));
  const size = { width: Math.ceil((textWidth(text) + 4) * unit), height: Math.ceil((letter.height + 4) * unit) };
  const area = placeLabel(box, size, canvas, taken);
  fillRounded(canvas, area, unit, colour, 0.92);
  const place = ([x, y]: Point): Point => [area.left + (x + 2) * unit, area.top + (y + 2) * unit];
  const strokes = strokesOf(text).map((stroke) => stroke.map(place));
  strokeLines(canvas, strokes, Math.max(0.85 * unit, 1), inkOn(colour));
  return area;
}
