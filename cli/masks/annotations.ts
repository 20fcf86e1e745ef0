// The masks of COCO's JSON: polygons, RLE of either form, of files and of lists of results.
import {
  type CocoRle,
  type ImageSize,
  type Rle,
  rleFromCoco,
  rleFromPolygons,
  VisionError,
} from "../../vision/index.ts";
import { exits, Failure } from "../exit.ts";
import { type Entry, entriesOf, readJson } from "../json.ts";

export interface Annotation {
  readonly entry: Entry;
  readonly id: number;
  readonly mask: Rle;
}

export interface AnnotationFile {
  /** The whole, for what is written again. */
  readonly document: unknown;
  readonly annotations: readonly Annotation[];
  /** What was left out, in sentences. */
  readonly problems: readonly string[];
}

const refused = (file: string) => (reason: string) =>
  new Failure(exits.diagnostics, `cannot read masks from ${file}: ${reason}`, [
    "masks are in COCO's JSON, with images and annotations, or in a list of its results",
  ]);

export function readAnnotations(file: string): AnnotationFile {
  const document = readJson(file, refused(file));
  const listed = Array.isArray(document) ? document : (document as Entry | null)?.["annotations"];
  const entries = entriesOf(listed);
  if (!entries) throw refused(file)("it has no annotations");
  const sizes = sizesIn(document as Entry);
  const annotations: Annotation[] = [];
  const problems: string[] = [];
  for (const [place, entry] of entries.entries()) {
    const id = typeof entry["id"] === "number" ? entry["id"] : place + 1;
    const mask = maskIn(entry, sizes.get(entry["image_id"] as number));
    if (typeof mask === "string") problems.push(`${file}: annotation ${id} ${mask}`);
    else annotations.push({ entry, id, mask });
  }
  return { document, annotations, problems };
}

function sizesIn(document: Entry): ReadonlyMap<number, ImageSize> {
  const images = Array.isArray(document) ? [] : (entriesOf(document["images"]) ?? []);
  return new Map(
    images.flatMap(({ id, height, width }) =>
      typeof id === "number" ? [[id, { height: height as number, width: width as number }] as const] : [],
    ),
  );
}

/** A mask, or why there is none. */
function maskIn({ segmentation }: Entry, size: ImageSize | undefined): Rle | string {
  try {
    if (Array.isArray(segmentation)) {
      if (!size) return "has polygons, but its image has no height and width";
      return rleFromPolygons(segmentation as readonly number[][], size);
    }
    if (typeof segmentation !== "object" || segmentation === null) return "has no segmentation";
    return rleFromCoco(segmentation as CocoRle);
  } catch (problem) {
    if (problem instanceof VisionError) return `is no mask: ${problem.message}`;
    throw problem;
  }
}
