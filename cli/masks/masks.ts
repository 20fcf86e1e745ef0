// `deepmacc masks FILES…`: RLE, polygons and PNG to each other, and what they cover.
import { mkdirSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { grouped, jsonText } from "../../report/index.ts";
import { isImageFailure, readPicture, writePng } from "../../runtime/index.ts";
import {
  decodeMask,
  encodeMask,
  maskArea,
  maskBoundingBox,
  maskContours,
  type Rle,
  rleToCoco,
} from "../../vision/index.ts";
import { exits, Failure, type Outcome } from "../exit.ts";
import { readBytes, reasonOf } from "../files.ts";
import type { Entry } from "../json.ts";
import { writeWhole } from "../output/index.ts";
import { type Annotation, type AnnotationFile, readAnnotations } from "./annotations.ts";

export interface MasksOptions {
  readonly area?: boolean;
  readonly decode?: boolean;
  readonly encode?: boolean;
  readonly rle?: boolean;
  readonly polygons?: boolean;
  readonly output?: string;
}

const actions = ["area", "decode", "encode", "rle", "polygons"] as const;
type Action = (typeof actions)[number];

/** What was done, and sentences about what was not. */
interface Done {
  readonly document: object;
  readonly text: string;
  readonly problems: readonly string[];
}

export async function masks(files: readonly string[], options: MasksOptions): Promise<Outcome> {
  const given = actions.filter((action) => options[action] === true);
  if (given.length > 1)
    throw new Failure(exits.usage, `--${given[0]} and --${given[1]} are two things to do`, ["ask for one of them"]);
  const [first, second] = files;
  if (first === undefined) throw new Failure(exits.usage, "there is no file", ["deepmacc masks results.json"]);
  const action = given[0] ?? "area";
  if (action !== "encode" && second !== undefined)
    throw new Failure(exits.usage, `--${action} reads one file, not ${files.length}`);
  const { document, text, problems } = await (action === "encode"
    ? encoded(files, options)
    : doneWith(first, action, options));
  return {
    exit: problems.length > 0 ? exits.diagnostics : exits.ok,
    document: { ...document, problems },
    stdout: text,
    stderr: problems.map((problem) => `error: ${problem}\n`).join(""),
  };
}

async function doneWith(file: string, action: Exclude<Action, "encode">, options: MasksOptions): Promise<Done> {
  const read = readAnnotations(file);
  switch (action) {
    case "area":
      return listed(read);
    case "decode":
      return decoded(file, read, options.output ?? ".");
    case "rle":
      return rewritten(read, outputOf(options), (mask) => ({ segmentation: rleToCoco(mask), lost: 0 }));
    case "polygons":
      return rewritten(read, outputOf(options), (mask) => {
        const { polygons, holes } = maskContours(mask);
        return { segmentation: polygons, lost: holes };
      });
  }
}

function outputOf({ output }: MasksOptions): string {
  if (output !== undefined) return output;
  throw new Failure(exits.usage, "there is no file for the answer", ["name it: -o masks.json"]);
}

function listed({ annotations, problems }: AnnotationFile): Done {
  const rows = annotations.map(({ id, mask, entry }) => ({
    id,
    image: entry["image_id"] ?? null,
    area: maskArea(mask),
    box: maskBoundingBox(mask),
  }));
  const lines = rows.map(
    ({ id, image, area, box }) => `${id}  image ${image}  ${grouped(area)} pixels  ${box.join(",")}\n`,
  );
  return { document: { masks: rows }, text: lines.join(""), problems };
}

async function decoded(file: string, { annotations, problems }: AnnotationFile, folder: string): Promise<Done> {
  makeFolder(folder);
  const stem = basename(file, extname(file));
  const written: string[] = [];
  for (const { id, mask } of annotations) {
    const { height, width } = mask;
    const pixels = decodeMask(mask).map((value) => 255 * value);
    const png = await writePng({ height, width, pixels, channels: 1 });
    if (isImageFailure(png)) throw new Failure(exits.unsupported, png.message);
    const path = join(folder, `${stem}.${id}.png`);
    await writeWhole(path, [png]);
    written.push(path);
  }
  return { document: { files: written }, text: written.map((path) => `${path}\n`).join(""), problems };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (problem) {
    throw new Failure(exits.io, `cannot make the directory ${folder}: ${reasonOf(problem)}`);
  }
}

async function rewritten(
  { document, annotations, problems }: AnnotationFile,
  output: string,
  made: (mask: Rle) => { readonly segmentation: unknown; readonly lost: number },
): Promise<Done> {
  const told = [...problems];
  const entries = annotations.map(({ entry, id, mask }: Annotation) => {
    const { segmentation, lost } = made(mask);
    if (lost > 0) told.push(`annotation ${id} has ${lost} ${lost === 1 ? "hole" : "holes"}, which no polygon can say`);
    return { ...entry, segmentation };
  });
  const whole = Array.isArray(document) ? entries : { ...(document as Entry), annotations: entries };
  await writeWhole(output, [Buffer.from(`${jsonText(whole)}\n`)]);
  return {
    document: { file: output, masks: entries.length },
    text: `${output}: ${entries.length} masks\n`,
    problems: told,
  };
}

/** One image and one annotation for each file. */
async function encoded(files: readonly string[], options: MasksOptions): Promise<Done> {
  const output = outputOf(options);
  const [images, annotations]: [object[], object[]] = [[], []];
  const problems: string[] = [];
  for (const file of files) {
    const picture = await readPicture(readBytes(file, 2 ** 29, "make it smaller first"));
    if (isImageFailure(picture)) {
      if (picture.failure === "decoder-missing") throw new Failure(exits.unsupported, picture.message);
      problems.push(`${file} ${picture.message}`);
      continue;
    }
    const { height, width, pixels, seen } = picture;
    if (seen.width !== width) {
      problems.push(`${file} is ${seen.width} x ${seen.height} pixels: masks are read up to 32 million`);
      continue;
    }
    const inside = Uint8Array.from(
      { length: height * width },
      (_, i) => pixels[3 * i] || pixels[3 * i + 1] || pixels[3 * i + 2] || 0,
    );
    const mask = encodeMask(inside, { height, width });
    const id = images.length + 1;
    images.push({ id, file_name: basename(file), height, width });
    const about = { bbox: maskBoundingBox(mask), area: maskArea(mask), segmentation: rleToCoco(mask), iscrowd: 0 };
    annotations.push({ id, image_id: id, category_id: 1, ...about });
  }
  const document = { images, annotations, categories: [{ id: 1, name: "object" }] };
  if (annotations.length > 0) await writeWhole(output, [Buffer.from(`${jsonText(document)}\n`)]);
  const text = annotations.length > 0 ? `${output}: ${annotations.length} masks\n` : "";
  return { document: { file: output, masks: annotations.length }, text, problems };
}
