// Closed outlines around (0, 0), and the pixels that they hold.

export type Point = readonly [x: number, y: number];
export type Outline = readonly Point[];

/** An outline whose distance from the middle is a function of the angle, in `count` corners. */
export function polar(count: number, radius: (angle: number) => number, start = -Math.PI / 2): Outline {
  return Array.from({ length: count }, (_, index): Point => {
    const angle = start + (2 * Math.PI * index) / count;
    return [radius(angle) * Math.cos(angle), radius(angle) * Math.sin(angle)];
  });
}

/** The same outline about the middle of its box, its farthest corner at distance 1. */
export function normalised(outline: Outline): Outline {
  const middle = ([0, 1] as const).map((axis) => {
    const along = outline.map((point) => point[axis]);
    return (Math.min(...along) + Math.max(...along)) / 2;
  });
  const moved = outline.map(([x, y]): Point => [x - middle[0]!, y - middle[1]!]);
  const farthest = Math.max(...moved.map(([x, y]) => Math.hypot(x, y)));
  return moved.map(([x, y]): Point => [x / farthest, y / farthest]);
}

export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Radians. */
  readonly turn: number;
  /** Width over height, before turning. */
  readonly aspect: number;
}

export function placed(outline: Outline, { x, y, radius, turn, aspect }: Placement): Outline {
  const [cos, sin] = [radius * Math.cos(turn), radius * Math.sin(turn)];
  const [wide, high] = [Math.sqrt(aspect), 1 / Math.sqrt(aspect)];
  return outline.map(([u, v]): Point => [x + cos * wide * u - sin * high * v, y + sin * wide * u + cos * high * v]);
}

/** Calls `paint` for every pixel of a square image whose middle lies inside, by the even-odd rule. */
export function fill(outline: Outline, size: number, paint: (x: number, y: number) => void): void {
  for (let y = 0; y < size; y++) {
    const crossings = crossingsAt(outline, y + 0.5);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const first = Math.max(0, Math.ceil(crossings[pair]! - 0.5));
      const last = Math.min(size - 1, Math.ceil(crossings[pair + 1]! - 0.5) - 1);
      for (let x = first; x <= last; x++) paint(x, y);
    }
  }
}

function crossingsAt(outline: Outline, height: number): readonly number[] {
  const found: number[] = [];
  outline.forEach(([x0, y0], index) => {
    const [x1, y1] = outline[(index + 1) % outline.length]!;
    if (y0 <= height !== y1 <= height) found.push(x0 + ((height - y0) / (y1 - y0)) * (x1 - x0));
  });
  return found.sort((a, b) => a - b);
}
