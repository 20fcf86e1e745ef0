// Sixteen shapes. Masks of the first eight are seen in partial supervision; no unseen shape is one of them.
import { normalised, type Outline, type Point, polar } from "./outline.ts";

export interface SceneClass {
  readonly name: string;
  /** About (0, 0), its farthest corner at distance 1. */
  readonly outline: Outline;
}

const regular = (corners: number): Outline => polar(corners, () => 1);
const box = (width: number, height: number): Outline => [
  [-width, -height],
  [width, -height],
  [width, height],
  [-width, height],
];

/** A disc with a bite: out along one circle, back along another. */
function moon(): Outline {
  const along = (radius: number, x: number, from: number, to: number): Outline =>
    Array.from({ length: 24 }, (_, index): Point => {
      const angle = from + ((to - from) * index) / 23;
      return [x + radius * Math.cos(angle), radius * Math.sin(angle)];
    });
  // The circles of radius 1 about 0 and 0.8 about 0.55 meet at this angle, seen from each middle.
  const [outer, inner] = [Math.acos(0.6025), Math.acos(0.6025 / 0.8 - 0.55 / 0.8)];
  return [...along(1, 0, outer, 2 * Math.PI - outer), ...along(0.8, 0.55, 2 * Math.PI - inner, inner)];
}

const seen: Readonly<Record<string, Outline>> = {
  disc: regular(40),
  ellipse: polar(40, (angle) => 1 / Math.hypot(Math.cos(angle), Math.sin(angle) / 0.55)),
  rectangle: box(1, 0.5),
  square: box(1, 1),
  triangle: regular(3),
  diamond: [[0, -1], [0.6, 0], [0, 1], [-0.6, 0]], // biome-ignore format: a row of points
  pentagon: regular(5),
  trapezoid: [[-0.5, -0.6], [0.5, -0.6], [1, 0.6], [-1, 0.6]], // biome-ignore format: a row of points
};

const unseen: Readonly<Record<string, Outline>> = {
  star: Array.from({ length: 10 }, (_, index): Point => {
    const [radius, angle] = [index % 2 === 0 ? 1 : 0.42, -Math.PI / 2 + (Math.PI * index) / 5];
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }),
  // biome-ignore format: a row of points
  cross: [[-0.33, -1], [0.33, -1], [0.33, -0.33], [1, -0.33], [1, 0.33], [0.33, 0.33],
    [0.33, 1], [-0.33, 1], [-0.33, 0.33], [-1, 0.33], [-1, -0.33], [-0.33, -0.33]],
  // biome-ignore format: a row of points
  L: [[-0.8, -1], [-0.15, -1], [-0.15, 0.35], [0.8, 0.35], [0.8, 1], [-0.8, 1]],
  moon: moon(),
  // biome-ignore format: a row of points
  arrow: [[-1, -0.28], [0.1, -0.28], [0.1, -0.75], [1, 0], [0.1, 0.75], [0.1, 0.28], [-1, 0.28]],
  hexagon: regular(6),
  flower: polar(60, (angle) => 1 + 0.32 * Math.cos(5 * angle)),
  bean: polar(
    48,
    (angle) => (1 - 0.45 * Math.exp(-4 * (1 - Math.cos(angle)))) * (0.7 + 0.3 * Math.abs(Math.sin(angle))),
  ),
};

export const classes: readonly SceneClass[] = Object.entries({ ...seen, ...unseen }).map(([name, outline]) => ({
  name,
  outline: normalised(outline),
}));

/** Whether masks of the class with this index are seen in partial supervision. */
export const isSeen = (index: number): boolean => index < Object.keys(seen).length;
