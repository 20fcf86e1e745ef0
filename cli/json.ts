// Documents of JSON that others wrote: COCO's files, lists of boxes.
import { Failure } from "./exit.ts";
import { readBytes } from "./files.ts";

const largest = 2 ** 28;

/** `refused`: how a reason is told, where the file can be read but is none. */
export function readJson(file: string, refused: (reason: string) => Failure): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(readBytes(file, largest, "split the file")));
  } catch (problem) {
    if (problem instanceof Failure) throw problem;
    throw refused(problem instanceof SyntaxError ? "it is no JSON" : "it is not UTF-8 text");
  }
}

export type Entry = Readonly<Record<string, unknown>>;

/** A list of objects; undefined for anything else. */
export const entriesOf = (value: unknown): readonly Entry[] | undefined =>
  Array.isArray(value) && value.every((each) => typeof each === "object" && each !== null)
    ? (value as readonly Entry[])
    : undefined;
