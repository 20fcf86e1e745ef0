// A tree as text, in one style. `parse(print(tree))` is `tree` again, apart from places. Comments are not in
// the tree: they are read from its source, and woven into the text where they stood.
import { commentsOf } from "./comments.ts";
import { lex } from "./lex.ts";
import { declaration, use } from "./print/declarations.ts";
import { type Page, pageOf } from "./print/layout.ts";
import { type Piece, weave } from "./print/weave.ts";
import type { File } from "./tree.ts";

export function print(file: File): string {
  const { tokens, docs } = lex(file.source);
  const comments = commentsOf(file.source, tokens);
  return weave(pieces(file, pageOf(comments)), { tokens, docs, comments });
}

function pieces({ edition, uses, declarations }: File, page: Page): Piece[] {
  const start = edition && { ...edition.span, start: 0 };
  return [
    ...(start ? [{ text: `dm ${edition.value}`, span: start, isHead: true }] : []),
    ...uses.map((each) => ({ text: use(each, page), span: each.span, isHead: true })),
    ...declarations.map((each) => ({ text: declaration(each, page), span: each.span, isHead: false })),
  ];
}
