// The boxes that stand around every cell of a map before a network has looked.

export interface AnchorOptions {
  /** The side of a square anchor, in steps of the map: 8 with one scale, 4 with three, as released. */
  readonly size: number;
  /** How many sizes, each the 2^(1/scales)-fold of the one before. */
  readonly scales: number;
}

/** Width to height, as all released configurations have them. */
const ratios = [0.5, 1, 2] as const;

export const anchorsPerCell = ({ scales }: Pick<AnchorOptions, "scales">): number => ratios.length * scales;

/** [height, width] of each anchor of a cell in pixels, for a map whose cells are `stride` apart: sizes outside, ratios inside. */
export function anchorSides(stride: number, { size, scales }: AnchorOptions): readonly (readonly [number, number])[] {
  return Array.from({ length: scales }, (_, scale) => size * stride * 2 ** (scale / scales)).flatMap((side) =>
    ratios.map((ratio): readonly [number, number] => [side / Math.sqrt(ratio), side * Math.sqrt(ratio)]),
  );
}
