// What to say about a name that means nothing where it stands.
import { nearest, positionAt, type Span } from "../../../../grammar/index.ts";
import type { TextMemo } from "../memo.ts";
import type { Module } from "../program.ts";
import { resolvableNames } from "../reach.ts";
import { operatorNames } from "../vocabulary.ts";
import { foreignHelp, sameWord, withoutRank } from "./foreign.ts";

/** A file with thousands of unknown names and thousands of known ones is not compared word by word. */
const mostSuggestions = 40;

/** Whether one more unknown name of a file is compared with the known ones. */
export function mayAsk(module: Module, { asked }: TextMemo): boolean {
  const count = (asked.get(module) ?? 0) + 1;
  asked.set(module, count);
  return count <= mostSuggestions;
}

/**
 * What is meant by a name: the same word in another case, what another library calls one of ours, or what is
 * nearest among the names of the body and of the file.
 */
export function suggestions(name: string, local: readonly string[], module: Module, memo: TextMemo): string[] {
  if (!mayAsk(module, memo)) return [];
  const known = [...local, ...resolvableNames(module)];
  const same = sameWord(name, known);
  if (same !== undefined) return [`did you mean ${same}?`];
  const foreign = foreignHelp(name);
  if (foreign !== undefined) return [foreign];
  const guess = sameWord(withoutRank(name), operatorNames) ?? nearest(name, known);
  if (guess !== undefined) return [`did you mean ${guess}?`];
  return /^[A-Z]$/.test(name) ? [dimensionHelp(name)] : [];
}

/** Behind the name of another library, or after the dot of a tensor, only operators can be meant. */
export function operatorHelp(name: string): string[] {
  const foreign = foreignHelp(name);
  const same = sameWord(name, operatorNames) ?? (foreign ? undefined : sameWord(withoutRank(name), operatorNames));
  if (same !== undefined) return [`here it is \`${same}\``];
  if (foreign !== undefined) return [foreign];
  const guess = nearest(name, operatorNames);
  return guess === undefined ? [] : [`did you mean ${guess}?`];
}

export const dimensionHelp = (name: string): string =>
  `a dimension is known where it stands alone in an input, as in ${/^[HWC]$/.test(name) ? "[.., H, W, C]" : `[.., ${name}, ${name}, C]`}`;

export function belowHelp(name: string, { source, start }: Span, use: Span): string {
  if (start < use.start) return `${name} is what this statement defines; what it is made of has another name`;
  return `${name} is defined below, on line ${positionAt(source, start).line}; a body is read from top to bottom`;
}
