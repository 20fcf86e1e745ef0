// Boxes of pictures, from the command line or a file: [x0, y0, x1, y1] in pixels of the picture as it is seen. What is no
// box at all is kept as it was written, so that it can be told beside the others.
import { basename } from "node:path";
import { exits, Failure } from "../exit.ts";
import { type Entry, entriesOf, readJson } from "../json.ts";

/** One box as it was given, and what a file says about it. */
export interface Given {
  readonly box: readonly unknown[];
  readonly category?: number;
}

/** The boxes of a picture by its path; undefined where nothing is given, and the model finds its own. */
type BoxesOf = (path: string) => readonly Given[] | undefined;

/** What COCO's JSON says of pictures beside their boxes. */
export interface Named {
  readonly boxesOf: BoxesOf;
  /** Ids of the pictures of a COCO file, by name. */
  readonly ids: ReadonlyMap<string, number>;
  /** Names of its categories. */
  readonly categories: ReadonlyMap<number, string>;
}

const forms = "a list of [x0, y0, x1, y1], or COCO's JSON with images and annotations";

export function chooseBoxes(flags: readonly string[] | undefined, file: string | undefined): Named {
  if (flags !== undefined && file !== undefined)
    throw new Failure(exits.usage, "--box and --boxes both say where things are", ["use one of the two"]);
  if (file !== undefined) return boxesIn(file);
  const given = flags?.map(parseBox);
  return { boxesOf: () => given, ids: new Map(), categories: new Map() };
}

/** `40,60,200,310`. What is no number stays text. */
function parseBox(text: string): Given {
  const parts = text.split(",").map((part) => part.trim());
  return {
    box: parts.map((part) =>
      part === "" || Number.isNaN(Number(part)) ? (part === "NaN" ? Number.NaN : part) : Number(part),
    ),
  };
}

function boxesIn(file: string): Named {
  const document = readJson(file, (reason) => refused(file, reason));
  if (Array.isArray(document)) {
    const wrong = document.findIndex((each) => !Array.isArray(each));
    if (wrong >= 0) throw refused(file, `its element ${wrong} is no list`);
    const given = (document as readonly (readonly unknown[])[]).map((box) => ({ box }));
    return { boxesOf: () => given, ids: new Map(), categories: new Map() };
  }
  if (typeof document !== "object" || document === null) throw refused(file, "it holds neither");
  return cocoBoxes(file, document as Readonly<Record<string, unknown>>);
}

const refused = (file: string, reason: string): Failure =>
  new Failure(exits.diagnostics, `cannot read boxes from ${file}: ${reason}`, [`a file of boxes is ${forms}`]);

function cocoBoxes(file: string, document: Entry): Named {
  const [images, annotations] = [entriesOf(document["images"]), entriesOf(document["annotations"])];
  if (!images || !annotations) throw refused(file, "it has no images and annotations");
  const names = new Map<number, string>();
  for (const { id, file_name: name } of images)
    if (typeof id === "number" && typeof name === "string") names.set(id, basename(name));
  const byName = new Map<string, Given[]>([...names.values()].map((name) => [name, []]));
  for (const { image_id: image, bbox, category_id: category } of annotations) {
    const given = byName.get(names.get(image as number) ?? "");
    if (!given) continue;
    given.push({ box: cornersOf(bbox), ...(Number.isInteger(category) && { category: category as number }) });
  }
  return {
    boxesOf: (path) => byName.get(basename(path)) ?? [],
    ids: new Map([...names].map(([id, name]) => [name, id])),
    categories: categoriesIn(document),
  };
}

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
