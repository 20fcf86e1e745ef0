// A mask of pixels as an RLE.
import type { ImageSize } from "../image-size.ts";
import { checkPixels, type PixelOrder } from "./pixels.ts";
import type { Rle } from "./rle.ts";
import { Runs } from "./runs.ts";
import { transposed } from "./transpose.ts";
import { wordsOf } from "./words.ts";

/**
 * The RLE of a mask [height, width]; what is not 0 is foreground. Equal to `encode` of pycocotools for masks of 0 and 1.
 * Refuses a mask that is not as large as the image.
 */
export function encodeMask(mask: Uint8Array, size: ImageSize, order: PixelOrder = "rows"): Rle {
  checkPixels(mask, size);
  const { height, width } = size;
  // A mask of one row or column is the same both ways.
  const columns = order === "columns" || height === 1 || width === 1 ? mask : transposed(mask, height, width);
  return { height, width, counts: runsOf(columns) };
}

function runsOf(pixels: Uint8Array): Uint32Array {
  const words = wordsOf(pixels);
  const runs = new Runs();
  let start = 0;
  let foreground = false;
  while (start < pixels.length) {
    const end = foreground ? endOfForeground(pixels, words, start) : endOfBackground(pixels, words, start);
    runs.push(end - start);
    start = end;
    foreground = !foreground;
  }
  return runs.counts();
}

/** Up to the next word one pixel at a time, then sixteen and four, and again one. */
function endOfBackground(pixels: Uint8Array, words: Int32Array, start: number): number {
  let at = start;
  while (at % 4 !== 0 && pixels[at] === 0) at++;
  if (at % 4 !== 0) return at;
  let word = at / 4;
  while (word + 4 <= words.length && isClear(words, word)) word += 4;
  while (word < words.length && words[word] === 0) word++;
  at = 4 * word;
  while (at < pixels.length && pixels[at] === 0) at++;
  return at;
}

const isClear = (words: Int32Array, at: number): boolean =>
  (words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!) === 0;

function endOfForeground(pixels: Uint8Array, words: Int32Array, start: number): number {
  let at = start;
  while (at % 4 !== 0 && at < pixels.length && pixels[at] !== 0) at++;
  if (at % 4 !== 0) return at;
  let word = at / 4;
  while (word < words.length && isFull(words[word]!)) word++;
  at = 4 * word;
  while (at < pixels.length && pixels[at] !== 0) at++;
  return at;
}

/** None of the four bytes of a word is 0: taking 1 from each borrows from the top bit of one that is, and of no other. */
const isFull = (word: number): boolean => ((word - 0x01010101) & ~word & 0x80808080) === 0;
