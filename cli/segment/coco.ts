// The masks of many pictures as COCO's JSON: what pycocotools, annotation tools and `deepmacc masks` read.
import { clipped, type Segmentation } from "../../runtime/index.ts";
import { maskArea, rleToCoco } from "../../vision/index.ts";

export interface PictureResult {
  readonly id: number;
  readonly file: string;
  readonly segmentation: Segmentation;
}

export interface CocoDocument {
  readonly images: readonly object[];
  readonly annotations: readonly object[];
  readonly categories: readonly object[];
}

/** Ids of annotations are counted from 1; a mask without a category is of category 0. */
export function cocoDocument(results: readonly PictureResult[], categories: ReadonlyMap<number, string>): CocoDocument {
  const used = new Set<number>();
  const annotations: object[] = [];
  for (const { id, segmentation } of results)
    for (const { box, mask, score, category = 0 } of segmentation.instances) {
      used.add(category);
      const [x0, y0, x1, y1] = clipped(box, segmentation.size) ?? box;
      annotations.push({
        id: annotations.length + 1,
        image_id: id,
        category_id: category,
        bbox: [x0, y0, x1 - x0, y1 - y0],
        area: maskArea(mask),
        segmentation: rleToCoco(mask),
        iscrowd: 0,
        ...(score !== undefined && { score }),
      });
    }
  return {
    images: results.map(({ id, file, segmentation: { size } }) => ({ id, file_name: file, ...size })),
    annotations,
    categories: [...used].sort((a, b) => a - b).map((id) => ({ id, name: categories.get(id) ?? `${id}` })),
  };
}
