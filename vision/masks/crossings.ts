// Where the runs of a mask begin, found in any order. Two crossings at one place undo each other.

/** Places at which a mask changes from background to foreground or back. */
export interface Crossings {
  add(place: number): void;
  /** The places that are left, in order. */
  places(): Uint32Array;
}

/** For at most `most` crossings in an image; takes no more memory than the mask of the image would. */
export const crossingsIn = (pixels: number, most: number): Crossings =>
  most < pixels / Uint32Array.BYTES_PER_ELEMENT ? new Listed(most) : new Marked(pixels);

class Listed implements Crossings {
  private readonly found: Uint32Array;
  private used = 0;

  constructor(most: number) {
    this.found = new Uint32Array(most);
  }

  add(place: number): void {
    this.found[this.used++] = place;
  }

  places(): Uint32Array {
    const sorted = this.found.subarray(0, this.used).sort();
    let left = 0;
    for (let at = 0; at < sorted.length; at++) {
      if (sorted[at] === sorted[at + 1]) at++;
      else sorted[left++] = sorted[at]!;
    }
    return sorted.subarray(0, left);
  }
}

class Marked implements Crossings {
  /** The end of the image is a place as well. */
  private readonly marks: Uint8Array;

  constructor(pixels: number) {
    this.marks = new Uint8Array(pixels + 1);
  }

  add(place: number): void {
    this.marks[place]! ^= 1;
  }

  places(): Uint32Array {
    const places = new Uint32Array(this.marks.reduce((sum, mark) => sum + mark, 0));
    let left = 0;
    for (let at = this.marks.indexOf(1); at >= 0; at = this.marks.indexOf(1, at + 1)) places[left++] = at;
    return places;
  }
}
