// What to say about a name that means nothing where it stands.
import { nearest } from "../../../../grammar/index.ts";
import type { TextMemo } from "../memo.ts";
import type { Module } from "../program.ts";
import { resolvableNames } from "../reach.ts";

/** A file with thousands of unknown names and thousands of known ones is not compared word by word. */
const mostSuggestions = 40;

/** Whether one more unknown name of a file is compared with the known ones. */
export function mayAsk(module: Module, { asked }: TextMemo): boolean {
  const count = (asked.get(module) ?? 0) + 1;
  asked.set(module, count);
  return count <= mostSuggestions;
}

/** "did you mean Basic?", from the names in reach: those of the body and those of the file. */
export function suggestions(name: string, local: readonly string[], module: Module, memo: TextMemo): string[] {
  if (!mayAsk(module, memo)) return [];
  const guess = nearest(name, [...local, ...resolvableNames(module)]);
  return guess === undefined ? [] : [`did you mean ${guess}?`];
}

export const dimensionHelp = (name: string): string =>
  `a dimension is known where it stands alone in an input, as in [.., ${name}, ${name}, C]`;
