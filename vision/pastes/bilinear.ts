// A picture read between its pixels, in single precision, as the released code does.

/** Where the lines of an image (rows or columns) from `first` on read a mask: between two lines of it. */
export interface Samples {
  readonly first: number;
  readonly before: Int32Array;
  readonly after: Int32Array;
  /** 0 reads `before`, 1 reads `after`. */
  readonly parts: Float32Array;
}

const { fround } = Math;

/** Reads values [rows, columns] at each crossing of `down` and `across` into an image that is `width` wide. */
export function readBetween(
  values: ArrayLike<number>,
  columns: number,
  down: Samples,
  across: Samples,
  into: Float32Array,
  width: number,
): void {
  for (let row = 0; row < down.parts.length; row++) {
    const upper = down.before[row]! * columns;
    const lower = down.after[row]! * columns;
    const part = down.parts[row]!;
    let pixel = (down.first + row) * width + across.first;
    for (let column = 0; column < across.parts.length; column++) {
      const left = across.before[column]!;
      const right = across.after[column]!;
      const along = across.parts[column]!;
      const above = between(values[upper + left]!, values[upper + right]!, along);
      const below = between(values[lower + left]!, values[lower + right]!, along);
      into[pixel++] = between(above, below, part);
    }
  }
}

/** Lines from `first` on that read a mask of `size` lines at places 0 to size - 1. */
export function samplesAt(first: number, places: Float32Array, size: number): Samples {
  const before = Int32Array.from(places, Math.floor);
  return {
    first,
    before,
    after: before.map((line) => Math.min(line + 1, size - 1)),
    parts: places.map((place, line) => place - before[line]!),
  };
}

const between = (a: number, b: number, part: number): number => fround(a + fround(fround(b - a) * part));
