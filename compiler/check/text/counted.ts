// Which number a counted path gets, for messages. While sizes are found, paths are counted without the names that the
// text gives; when the graph is built, a name such as `as conv_2` wins, and counting passes over it.
import type { Body, Span } from "../../../grammar/index.ts";
import type { TextMemo } from "./memo.ts";
import { aliasesIn } from "./static/unused.ts";

/** `conv_2`, counted at a place, as the graph will have it: `conv_3` where the same statement says `as conv_2`. */
export function countedSegment(segment: string, span: Span, body: Body, memo: TextMemo): string {
  const [, stem, digits] = /^(.*_)(\d+)$/.exec(segment) ?? [];
  if (stem === undefined) return segment;
  const part = body.kind === "expression" ? body.value : body.statements.find((each) => holds(each.span, span));
  const named = (part && memo.aliases.get(part)) ?? new Set(aliasesIn(part));
  if (part) memo.aliases.set(part, named);
  let number = 1;
  for (let left = Number(digits) - 1; left > 0; left--) {
    number++;
    while (named.has(`${stem}${number}`)) number++;
  }
  return `${stem}${number}`;
}

const holds = (outer: Span, inner: Span): boolean =>
  outer.source === inner.source && outer.start <= inner.start && inner.end <= outer.end;
