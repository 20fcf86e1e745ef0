// COCO's compressed string: each count, from the fourth on less the count two before it, in pieces of five bits, the
// lowest first, a character (code 48 to 111) a piece; 32 says that more follow, and the top bit of the last is the sign.
import { refuse } from "../error.ts";
import { type ImageSize, pixelsOf } from "../image-size.ts";
import { checkRle, past, type Rle, short } from "./rle.ts";

/** The `counts` of COCO's JSON for an RLE, as a string. Equal to pycocotools. Refuses an RLE that is none. */
export function compressRle(rle: Rle): string {
  checkRle(rle);
  const { counts } = rle;
  const codes: number[] = [];
  for (let run = 0; run < counts.length; run++) {
    let rest = run > 2 ? counts[run]! - counts[run - 2]! : counts[run]!;
    for (let more = true; more; ) {
      const piece = rest & 31;
      rest >>= 5;
      more = rest !== (piece & 16 ? -1 : 0);
      codes.push(48 + piece + (more ? 32 : 0));
    }
  }
  return textOf(codes);
}

/** An engine takes only so many arguments at once. */
const chunk = 4096;

function textOf(codes: readonly number[]): string {
  let text = "";
  for (let at = 0; at < codes.length; at += chunk) text += String.fromCharCode(...codes.slice(at, at + chunk));
  return text;
}

/**
 * The RLE that a compressed string is. Takes at most 4 bytes a character. Refuses a character that stands for nothing,
 * a count that does not end, is negative or passes the end of the image, and a string that ends before the image does.
 */
export function decompressRle(text: string, size: ImageSize): Rle {
  const pixels = pixelsOf(size);
  const counts = new Uint32Array(text.length);
  let runs = 0;
  let total = 0;
  const reader = new Reader(text);
  while (!reader.isAtEnd) {
    const value = reader.number();
    const count = runs > 2 ? value + counts[runs - 2]! : value;
    if (count < 0) return refuse(`run ${runs} of a compressed RLE is ${count} pixels long`);
    total += count;
    if (total > pixels) return refuse(past(runs, size));
    counts[runs++] = count;
  }
  if (total < pixels) return refuse(short(total, size));
  return { height: size.height, width: size.width, counts: counts.slice(0, runs) };
}

/** A difference of two counts below 2^31 takes seven pieces of five bits. */
const mostPieces = 7;

/** A string that is read number by number. */
class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  number(): number {
    const start = this.at;
    let value = 0;
    let scale = 1;
    for (let piece = 0; piece < mostPieces; piece++) {
      const code = this.code();
      value += (code & 31) * scale;
      scale *= 32;
      if (code < 32) return code & 16 ? value - scale : value;
    }
    return refuse(`a compressed RLE has a count of more than ${mostPieces} characters at place ${start}`);
  }

  private code(): number {
    if (this.isAtEnd) return refuse("a compressed RLE ends within a count");
    const code = this.text.charCodeAt(this.at) - 48;
    if (code < 0 || code > 63)
      return refuse(`a compressed RLE has no such character: code ${code + 48} at place ${this.at}`);
    this.at++;
    return code;
  }
}
