// Line breaks. A construct stays on one line where it fits; where it does not, it breaks at all of its
// joints, and each part decides for itself again.

export const width = 100;

export interface Layout {
  /** Columns before the first text of a line. */
  readonly indent: number;
  /** Columns left on the present line. */
  readonly room: number;
}

export type Part = (layout?: Layout) => string;

export function layoutAt(indent: number, used = 0): Layout {
  return { indent, room: width - indent - used };
}

export function indented({ indent }: Layout): Layout {
  return layoutAt(indent + 2);
}

export function fits(text: string, { room }: Layout): boolean {
  return text.length <= room && !text.includes("\n");
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
