// Boxes between a picture as it is seen and the input of a network. In a picture they are [x0, y0, x1, y1] in pixels,
// in a network [ymin, xmin, ymax, xmax] of its input, padding included.
import type { Box, ImageSize, Placement } from "../../vision/index.ts";
import type { MasksMeaning } from "./told.ts";

export function toInput([x0, y0, x1, y1]: Box, seen: ImageSize, place: Placement, units: MasksMeaning["boxes"]): Box {
  const [down, across] = scales(seen, place, units);
  return [y0 * down, x0 * across, y1 * down, x1 * across];
}

export function toPicture(box: Box, seen: ImageSize, place: Placement, units: MasksMeaning["boxes"]): Box {
  const [ymin, xmin, ymax, xmax] = box;
  const [down, across] = scales(seen, place, units);
  return [xmin / across, ymin / down, xmax / across, ymax / down];
}

/** What one pixel of the picture is in the input. */
function scales(seen: ImageSize, { image, input }: Placement, units: MasksMeaning["boxes"]): readonly [number, number] {
  const [height, width] = units === "pixels" ? [1, 1] : [input.height, input.width];
  return [image.height / seen.height / height, image.width / seen.width / width];
}

/** The part of a box that lies in a picture; undefined where none does. */
export function clipped([x0, y0, x1, y1]: Box, { height, width }: ImageSize): Box | undefined {
  const box: Box = [Math.max(x0, 0), Math.max(y0, 0), Math.min(x1, width), Math.min(y1, height)];
  return box[2] > box[0] && box[3] > box[1] ? box : undefined;
}

/** A number as it is, a word cut short, of anything else its kind. */
function shownValue(value: unknown): string {
  if (typeof value === "string") return value.length > 20 ? `${value.slice(0, 20)}…` : value;
  return typeof value === "number" || value === null ? String(value) : typeof value;
}

/** Why a box of a picture has no mask, with its numbers; undefined where it has one. */
export function boxProblem(box: readonly unknown[], size: ImageSize): string | undefined {
  const shown = box.slice(0, 8).map(shownValue).join(",");
  if (box.some(Array.isArray)) return "a box is x0,y0,x1,y1, but this one is a list of lists";
  if (box.length !== 4)
    return `a box is x0,y0,x1,y1, but ${shown} has ${box.length} ${box.length === 1 ? "number" : "numbers"}`;
  if (!box.every((value) => typeof value === "number" && Number.isFinite(value)))
    return `box ${shown} is not four numbers`;
  const [x0, y0, x1, y1] = box as Box;
  const turned = [x1 < x0 && "x1 is less than x0", y1 < y0 && "y1 is less than y0"].filter(Boolean);
  if (turned.length > 0) return `box ${shown} is inverted: ${turned.join(", and ")}`;
  if (x1 === x0 || y1 === y0) return `box ${shown} has no area`;
  if (!clipped([x0, y0, x1, y1], size))
    return `box ${shown} lies outside of the picture, which is ${size.width} x ${size.height}`;
  return undefined;
}
