// `deepmacc segment IMAGES… --model M`: masks of boxes, or of what the model finds. A picture or a box that cannot be used
// is told and does not keep the others from being done.
import { existsSync, mkdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { jsonText } from "../../report/index.ts";
import {
  boxProblem,
  type Instance,
  isEngineFailure,
  isImageFailure,
  type Picture,
  readPicture,
  type Segmentation,
  type System,
  segment,
} from "../../runtime/index.ts";
import type { Box } from "../../vision/index.ts";
import { withinMemory } from "../bounded.ts";
import { exits, Failure, type Outcome } from "../exit.ts";
import { readBytes, reasonOf } from "../files.ts";
import type { Host } from "../host.ts";
import { writeWhole } from "../output/index.ts";
import { chooseBoxes, type Given, type KnownSegmentation, type Named } from "./boxes.ts";
import { cocoDocument } from "./coco.ts";
import { isMadeOf, type MaskForm, maskForms, stemsOf, writeMasks, writeOverlay } from "./files.ts";
import { type OpenSystem, type SystemOptions, withSystem } from "./open.ts";
import { type Read, refuseOverwriting } from "./overwriting.ts";
import { Progress } from "./progress.ts";
import { type Done, documentOf, linesOf, type Problem } from "./report.ts";
import { shippedModel } from "./shipped.ts";

export interface SegmentCommandOptions extends SystemOptions {
  /** Absent: the one that comes with the package, where it is trained. */
  readonly model?: string;
  readonly box?: readonly string[];
  readonly boxes?: string;
  readonly out?: string;
  readonly masks?: string;
  readonly overlay?: boolean;
  readonly score?: string;
  readonly threshold?: string;
  readonly strict?: boolean;
}

interface Settings {
  readonly named: Named;
  readonly folder: string;
  readonly form: MaskForm;
  readonly overlay: boolean;
  readonly score: number;
  readonly threshold: number;
  readonly isStrict: boolean;
}

/** Pixels across that an overlay has room for, however little a network reads. */
const lookedAt = 1024;
/** Bytes of one picture. */
const largestPicture = 2 ** 29;

export async function segmentPictures(
  images: readonly string[],
  options: SegmentCommandOptions,
  host: Host,
): Promise<Outcome> {
  if (images.length === 0)
    throw new Failure(exits.usage, "there is no picture", ["name at least one: deepmacc segment photo.jpg --model …"]);
  if (images.includes("-") && !existsSync("-"))
    throw new Failure(exits.usage, "segment reads no picture from stdin", ["write it to a file, and name that"]);
  const settings = settingsOf(options);
  refuseNoFolder(settings.folder);
  const { model, ...chosen } = modelOf(options);
  const pictures = [...new Set(images)];
  keepWhatIsRead(pictures, settings, [options.boxes, model, chosen.weights, chosen.map]);
  const work = () =>
    withSystem(model, chosen, host.status, (open) => {
      refuseBoxes(open.system, settings.named);
      const unnamed =
        options.model === undefined ? [`no model is named: this is the small one of the package, ${model}`] : [];
      const told = { ...open, notes: [...unnamed, ...open.notes] };
      return allOf(pictures, told, settings, host);
    });
  return withinMemory(work).finally(() => host.status(""));
}

/** Without `--model`, and where its weights are shipped, the small model of the package; that it is used is said. */
function modelOf(options: SegmentCommandOptions): SystemOptions & { readonly model: string } {
  if (options.model !== undefined) return { ...options, model: options.model };
  const { model, weights } = shippedModel();
  if (weights !== undefined && options.weights === undefined) return { ...options, model, weights };
  throw new Failure(exits.usage, "there is no model", [
    "name it: a directory of parts, a model file, or a REF with its weights (--model deepmac/)",
  ]);
}

function settingsOf(options: SegmentCommandOptions): Settings {
  const { masks = "each", out = "." } = options;
  const form = maskForms.find((each) => each === masks);
  if (!form) throw new Failure(exits.usage, `--masks is ${maskForms.join(", ")}, not "${masks}"`);
  return {
    named: chooseBoxes(options.box, options.boxes),
    folder: out,
    form,
    overlay: options.overlay !== false,
    score: partOf("--score", options.score, 0.3),
    threshold: partOf("--threshold", options.threshold, 0.5),
    isStrict: options.strict === true,
  };
}

function partOf(option: string, text: string | undefined, usual: number): number {
  const number = text === undefined ? usual : text.trim() === "" ? Number.NaN : Number(text);
  if (number >= 0 && number <= 1) return number;
  throw new Failure(exits.usage, `${option} is a number from 0 to 1, not ${text}`);
}

/** Refuses to write over a picture, the boxes or the model. */
function keepWhatIsRead(
  pictures: readonly string[],
  { folder }: Settings,
  [boxes, model, weights, map]: readonly (string | undefined)[],
): void {
  const stems = stemsOf(pictures);
  const [made, document] = [new Set(stems.values()), documentName(pictures, stems, folder)];
  const read = (path: string | undefined, what: string): readonly Read[] =>
    path === undefined ? [] : [{ path, what }];
  refuseOverwriting(folder, (name) => name === document || isMadeOf(made, name), [
    ...pictures.flatMap((path) => read(path, "a picture to read")),
    ...read(boxes, "the file of boxes"),
    ...[
      model,
      ...["model.json", "parts.json"].map((name) => model && join(model, name)),
      model?.replace(/:[^:]*$/, ""),
    ].flatMap((path) => read(path, "the model")),
    ...read(weights, "the weights of the model"),
    ...read(map, "the map of the weights"),
  ]);
}

/** One picture's document, in this directory, is named by it. */
function documentName(pictures: readonly string[], stems: ReadonlyMap<string, string>, folder: string): string {
  return pictures.length === 1 && folder === "." ? `${stems.get(pictures[0] ?? "")}.json` : "results.json";
}

/** A model without a detector has to be given boxes, and one that takes none cannot be. */
function refuseBoxes(system: System, { isGiven }: Named): void {
  if (!isGiven && !system.found)
    throw new Failure(exits.usage, "the model finds no boxes: it has to be given some", [
      "say where things are: --box x0,y0,x1,y1, or --boxes FILE",
    ]);
  if (isGiven && !system.boxes)
    throw new Failure(exits.usage, "the model takes no boxes: it finds its own", ["leave --box and --boxes out"]);
}

/** Before any work; the folder itself is made when there is something to write. */
function refuseNoFolder(folder: string): void {
  if (folder === "") throw new Failure(exits.usage, "the output has no name", ["write --out DIR"]);
  let nearest = resolve(folder);
  while (!existsSync(nearest)) nearest = dirname(nearest);
  if (statSync(nearest).isDirectory()) return;
  throw new Failure(exits.io, `cannot write into ${folder}: ${basename(nearest)} is no directory`, [
    "--out names a directory, which is made where it does not exist",
  ]);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (problem) {
    throw new Failure(exits.io, `cannot make the directory ${folder}: ${reasonOf(problem)}`);
  }
}

/** However it ends, what is done is in the document. */
async function allOf(images: readonly string[], open: OpenSystem, settings: Settings, host: Host): Promise<Outcome> {
  const stems = stemsOf(images);
  const progress = new Progress(images.length, host);
  const done: Done[] = [];
  const problems: Problem[] = [];
  const hasStopped = (): boolean => settings.isStrict && problems.length > 0;
  const tell = (problem: Problem): void => {
    if (hasStopped()) return;
    problems.push(problem);
    progress.line(problem.message, "error");
  };
  const path = join(settings.folder, documentName(images, stems, settings.folder));
  try {
    for (const file of images) {
      if (hasStopped()) break;
      progress.begin(file);
      const one = await onePicture(file, stems.get(file) ?? "", open, settings, tell);
      if (!one) continue;
      done.push(one);
      for (const line of linesOf(one, images.length > 1)) progress.line(line);
    }
  } finally {
    if (done.length > 0) await writeResults(path, done, settings.named);
  }
  return {
    exit: problems[0]?.exit ?? exits.ok,
    document: documentOf(done, problems, done.length > 0 ? path : undefined, open),
    stdout: progress.summary(done, problems.length, path),
    stderr: open.notes.map((note) => `note: ${note}\n`).join(""),
  };
}

async function writeResults(path: string, done: readonly Done[], { categories }: Named): Promise<void> {
  const results = done.map((one) => ({ ...one, file: basename(one.file) }));
  await writeWhole(path, [Buffer.from(`${jsonText(cocoDocument(results, categories))}\n`)]);
}

type Tell = (problem: Problem) => void;

async function onePicture(
  file: string,
  stem: string,
  { system }: OpenSystem,
  settings: Settings,
  tell: Tell,
): Promise<Done | undefined> {
  const started = performance.now();
  const [height = 0, width = 0] = system.image.size ?? [];
  const need = { height: Math.max(height, lookedAt), width: Math.max(width, lookedAt) };
  const picture = await pictureAt(file, need, tell);
  if (!picture) return undefined;
  const listed = settings.named.listedAt(file);
  if (typeof listed === "string") {
    tell({ file, message: listed, exit: exits.diagnostics });
    return undefined;
  }
  const { boxes: given, id } = listed;
  const wanted = given && usable(file, given, picture.seen, tell);
  if (settings.isStrict && wanted?.length !== given?.length) return undefined;
  const { score, threshold } = settings;
  const boxes = wanted?.map(({ box }) => box as Box);
  const answer = await segment(system, picture, { ...(boxes && { boxes }), score, threshold });
  if (isEngineFailure(answer)) {
    tell({ file, message: `${file}: ${answer.message}`, exit: exits.diagnostics });
    return undefined;
  }
  const segmentation = withGiven(answer, wanted);
  makeFolder(settings.folder);
  const place = { folder: settings.folder, stem };
  const files = [...(await writeMasks(place, segmentation, settings.form))];
  const labelOf = (instance: Instance, index: number) => labelText(instance, index, settings.named);
  if (settings.overlay) files.push(await writeOverlay(place, picture, segmentation, system, labelOf));
  const milliseconds = performance.now() - started;
  return { file, ...(id !== undefined && { id }), segmentation, picture, files, milliseconds };
}

async function pictureAt(
  file: string,
  need: { height: number; width: number },
  tell: Tell,
): Promise<Picture | undefined> {
  try {
    const picture = await readPicture(readBytes(file, largestPicture, "make it smaller first"), need);
    if (!isImageFailure(picture)) return picture;
    if (picture.failure === "decoder-missing")
      throw new Failure(exits.unsupported, picture.message, ["segment needs both: npm i onnxruntime-node sharp"]);
    const exit = picture.failure === "image-too-large" ? exits.limit : exits.diagnostics;
    tell({ file, message: `${file} ${picture.message}`, exit });
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.exit === exits.unsupported) throw problem;
    tell({ file, message: problem.message, exit: problem.exit });
  }
  return undefined;
}

/** The boxes that can be used; the others are told. */
function usable(file: string, given: readonly Given[], size: Picture["seen"], tell: Tell): readonly Given[] {
  return given.filter(({ box, given }) => {
    const message = boxProblem(box, size);
    if (message !== undefined) tell({ file, message: `${file}: ${message}`, given, exit: exits.diagnostics });
    return message === undefined;
  });
}

/** What is given beside the boxes, where the model says nothing. */
function withGiven({ size, instances }: Segmentation, boxes: readonly Given[] | undefined): KnownSegmentation {
  if (!boxes) return { size, instances };
  return {
    size,
    instances: instances.map((instance, i) => {
      const { box: _, ...known } = boxes[i] as Given;
      return { ...instance, ...known };
    }),
  };
}

/** `person 0.93`; without a name, the number of the mask. */
function labelText({ category, score }: Instance, index: number, { categories }: Named): string {
  const name = category === undefined ? `${index + 1}` : (categories.get(category) ?? `#${category}`);
  return score === undefined ? name : `${name} ${score.toFixed(2)}`;
}
