// Six families of texture, and which colours a thing may have.
//
// Hues go round in 180 steps. Those from 0 to 70 are reserved: a seen instance that keeps to its class has one of
// them, and the texture of its class. Everything else (background, stuff, unseen classes, and seen instances that do not
// keep to their class) draws from the others and any texture. So what a pixel looks like tells most seen instances
// apart from their surroundings, and no unseen one: only the inside of the box against its border does.
import type { Random } from "../random.ts";

type Colour = readonly [red: number, green: number, blue: number];
/** The colour at a pixel. */
export type Paint = (x: number, y: number) => Colour;
/** How far a place is from the first colour to the second, 0 to 1. */
type Pattern = (u: number, v: number) => number;

const families = ["stripe", "check", "dots", "noise", "gradient", "ring"] as const;
type Family = (typeof families)[number];

/** How often a seen instance keeps to the texture of its class and the reserved hues. */
const lambda = 0.85;
const reserved = [0, 70] as const;
const universal = [75, 178] as const;

/** Of a seen instance: by its class, or as anything else. */
export const seenPaint = (random: Random, seenClass: number): Paint =>
  random.chance(lambda) ? paintOf(random, families[seenClass % families.length]!, reserved) : anyPaint(random);

/** Of everything that is no seen instance. */
export const anyPaint = (random: Random): Paint => paintOf(random, random.pick(families), universal);

/** The pixels of a pattern whose axes are turned, stand at a random place, and have a period of 4 to 10 pixels. */
function paintOf(random: Random, family: Family, [low, high]: readonly [number, number]): Paint {
  const turn = random.between(0, 2 * Math.PI);
  const step = (2 * Math.PI) / random.between(4, 10);
  const [x0, y0] = [random.between(0, 64), random.between(0, 64)];
  const pattern = patternOf(random, family);
  const hue = random.between(low, high);
  const near = Math.min(high, Math.max(low, hue + random.normal(6)));
  const first = rgb(hue, random.between(0.45, 1), random.between(0.35, 1));
  const second = rgb(near, random.between(0.45, 1), random.between(0.35, 1));
  return (x, y) => {
    const [u, v] = [step * (x - x0), step * (y - y0)];
    const share = pattern(u * Math.cos(turn) + v * Math.sin(turn), v * Math.cos(turn) - u * Math.sin(turn));
    return [0, 1, 2].map(
      (channel) => first[channel]! + share * (second[channel]! - first[channel]!),
    ) as unknown as Colour;
  };
}

function patternOf(random: Random, family: Family): Pattern {
  switch (family) {
    case "stripe":
      return (u) => step(Math.sin(u));
    case "check":
      return (u, v) => step(Math.sin(u) * Math.sin(v));
    case "dots":
      return (u, v) => step(Math.cos(u) + Math.cos(v) - 0.9);
    case "noise":
      return noise(random);
    case "gradient":
      return (u) => 0.5 + 0.5 * Math.sin(u / 8);
    case "ring":
      return (u, v) => step(Math.sin(Math.hypot(u, v)));
  }
}

const step = (value: number): number => (value > 0 ? 1 : 0);

/** Values on a lattice that repeats every 16 cells, with straight lines between them. */
function noise(random: Random): Pattern {
  const lattice = Array.from({ length: 256 }, () => random.between(0, 1));
  const at = (column: number, row: number): number => lattice[(row & 15) * 16 + (column & 15)]!;
  return (u, v) => {
    const [column, row] = [Math.floor(u / 2), Math.floor(v / 2)];
    const [right, down] = [u / 2 - column, v / 2 - row];
    const upper = at(column, row) * (1 - right) + at(column + 1, row) * right;
    const lower = at(column, row + 1) * (1 - right) + at(column + 1, row + 1) * right;
    return upper * (1 - down) + lower * down;
  };
}

/** From hue (0 to 180), saturation and value (0 to 1). */
function rgb(hue: number, saturation: number, value: number): Colour {
  const channel = (offset: number): number => {
    const place = (offset + hue / 30) % 6;
    return value * (1 - saturation * Math.max(0, Math.min(place, 4 - place, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}
