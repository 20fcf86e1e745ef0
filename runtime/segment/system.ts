// A system as it can be run: one model that does everything, or one that reads the image once and one that makes masks
// of any number of boxes. Which is which, and what their inputs are, is read from the files alone.
import type { Manifest, Port } from "../manifest.ts";
import { type EngineFailure, isEngineFailure, type Session } from "../session.ts";
import { imageToldIn, type MasksMeaning, masksToldIn, type ToldImage } from "./told.ts";

/** What is needed of a session; one of a page may answer the same. */
export type Runner = Pick<Session, "manifest" | "run">;

export interface System {
  readonly image: ToldImage;
  readonly meaning: MasksMeaning;
  /** Reads the image. */
  readonly features: Runner;
  /** Makes masks of boxes and of what `features` answers; `features` itself where one model does everything. */
  readonly masks: Runner;
  /** The input of `masks` that takes boxes; absent where the model takes none, but finds its own. */
  readonly boxes?: Port;
  /** The outputs that say what is there; absent where nothing is found by itself. */
  readonly found?: Found;
}

/** Names of outputs of `features`. */
interface Found {
  readonly boxes: string;
  readonly scores: string;
  readonly classes?: string;
}

const invalid = (message: string): EngineFailure => ({ failure: "model-invalid", message });

/** One or two open models, in any order. */
export function systemOf(runners: readonly Runner[]): System | EngineFailure {
  const read = featuresAmong(runners);
  if (isEngineFailure(read)) return read;
  const { features, image } = read;
  const others = runners.filter((runner) => runner !== features);
  const [masks = features] = others;
  if (others.length > 1) return invalid(`a system is one model or two, not ${runners.length}`);
  const meaning = masksToldIn(masks.manifest.metadata) ?? masksToldIn(features.manifest.metadata);
  if (!meaning)
    return invalid("the model does not say what its masks are: @masks(…) stands in front of it in its text");
  const given = new Set([image.input, ...(masks === features ? [] : namesOf(features.manifest.outputs))]);
  const open = masks.manifest.inputs.filter(({ name }) => !given.has(name));
  if (open.length > 1) return invalid(`nothing says what the inputs ${open.map(({ name }) => name).join(" and ")} are`);
  const [boxes] = open;
  const found = foundIn(features.manifest);
  if (!boxes && !found) return invalid("the model takes no boxes, and has no outputs `boxes` and `scores`");
  if (!masksName(masks.manifest)) return invalid("the model has no output `masks`");
  return { image, meaning, features, masks, ...(boxes && { boxes }), ...(found && { found }) };
}

function featuresAmong(
  runners: readonly Runner[],
): { readonly features: Runner; readonly image: ToldImage } | EngineFailure {
  let told = 0;
  for (const runner of runners) {
    const image = imageToldIn(runner.manifest.metadata);
    if (!image) continue;
    told++;
    if (runner.manifest.inputs.some(({ name }) => name === image.input)) return { features: runner, image };
  }
  return invalid(
    told > 0
      ? "no model takes the image that @image is about"
      : "the model does not say how it reads an image: @image(…) stands in front of it in its text",
  );
}

const namesOf = (ports: readonly Port[]): readonly string[] => ports.map(({ name }) => name);

/** `boxes`, and `det.boxes`, which is `det_boxes` in a file. */
const ending = (ports: readonly Port[], word: string): string | undefined =>
  namesOf(ports).find((name) => name.split(/[._/]/).at(-1) === word);

export const masksName = ({ outputs }: Manifest): string | undefined =>
  ending(outputs, "masks") ?? (outputs.length === 1 ? outputs[0]?.name : undefined);

function foundIn({ outputs }: Manifest): Found | undefined {
  const [boxes, scores] = ["boxes", "scores"].map((word) => ending(outputs, word));
  const classes = ending(outputs, "classes") ?? ending(outputs, "labels");
  if (boxes === undefined || scores === undefined) return undefined;
  return { boxes, scores, ...(classes !== undefined && { classes }) };
}

export const isChannelsFirst = ({ manifest }: Runner): boolean => manifest.metadata["layout"] === "nchw";
