// Images lie row after row, COCO's masks column after column.
import { wordsOf } from "./words.ts";

/** A mask [rows, columns], row after row, as [columns, rows]; what is not 0 becomes 1. */
export function transposed(mask: Uint8Array, rows: number, columns: number): Uint8Array {
  const turned = new Uint8Array(mask.length);
  const words = wordsOf(mask);
  for (let word = 0; word < words.length; word++)
    if (words[word] !== 0) turn(mask, turned, 4 * word, 4 * word + 4, rows, columns);
  turn(mask, turned, 4 * words.length, mask.length, rows, columns);
  return turned;
}

function turn(mask: Uint8Array, turned: Uint8Array, from: number, to: number, rows: number, columns: number): void {
  let row = Math.floor(from / columns);
  let column = from - row * columns;
  for (let pixel = from; pixel < to; pixel++) {
    if (mask[pixel] !== 0) turned[column * rows + row] = 1;
    column++;
    if (column === columns) {
      column = 0;
      row++;
    }
  }
}
