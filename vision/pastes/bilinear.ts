// A picture read between its pixels, in single precision, as the released code does.

/** Where the lines of an image (rows or columns) from `first` on read a mask: between two lines of it. */
export interface Samples {
  readonly first: number;
  readonly before: Int32Array;
  readonly after: Int32Array;
  /** 0 reads `before`, 1 reads `after`. */
  readonly parts: Float32Array;
}

/** Values [rows, columns] and the lines of an image that read them. */
export interface Reading {
  /** Row after row. */
  readonly values: ArrayLike<number>;
  readonly columns: number;
  readonly down: Samples;
  readonly across: Samples;
}

const { fround } = Math;

/** Reads at each crossing of `down` and `across` into an image that is `width` wide. */
export function readBetween(reading: Reading, into: Float32Array, width: number): void {
  const { down, across } = reading;
  for (let row = 0; row < down.parts.length; row++) {
    let pixel = (down.first + row) * width + across.first;
    for (let column = 0; column < across.parts.length; column++) into[pixel++] = valueBetween(reading, row, column);
  }
}

/** At one crossing. */
export function valueBetween({ values, columns, down, across }: Reading, row: number, column: number): number {
  const upper = down.before[row]! * columns;
  const lower = down.after[row]! * columns;
  const left = across.before[column]!;
  const right = across.after[column]!;
  const along = across.parts[column]!;
  const above = between(values[upper + left]!, values[upper + right]!, along);
  const below = between(values[lower + left]!, values[lower + right]!, along);
  return between(above, below, down.parts[row]!);
}

/** Samples of the lines from `first` on, which read a mask of `size` lines at places 0 to size - 1. */
export function samplesAt(first: number, places: Float32Array, size: number): Samples {
  const before = Int32Array.from(places, Math.floor);
  return {
    first,
    before,
    after: before.map((line) => Math.min(line + 1, size - 1)),
    parts: places.map((place, line) => place - before[line]!),
  };
}

/** `part` of the way from a to b. */
export const between = (a: number, b: number, part: number): number => fround(a + fround(fround(b - a) * part));
