// Where labels go: at their box, never outside of the picture, and off each other where there is room.
import type { ImageSize } from "../image-size.ts";
import type { Area } from "./canvas.ts";

/**
 * The area of a label of a size: above the box, else in it, below it, or at its right end. Whatever the box, it lies within the
 * picture; a label that is larger than the picture is cut to it.
 */
export function placeLabel(box: Area, label: ImageSize, picture: ImageSize, taken: readonly Area[]): Area {
  const places: readonly (readonly [left: number, top: number])[] = [
    [box.left, box.top - label.height],
    [box.left, box.top],
    [box.left, box.bottom],
    [box.left, box.bottom - label.height],
    [box.right - label.width, box.top - label.height],
    [box.right - label.width, box.top],
  ];
  const areas = places.map(([left, top]) => within(left, top, label, picture));
  const isUsable = (area: Area, i: number): boolean =>
    area.top === Math.round(places[i]?.[1] ?? 0) && taken.every((other) => !overlap(area, other));
  return areas.find(isUsable) ?? areas.find((area) => taken.every((other) => !overlap(area, other))) ?? areas[0]!;
}

function within(left: number, top: number, label: ImageSize, picture: ImageSize): Area {
  const [width, height] = [Math.min(label.width, picture.width), Math.min(label.height, picture.height)];
  const [x, y] = [
    Math.min(Math.max(Math.round(left), 0), Math.floor(picture.width - width)),
    Math.min(Math.max(Math.round(top), 0), Math.floor(picture.height - height)),
  ];
  return { left: x, top: y, right: x + width, bottom: y + height };
}

const overlap = (a: Area, b: Area): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
