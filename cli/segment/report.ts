// What was found in a picture, in words and as a document.
import { grouped, secondText } from "../../report/index.ts";
import { clipped, type Picture } from "../../runtime/index.ts";
import { maskArea } from "../../vision/index.ts";
import type { Exit } from "../exit.ts";
import type { KnownSegmentation } from "./boxes.ts";
import type { OpenSystem } from "./open.ts";

/** A picture that is done. */
export interface Done {
  readonly file: string;
  /** Of the file of boxes. */
  readonly id?: number;
  readonly picture: Pick<Picture, "height" | "width">;
  readonly segmentation: KnownSegmentation;
  /** Names of what was written. */
  readonly files: readonly string[];
  readonly milliseconds: number;
}

export interface Problem {
  readonly file: string;
  /** A sentence that names the file. */
  readonly message: string;
  /** The place of a box among those of its picture. */
  readonly given?: number;
  readonly exit: Exit;
}

/** `1 mask`, `1,234 pixels`. */
export const counted = (count: number, what: string): string => `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;

/** One line for the picture and one a box; for many pictures, the first alone. */
export function linesOf(
  { file, picture, segmentation, files, milliseconds }: Done,
  isShort: boolean,
): readonly string[] {
  const { size, instances } = segmentation;
  const reduced = picture.width === size.width ? "" : `, read at ${picture.width} x ${picture.height}`;
  const masks = counted(instances.length, "mask");
  const shown = files.length > 3 ? `${files.slice(0, 2).join(", ")} … ${files.at(-1)}` : files.join(", ");
  const head = `${file}: ${size.width} x ${size.height}${reduced}, ${masks}, ${secondText(milliseconds)}`;
  const first = shown === "" ? head : `${head} -> ${shown}`;
  if (isShort) return [first];
  const boxes = boxesOf(segmentation).map(({ box, area, category, score }, i) => {
    const what = [
      category === undefined ? [] : `category ${category}`,
      score === undefined ? [] : score.toFixed(3),
    ].flat();
    return `  ${i + 1}  ${box.join(",")}  ${counted(area, "pixel")}${what.length > 0 ? `  ${what.join(", ")}` : ""}`;
  });
  return [first, ...boxes];
}

/** Coordinates to a hundredth of a pixel. */
function boxesOf({ size, instances }: KnownSegmentation) {
  return instances.map(({ box, mask, score, category, given, id }) => ({
    box: (clipped(box, size) ?? box).map((each) => Math.round(100 * each) / 100),
    area: maskArea(mask),
    ...(category !== undefined && { category }),
    ...(score !== undefined && { score }),
    ...(given !== undefined && { given }),
    ...(id !== undefined && { id }),
  }));
}

export function documentOf(
  done: readonly Done[],
  problems: readonly Problem[],
  results: string | undefined,
  { engine, notes }: OpenSystem,
) {
  return {
    engine,
    pictures: done.map(({ file, picture, segmentation, files, milliseconds }) => ({
      file,
      ...segmentation.size,
      readAt: { height: picture.height, width: picture.width },
      instances: boxesOf(segmentation),
      files,
      milliseconds,
    })),
    problems: problems.map(({ exit: _, ...problem }) => problem),
    ...(results !== undefined && { results }),
    notes,
  };
}
