// The masks of many pictures as COCO's JSON: what pycocotools, annotation tools and `deepmacc masks` read.
import { clipped } from "../../runtime/index.ts";
import { maskArea, rleToCoco } from "../../vision/index.ts";
import type { KnownSegmentation } from "./boxes.ts";

export interface PictureResult {
  /** Of the file of boxes. */
  readonly id?: number;
  readonly file: string;
  readonly segmentation: KnownSegmentation;
}

export interface CocoDocument {
  readonly images: readonly object[];
  readonly annotations: readonly object[];
  readonly categories: readonly object[];
}

/** Ids are those of the file of boxes, else counted from 1; a mask without a category is of category 0. */
export function cocoDocument(results: readonly PictureResult[], categories: ReadonlyMap<number, string>): CocoDocument {
  const used = new Set<number>();
  const annotations: object[] = [];
  const images = numbered(results.map(({ id }) => id));
  const ids = numbered(results.flatMap(({ segmentation }) => segmentation.instances.map(({ id }) => id)));
  for (const [i, { segmentation }] of results.entries())
    for (const { box, mask, score, category = 0 } of segmentation.instances) {
      used.add(category);
      const [x0, y0, x1, y1] = clipped(box, segmentation.size) ?? box;
      annotations.push({
        id: ids[annotations.length],
        image_id: images[i],
        category_id: category,
        bbox: [x0, y0, x1 - x0, y1 - y0],
        area: maskArea(mask),
        segmentation: rleToCoco(mask),
        iscrowd: 0,
        ...(score !== undefined && { score }),
      });
    }
  return {
    images: results.map(({ file, segmentation: { size } }, i) => ({ id: images[i], file_name: file, ...size })),
    annotations,
    categories: [...used].sort((a, b) => a - b).map((id) => ({ id, name: categories.get(id) ?? `${id}` })),
  };
}

/** Each keeps its number; the second of two equal ones, and who has none, gets the next that is free. */
function numbered(wanted: readonly (number | undefined)[]): readonly number[] {
  const taken = new Set(wanted);
  const used = new Set<number>();
  let next = 1;
  return wanted.map((number) => {
    if (number !== undefined && !used.has(number)) {
      used.add(number);
      return number;
    }
    while (taken.has(next)) next++;
    return next++;
  });
}
