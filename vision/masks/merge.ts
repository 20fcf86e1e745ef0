// Several masks as one.
import { refuse } from "../error.ts";
import { checkRle, checkSameSize, type Rle } from "./rle.ts";

type Join = "union" | "intersection";

/**
 * The pixels that are in any of the masks (union) or in all of them (intersection). Equal to `merge` of pycocotools.
 * Refuses no masks at all, masks of different images, and an RLE that is none.
 */
export function mergeMasks(masks: readonly Rle[], join: Join = "union"): Rle {
  const [first, ...others] = masks;
  if (!first) return refuse("no masks have no union: it would be of an image without a size");
  checkRle(first);
  for (const other of others) {
    checkRle(other);
    checkSameSize(first, other);
  }
  const { height, width } = first;
  return {
    height,
    width,
    counts: pairwise(
      masks.map(({ counts }) => counts),
      join,
    ).slice(),
  };
}

/** Halves first, so that many masks cost runs * log(masks): a mask that grows is not walked again for each. */
function pairwise(all: readonly Uint32Array[], join: Join): Uint32Array {
  if (all.length === 1) return all[0]!;
  const middle = all.length >> 1;
  return joined(pairwise(all.slice(0, middle), join), pairwise(all.slice(middle), join), join);
}

/** A place in the runs of a mask: what is left of the run, and whether it is foreground. */
class Walk {
  left = 0;
  foreground = true;
  private run = 0;
  private readonly counts: Uint32Array;

  constructor(counts: Uint32Array) {
    this.counts = counts;
    this.pass(0);
  }

  /** Goes on by pixels of this run; where it ends, to the next one that has any. */
  pass(pixels: number): void {
    this.left -= pixels;
    while (this.left === 0 && this.run < this.counts.length) {
      this.left = this.counts[this.run++]!;
      this.foreground = !this.foreground;
    }
  }
}

function joined(one: Uint32Array, other: Uint32Array, join: Join): Uint32Array {
  const counts = new Uint32Array(one.length + other.length + 1);
  const [a, b] = [new Walk(one), new Walk(other)];
  let runs = 0;
  let length = 0;
  let foreground = false;
  while (a.left > 0) {
    const now = join === "union" ? a.foreground || b.foreground : a.foreground && b.foreground;
    if (now !== foreground) {
      counts[runs++] = length;
      length = 0;
      foreground = now;
    }
    const pixels = Math.min(a.left, b.left);
    length += pixels;
    a.pass(pixels);
    b.pass(pixels);
  }
  counts[runs++] = length;
  return counts.subarray(0, runs);
}
