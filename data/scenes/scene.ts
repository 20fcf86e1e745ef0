// One synthetic scene: a textured ground, stuff, and three to five shapes that hide each other. The same seed, split and
// index give the same scene, whatever was drawn before.
import { type Random, randomFrom } from "../random.ts";
import { classes, isSeen } from "./classes.ts";
import { fill, type Outline, type Placement, type Point, placed, polar } from "./outline.ts";
import { anyPaint, type Paint, seenPaint } from "./texture.ts";

/** Pixels along each side. */
export const sceneSize = 64;

export type Split = "train" | "val";

export interface Instance {
  /** What its pixels hold in `ids`; from 1. */
  readonly id: number;
  /** An index of `classes`. */
  readonly category: number;
  /** Around the visible pixels: [x0, y0, x1, y1], the far sides not included. */
  readonly box: readonly [number, number, number, number];
  /** Visible pixels. */
  readonly area: number;
}

export interface Scene {
  /** Red, green and blue of every pixel, row by row. */
  readonly pixels: Uint8Array;
  /** For every pixel the instance that is on top, or 0. */
  readonly ids: Uint8Array;
  readonly instances: readonly Instance[];
}

interface Canvas {
  readonly colours: Float64Array;
  readonly ids: Uint8Array;
}

interface Shape {
  readonly category: number;
  readonly place: Placement;
  /** Pixels inside the image, hidden ones too. */
  readonly whole: number;
}

/** Less than this share, or fewer pixels, is no instance: its pixels stay, without an id. */
const leastVisible = 0.3;
const leastArea = 40;

export function drawScene(seed: number, split: Split, index: number): Scene {
  const random = randomFrom(seed, split === "train" ? 0 : 1, index);
  const canvas: Canvas = { colours: new Float64Array(3 * sceneSize ** 2), ids: new Uint8Array(sceneSize ** 2) };
  const ground: Outline = [[0, 0], [sceneSize, 0], [sceneSize, sceneSize], [0, sceneSize]]; // biome-ignore format: a row of points
  cover(canvas, ground, anyPaint(random), 0);
  for (let left = random.whole(1, 4); left > 0; left--) cover(canvas, stuff(random), anyPaint(random), 0);
  const shapes: Shape[] = [];
  for (let left = random.whole(3, 5); left > 0; left--)
    shapes.push(drawShape(canvas, random, shapes.at(-1), shapes.length + 1));
  const instances = shapes.flatMap((shape, order) => visible(canvas.ids, shape, order + 1));
  const named = new Set(instances.map(({ id }) => id));
  return {
    pixels: photographed(canvas.colours, random),
    ids: canvas.ids.map((id) => (named.has(id) ? id : 0)),
    instances,
  };
}

/** A blob of three to six waves. */
function stuff(random: Random): Outline {
  const waves = [2, 3, 4, 5].map((count) => ({ count, high: random.between(0, 0.22), start: random.between(0, 7) }));
  const blob = polar(40, (angle) =>
    waves.reduce((r, { count, high, start }) => r + high * Math.cos(count * angle + start), 1),
  );
  const [x, y] = [random.between(0, sceneSize), random.between(0, sceneSize)];
  return placed(blob, { x, y, radius: random.between(6, 16), turn: 0, aspect: random.between(0.6, 1.7) });
}

function drawShape(canvas: Canvas, random: Random, before: Shape | undefined, id: number): Shape {
  const repeats = before !== undefined && random.chance(0.15);
  const category = repeats ? before.category : random.whole(0, classes.length - 1);
  const radius = random.between(9, 19);
  const [x, y] = repeats ? beside(random, before.place, radius) : anywhere(random);
  const place = { x, y, radius, turn: random.between(0, 2 * Math.PI), aspect: Math.exp(random.normal(0.12)) };
  const paint = isSeen(category) ? seenPaint(random, category) : anyPaint(random);
  const whole = cover(canvas, placed(classes[category]!.outline, place), paint, id);
  return { category, place, whole };
}

const anywhere = (random: Random): Point => [random.between(8, sceneSize - 8), random.between(8, sceneSize - 8)];

/** A place at 0.8 to 1.2 of the distance at which two shapes would touch, inside the image. */
function beside(random: Random, { x, y, radius }: Placement, own: number): Point {
  const [angle, far] = [random.between(0, 2 * Math.PI), (radius + own) * random.between(0.8, 1.2)];
  const inside = (at: number): number => Math.min(sceneSize - 6, Math.max(6, at));
  return [inside(x + far * Math.cos(angle)), inside(y + far * Math.sin(angle))];
}

/** Paints over what is there; answers how many pixels. */
function cover({ colours, ids }: Canvas, outline: Outline, paint: Paint, id: number): number {
  let count = 0;
  fill(outline, sceneSize, (x, y) => {
    colours.set(paint(x, y), 3 * (y * sceneSize + x));
    ids[y * sceneSize + x] = id;
    count++;
  });
  return count;
}

function visible(ids: Uint8Array, { category, whole }: Shape, id: number): readonly Instance[] {
  let [x0, y0, x1, y1, area] = [sceneSize, sceneSize, 0, 0, 0];
  ids.forEach((each, at) => {
    if (each !== id) return;
    const [x, y] = [at % sceneSize, Math.floor(at / sceneSize)];
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
    area++;
  });
  if (area < leastArea || area < leastVisible * whole) return [];
  return [{ id, category, box: [x0, y0, x1, y1], area }];
}

/** Light from one side and the noise of a sensor. */
function photographed(colours: Float64Array, random: Random): Uint8Array {
  const [gain, across, down] = [random.between(0.8, 1.1), random.normal(0.1), random.normal(0.1)];
  return Uint8Array.from(colours, (value, at) => {
    const [x, y] = [Math.floor(at / 3) % sceneSize, Math.floor(at / (3 * sceneSize))];
    const light = gain + across * (x / sceneSize - 0.5) + down * (y / sceneSize - 0.5);
    return Math.round(255 * Math.min(1, Math.max(0, value * light + random.normal(0.03))));
  });
}
