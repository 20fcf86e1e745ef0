// A picture read between its pixels, in single precision, as the released code does.

/** Where the lines of an image (rows or columns) from `first` on read a mask: between two lines of it. */
export interface Samples {
  readonly first: number;
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** 0 reads `before`, 1 reads `after`. */
  readonly parts: readonly number[];
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
      const [left, right, along] = [across.before[column]!, across.after[column]!, across.parts[column]!];
      const above = between(values[upper + left]!, values[upper + right]!, along);
      const below = between(values[lower + left]!, values[lower + right]!, along);
      into[pixel++] = between(above, below, part);
    }
  }
}

const between = (a: number, b: number, part: number): number => fround(a + fround(fround(b - a) * part));
