// Line breaks. A construct stays on one line where it fits; where it does not, it breaks at all of its
// joints, and each part decides for itself again.

import type { Comment } from "../comments.ts";
import type { Span } from "../span.ts";

export const width = 100;

export interface Page {
  /** Whether a comment stands inside; then a construct breaks as one that is too long. */
  readonly isCommented: (span: Span) => boolean;
}

/** The page of a text with these comments. */
export function pageOf(comments: readonly Comment[]): Page {
  const firstFrom = (offset: number) => {
    let [low, high] = [0, comments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((comments[middle]?.span.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return comments[low];
  };
  return { isCommented: ({ start, end }) => (firstFrom(start)?.span.start ?? end) < end };
}

export interface Layout extends Page {
  /** Columns before the first text of a line. */
  readonly indent: number;
  /** Columns left on the present line. */
  readonly room: number;
}

export type Part = (layout?: Layout) => string;

export function layoutAt({ isCommented }: Page, indent: number, used = 0): Layout {
  return { isCommented, indent, room: width - indent - used };
}

export function indented(layout: Layout): Layout {
  return layoutAt(layout, layout.indent + 2);
}

export function fits(text: string, span: Span, { room, isCommented }: Layout): boolean {
  return text.length <= room && !text.includes("\n") && !isCommented(span);
}

export function lines(parts: readonly string[], indent: number): string {
  return parts.join(`\n${" ".repeat(indent)}`);
}

/** A list in brackets: on one line, or with one item on each. */
export function bracketed(open: string, parts: readonly Part[], close: string, layout: Layout | undefined): string {
  if (layout === undefined || parts.length === 0) return open + parts.map((part) => part()).join(", ") + close;
  const inner = indented(layout);
  const items = parts.map((part) => `${part(inner)},`);
  return `${lines([open.trimEnd(), ...items], inner.indent)}\n${" ".repeat(layout.indent)}${close.trimStart().replace(",", "")}`;
}
