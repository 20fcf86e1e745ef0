// The text of an expression in one line, for messages.
import { type Expression, type Span, textOf } from "../../../grammar/index.ts";

/** The text of an expression in one line, for messages. */
export const sourceText = (e: Expression): string => shortText(e.span);

export function shortText(span: Span): string {
  const text = textOf(span).replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
