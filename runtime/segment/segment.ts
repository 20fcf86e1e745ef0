// A picture and boxes, or a picture alone -> masks. The image is run once, whatever the number of boxes.
import {
  type Box,
  type BoxMask,
  type ImageSize,
  type Pixels,
  pasteRle,
  type Rle,
  reframeRle,
} from "../../vision/index.ts";
import type { Port } from "../manifest.ts";
import { type EngineFailure, isEngineFailure, runFailed, type Tensors } from "../session.ts";
import { boxFeeds, type Fed, imageTensor, prepared } from "./feeds.ts";
import { boxProblem, toPicture } from "./geometry.ts";
import { type FoundBox, softMasks, type Wanted } from "./soft-masks.ts";
import { masksName, type System } from "./system.ts";

export interface SegmentOptions {
  /** [x0, y0, x1, y1] in pixels of the picture as it is seen. Absent: what the model finds. */
  readonly boxes?: readonly Box[];
  /** What belongs to a mask is more probable than this (0.5). */
  readonly threshold?: number;
  /** Of what the model finds: how certain it has to be (0.3), and how many at most (100). */
  readonly score?: number;
  readonly most?: number;
}

export interface Instance extends Wanted {
  /** Of the picture as it is seen. */
  readonly mask: Rle;
  /** Probabilities over the box, as the network answers them. */
  readonly soft: BoxMask;
}

export interface Segmentation {
  /** The picture as it is seen. */
  readonly size: ImageSize;
  /** In the order of the boxes, or by score. */
  readonly instances: readonly Instance[];
}

/** How many boxes go through the network at once, where it takes any number: memory is bounded by it. */
const usualChunk = 100;

/** `seen`: the size that boxes and masks are about, where the pixels are a smaller copy. */
export async function segment(
  system: System,
  picture: Pixels & { readonly seen?: ImageSize },
  options: SegmentOptions = {},
): Promise<Segmentation | EngineFailure> {
  const { boxes } = options;
  const { height, width } = picture.seen ?? picture;
  const size = { height, width };
  if (boxes && !system.boxes) return runFailed("the model takes no boxes: it finds its own");
  if (!boxes && !system.found) return runFailed("the model finds no boxes: it has to be given some");
  for (const box of boxes ?? []) {
    const problem = boxProblem(box, size);
    if (problem !== undefined) return runFailed(problem);
  }
  if (boxes?.length === 0) return { size, instances: [] };
  const input = prepared(picture, system.image, size);
  const job: Job = { system, size, prepared: input, options };
  const instances = boxes ? await withBoxes(job, boxes) : await withFound(job);
  return isEngineFailure(instances) ? instances : { size, instances };
}

interface Job extends Fed {
  readonly options: SegmentOptions;
}

async function withBoxes(job: Job, boxes: readonly Box[]): Promise<readonly Instance[] | EngineFailure> {
  const wanted = boxes.map((box): Wanted => ({ box }));
  const isWhole = job.system.masks === job.system.features;
  const features = isWhole ? {} : await runImage(job);
  return isEngineFailure(features) ? features : masksOf(job, features, wanted);
}

async function withFound(job: Job): Promise<readonly Instance[] | EngineFailure> {
  const { system } = job;
  const features = await runImage(job);
  if (isEngineFailure(features)) return features;
  const found = foundIn(job, features);
  if (isEngineFailure(found)) return found;
  if (system.boxes)
    return masksOf(
      job,
      features,
      found.map(({ wanted }) => wanted),
    );
  const masks = features[masksName(system.masks.manifest) ?? ""];
  if (!masks) return runFailed("the model did not answer masks");
  const soft = softMasks(masks, found, system);
  return isEngineFailure(soft) ? soft : found.map(({ wanted }, i) => instanceOf(job, wanted, soft[i] as BoxMask));
}

/** The first run: what the image is to the network. */
function runImage(job: Job): Promise<Tensors | EngineFailure> {
  const { features } = job.system;
  const image = imageTensor(job);
  return isEngineFailure(image) ? Promise.resolve(image) : features.run({ [job.system.image.input]: image });
}

/** What the model is certain enough of, most certain first; equal ones in its order. */
function foundIn({ system, size, prepared, options }: Job, features: Tensors): readonly FoundBox[] | EngineFailure {
  const { score: least = 0.3, most = 100 } = options;
  const { found, meaning } = system;
  const [boxes, scores] = [features[found?.boxes ?? ""]?.data, features[found?.scores ?? ""]?.data];
  const classes = features[found?.classes ?? ""]?.data;
  if (!boxes || !scores || boxes.length !== 4 * scores.length)
    return runFailed("the model did not answer boxes and scores");
  const all = Array.from(scores, (score, index): FoundBox => {
    const [a = 0, b = 0, c = 0, d = 0] = boxes.slice(4 * index, 4 * index + 4);
    const box = toPicture([a, b, c, d], size, prepared, meaning.boxes);
    const kind = classes?.[index];
    return {
      index,
      wanted: { box, score, ...(kind !== undefined && { kind, category: kind + (meaning.first ?? 0) }) },
    };
  });
  return all
    .filter(({ wanted: { box, score = 0 } }) => score > least && boxProblem(box, size) === undefined)
    .sort((a, b) => (b.wanted.score ?? 0) - (a.wanted.score ?? 0))
    .slice(0, most);
}

/** The second run, in as many chunks as there are. */
async function masksOf(
  job: Job,
  features: Tensors,
  wanted: readonly Wanted[],
): Promise<readonly Instance[] | EngineFailure> {
  const { system } = job;
  const port = system.boxes as Port;
  const fixed = port.dims.at(-2);
  const chunk = typeof fixed === "number" ? fixed : usualChunk;
  const instances: Instance[] = [];
  for (let start = 0; start < wanted.length; start += chunk) {
    const part = wanted.slice(start, start + chunk);
    const feeds = boxFeeds(job, features, part, typeof fixed === "number" ? fixed : part.length);
    if (isEngineFailure(feeds)) return feeds;
    const answer = await system.masks.run(feeds);
    if (isEngineFailure(answer)) return answer;
    const masks = answer[masksName(system.masks.manifest) ?? ""];
    if (!masks) return runFailed("the model did not answer masks");
    const soft = softMasks(
      masks,
      part.map((each, index) => ({ index, wanted: each })),
      system,
    );
    if (isEngineFailure(soft)) return soft;
    instances.push(...part.map((each, i) => instanceOf(job, each, soft[i] as BoxMask)));
  }
  return instances;
}

function instanceOf({ system, size, options }: Job, wanted: Wanted, soft: BoxMask): Instance {
  return { ...wanted, soft, mask: maskAt(system, { ...wanted, soft }, size, size, options.threshold) };
}

/** The mask of an instance in a copy of its picture (`seen`) of another size. */
export function maskAt(
  { meaning }: System,
  { box, soft }: Pick<Instance, "box" | "soft">,
  seen: ImageSize,
  copy: ImageSize,
  threshold = 0.5,
): Rle {
  const [x0, y0, x1, y1] = box;
  if (meaning.paste === "corners") {
    const { height, width } = seen;
    return reframeRle(soft, [y0 / height, x0 / width, y1 / height, x1 / width], copy, threshold);
  }
  const [across, down] = [copy.width / seen.width, copy.height / seen.height];
  return pasteRle(soft, [x0 * across, y0 * down, (x1 - x0) * across, (y1 - y0) * down], copy, threshold);
}
