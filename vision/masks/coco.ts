// A mask as COCO's JSON holds it.
import { refuse } from "../error.ts";
import { compressRle, decompressRle } from "./compressed.ts";
import { type Rle, rleOf } from "./rle.ts";

/** `segmentation` of an annotation that is no list of polygons. `size` is [height, width]. */
export interface CocoRle {
  readonly size: readonly [height: number, width: number];
  /** A compressed string, or plain counts. */
  readonly counts: string | readonly number[];
}

/** The RLE of a COCO annotation, of either form. Refuses what `rleOf` and `decompressRle` refuse. */
export function rleFromCoco(segmentation: CocoRle): Rle {
  if (typeof segmentation !== "object" || segmentation === null) return refuse("a COCO RLE is an object");
  const { size, counts } = segmentation;
  if (!Array.isArray(size) || size.length !== 2) return refuse("the size of a COCO RLE is [height, width]");
  const image = { height: size[0], width: size[1] };
  if (typeof counts === "string") return decompressRle(counts, image);
  return Array.isArray(counts) ? rleOf(counts, image) : refuse("the counts of a COCO RLE are a string or a list");
}

/** What an annotation of COCO holds for a mask, with a compressed string. */
export const rleToCoco = (rle: Rle): CocoRle => ({ size: [rle.height, rle.width], counts: compressRle(rle) });
