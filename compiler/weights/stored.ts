// How the numbers of a weight lie in its file: an axis order, and within an axis that a map was flattened into,
// pixels or channels first. Both are letters, so that one walk brings them to any order.
import type { Laid, TargetAxes } from "../ir/axes.ts";
import { targetDims } from "../ir/axes.ts";
import type { Weight } from "../ir/graph.ts";
import type { Flattened } from "./uses.ts";

/** A weight whose file flattened maps as PyTorch does, channels first. */
export interface ChannelsFirst {
  readonly rows?: Flattened;
  readonly columns?: Flattened;
}

/** Pixels are P in rows and Q in columns; the letter of the axis is left to its channels. */
const pixelLetters: Readonly<Record<string, "P" | "Q">> = { I: "P", O: "Q", C: "Q" };

const flattenedBy = (letter: string, { rows, columns }: ChannelsFirst): Flattened | undefined =>
  letter === "I" ? rows : letter === "O" || letter === "C" ? columns : undefined;

/** The letters of the file. */
export function lettersInFile(axes: TargetAxes, first: ChannelsFirst | undefined): string {
  if (!first) return axes;
  return [...axes].map((letter) => (flattenedBy(letter, first) ? letter + pixelLetters[letter] : letter)).join("");
}

/** The weight as the target wants it: that is the order in which its numbers will lie. */
export function wantedLetters(weight: Weight, target: TargetAxes, first: ChannelsFirst | undefined): Laid {
  const axes = target === "logical" ? weight.axes : target;
  const dims = targetDims(weight, target);
  if (!first) return { path: weight.path, dims, axes };
  const parts = [...axes].map((letter, i) => {
    const map = flattenedBy(letter, first);
    return map
      ? { letters: `${pixelLetters[letter]}${letter}`, sizes: [map.pixels, map.channels] }
      : { letters: letter, sizes: [dims[i] ?? 1] };
  });
  return {
    path: weight.path,
    dims: parts.flatMap(({ sizes }) => sizes),
    axes: parts.map(({ letters }) => letters).join(""),
  };
}
