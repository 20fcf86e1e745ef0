// Boxes of pictures, from the command line or a file: [x0, y0, x1, y1] in pixels of the picture as it is seen. What is no
// box at all is kept as it was written, so that it can be told beside the others.
import { basename, resolve } from "node:path";
import type { Instance, Segmentation } from "../../runtime/index.ts";
import { exits, Failure } from "../exit.ts";
import { type Entry, entriesOf, readJson } from "../json.ts";

/** One box as it was given, and what a file says about it. */
export interface Given {
  readonly box: readonly unknown[];
  /** Its place among the boxes of its picture, counted from 0. */
  readonly given: number;
  /** Of the annotation. */
  readonly id?: number;
  readonly category?: number;
}

/** A mask, and which of the boxes that were given it belongs to. */
type Known = Instance & Partial<Pick<Given, "given" | "id">>;

export interface KnownSegmentation extends Segmentation {
  readonly instances: readonly Known[];
}

/** What is given of a picture; without boxes, the model finds its own. */
interface Listed {
  readonly boxes?: readonly Given[];
  readonly id?: number;
}

export interface Named {
  /** Whether boxes are given at all. */
  readonly isGiven: boolean;
  /** What is given of the picture at a path; text says why nothing is. */
  readonly listedAt: (path: string) => Listed | string;
  /** Names of the categories of a COCO file. */
  readonly categories: ReadonlyMap<number, string>;
}

const forms = "a list of [x0, y0, x1, y1], or COCO's JSON with images and annotations";

export function chooseBoxes(flags: readonly string[] | undefined, file: string | undefined): Named {
  if (flags !== undefined && file !== undefined)
    throw new Failure(exits.usage, "--box and --boxes both say where things are", ["use one of the two"]);
  if (file !== undefined) return boxesIn(file);
  return sameForAll(flags?.map(parseBox));
}

function sameForAll(boxes: readonly (readonly unknown[])[] | undefined): Named {
  const listed = boxes ? { boxes: boxes.map((box, given) => ({ box, given })) } : {};
  return { isGiven: boxes !== undefined, listedAt: () => listed, categories: new Map() };
}

/** `40,60,200,310`; NaN is read, and told with the picture. */
function parseBox(text: string): readonly number[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.length === 4 && parts.every((part) => part === "NaN" || (part !== "" && !Number.isNaN(Number(part)))))
    return parts.map(Number);
  throw new Failure(exits.usage, `--box "${text}" is not four numbers`, [
    "a box is x0,y0,x1,y1 in pixels of the picture: --box 40,60,200,310",
  ]);
}

function boxesIn(file: string): Named {
  const document = readJson(file, (reason) => refused(file, reason));
  if (Array.isArray(document)) {
    const wrong = document.findIndex((each) => !Array.isArray(each));
    if (wrong >= 0) throw refused(file, `its element ${wrong} is no list`);
    return sameForAll(document as readonly (readonly unknown[])[]);
  }
  if (typeof document !== "object" || document === null) throw refused(file, "it holds neither");
  return cocoBoxes(file, document as Readonly<Record<string, unknown>>);
}

const refused = (file: string, reason: string): Failure =>
  new Failure(exits.diagnostics, `cannot read boxes from ${file}: ${reason}`, [`a file of boxes is ${forms}`]);

function cocoBoxes(file: string, document: Entry): Named {
  const [images, annotations] = [entriesOf(document["images"]), entriesOf(document["annotations"])];
  if (!images || !annotations) throw refused(file, "it has no images and annotations");
  const pictures = new Map<number, Picture>();
  for (const { id, file_name: name } of images)
    if (typeof id === "number" && typeof name === "string") pictures.set(id, { id, name, boxes: [] });
  for (const { id, image_id: image, bbox, category_id: category } of annotations) {
    const boxes = pictures.get(image as number)?.boxes;
    boxes?.push({
      box: cornersOf(bbox),
      given: boxes.length,
      ...(Number.isInteger(id) && { id: id as number }),
      ...(Number.isInteger(category) && { category: category as number }),
    });
  }
  const byName = new Map<string, Picture[]>();
  for (const picture of pictures.values()) {
    const same = byName.get(basename(picture.name));
    if (same) same.push(picture);
    else byName.set(basename(picture.name), [picture]);
  }
  return {
    isGiven: true,
    listedAt: (path) => listedIn(file, byName, path),
    categories: categoriesIn(document),
  };
}

/** A picture of a COCO file. */
interface Picture {
  readonly id: number;
  /** As the file writes it: it may have folders. */
  readonly name: string;
  readonly boxes: Given[];
}

/** By the last part of its name, and where several have the same one, by the folders in front of it. */
function listedIn(file: string, byName: ReadonlyMap<string, readonly Picture[]>, path: string): Listed | string {
  const name = basename(path);
  const same = byName.get(name) ?? [];
  const whole = resolve(path).replaceAll("\\", "/");
  const meant = same.length > 1 ? same.filter((picture) => whole.endsWith(`/${picture.name}`)) : same;
  if (meant.length === 1 && meant[0]) return meant[0];
  if (same.length > 1)
    return `${file} has ${same.length} pictures ${name}, and nothing says which of them ${path} is (${few(same.map((each) => each.name))})`;
  const others = [...byName.values()].flat().map((each) => each.name);
  return `${file} has no picture ${name} (${others.length === 0 ? "it has none" : `it has ${few(others)}`})`;
}

const few = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} others` : names.join(", ");

function categoriesIn(document: Entry): ReadonlyMap<number, string> {
  const categories = entriesOf(document["categories"]) ?? [];
  return new Map(
    categories.flatMap(({ id, name }) =>
      typeof id === "number" && typeof name === "string" ? [[id, name] as const] : [],
    ),
  );
}

/** [x, y, width, height] as corners. */
function cornersOf(bbox: unknown): readonly unknown[] {
  if (!Array.isArray(bbox)) return [];
  const [x, y, width, height] = bbox as readonly unknown[];
  if (bbox.length !== 4 || ![x, y, width, height].every((each) => typeof each === "number")) return bbox;
  return [x, y, (x as number) + (width as number), (y as number) + (height as number)];
}
