// What a file tells of its pictures and masks: the settings of `@image` and `@masks`, held in its metadata as JSON.
// A file may come from anywhere, so each of them is looked at before it is believed.
import type { ImageInput } from "../../vision/index.ts";
import type { Manifest } from "../manifest.ts";

/** What the boxes and masks of a system mean. */
export interface MasksMeaning {
  /** [ymin, xmin, ymax, xmax], 0 to 1 over the input, or in pixels of it. */
  readonly boxes: "normalized" | "pixels";
  readonly values: "probabilities" | "logits";
  readonly paste: "corners" | "framed";
  /** The category that class 0 is. */
  readonly first?: number;
}

type Metadata = Manifest["metadata"];
type Settings = Readonly<Record<string, unknown>>;

/** `in_graph`: the file normalises by itself, and takes bytes. */
export type ToldImage = ImageInput & { readonly in_graph?: true };

/** Undefined where nothing is told, or nothing that can be obeyed. */
export function imageToldIn(metadata: Metadata): ToldImage | undefined {
  const told = settingsIn(metadata["image"]);
  if (!told) return undefined;
  const { input, range, mean, std, size } = told;
  const isSound =
    typeof input === "string" &&
    isOne(told["resize"], ["fit", "stretch", "none"]) &&
    (told["resize"] === "none" || (areNumbers(size, 2) && size.every(isSide))) &&
    isOne(told["kernel"], ["half_pixel", "asymmetric"]) &&
    isOne(told["pad"], ["bottom_right", "none"]) &&
    isOne(told["before"], ["normalize", "pad"]) &&
    isOne(told["order"], ["rgb", "bgr"]) &&
    areNumbers([range], 1) &&
    areNumbers(mean, 3) &&
    areNumbers(std, 3) &&
    std.every((value) => value !== 0) &&
    isOne(told["in_graph"], [undefined, true]);
  return isSound ? (told as unknown as ToldImage) : undefined;
}

export function masksToldIn(metadata: Metadata): MasksMeaning | undefined {
  const told = settingsIn(metadata["masks"]);
  const isSound =
    told !== undefined &&
    isOne(told["boxes"], ["normalized", "pixels"]) &&
    isOne(told["values"], ["probabilities", "logits"]) &&
    isOne(told["paste"], ["corners", "framed"]) &&
    (told["first"] === undefined || Number.isSafeInteger(told["first"]));
  return isSound ? (told as unknown as MasksMeaning) : undefined;
}

function settingsIn(text: string | undefined): Settings | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null ? (value as Settings) : undefined;
  } catch {
    return undefined;
  }
}

const isOne = (value: unknown, words: readonly unknown[]): boolean => words.some((word) => word === value);

const isSide = (value: number): boolean => Number.isInteger(value) && value >= 1 && value < 2 ** 16;

const areNumbers = (value: unknown, count: number): value is readonly number[] =>
  Array.isArray(value) && value.length === count && value.every((each) => Number.isFinite(each));
