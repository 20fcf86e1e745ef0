// Comments put back. A printed text has the tokens of its source, but for commas and parentheses that may be
// left out, so each comment finds the two tokens again between which it stood. Line breaks mean nothing to the
// grammar, so it may stand there whatever the layout is.
import type { Comment } from "../comments.ts";
import { lex } from "../lex.ts";
import { type Span, textOf } from "../span.ts";
import * as t from "../tokens.ts";
import { aligned } from "./align.ts";

/** The text of one declaration, and where it was read. */
export interface Piece {
  readonly text: string;
  readonly span: Span;
  /** An import, or the edition: they stand line by line. */
  readonly isHead: boolean;
}

/** What was found in the source. */
interface Origin {
  readonly tokens: readonly t.Token[];
  readonly docs: ReadonlyMap<number, string>;
  readonly comments: readonly Comment[];
}

interface Inner {
  readonly piece: Piece;
  /** The tokens of the source. */
  readonly from: number;
  readonly to: number;
  readonly before: readonly Comment[];
  readonly inside: readonly Comment[];
  readonly behind: readonly Comment[];
}

export function weave(pieces: readonly Piece[], origin: Origin): string {
  const isDoc = new Set(origin.docs.values());
  const { inner, rest } = shared(pieces, origin);
  let text = "";
  let last: Piece | undefined;
  for (const each of inner) {
    const body = withComments(each, origin, isDoc);
    const { piece, behind } = each;
    text += separator(last, piece, body.before) + above(body.before) + body.text;
    text += behind.map(({ span }) => ` ${textOf(span)}`).join("");
    last = piece;
  }
  const [first] = rest;
  if (first) text += text === "" ? "" : first.blankBefore ? "\n\n" : "\n";
  text += block(rest).join("\n");
  return text === "" ? "" : `${text}\n`;
}

function separator(last: Piece | undefined, { isHead }: Piece, [first]: readonly Comment[]): string {
  if (last === undefined) return "";
  return isHead && last.isHead && !first?.blankBefore ? "\n" : "\n\n";
}

/** Comments on lines of their own; an empty text is an empty line. */
function block(comments: readonly Comment[]): string[] {
  return comments.flatMap(({ span, blankBefore }, index) => [...(index > 0 && blankBefore ? [""] : []), textOf(span)]);
}

function above(comments: readonly Comment[]): string {
  const last = comments.at(-1);
  return last ? `${block(comments).join("\n")}\n${last.blankAfter ? "\n" : ""}` : "";
}

/** Which comments belong to which piece: those in front of it and in it, and the one behind its last line. */
function shared(pieces: readonly Piece[], { tokens, comments }: Origin): { inner: Inner[]; rest: Comment[] } {
  const order = pieces.map((piece): Filled => ({ piece, from: 0, to: 0, before: [], inside: [], behind: [] }));
  let next = 0;
  let at = 0;
  const upTo = (token: number, into: Comment[]) => {
    for (let comment = comments[next]; comment && comment.token <= token; comment = comments[++next])
      into.push(comment);
  };
  for (const each of order.toSorted((a, b) => a.piece.span.start - b.piece.span.start)) {
    const { start, end } = each.piece.span;
    while (at < tokens.length && (tokens[at]?.startOffset ?? end) < start) at++;
    each.from = at;
    while (at < tokens.length && (tokens[at]?.startOffset ?? end) < end) at++;
    each.to = at;
    upTo(each.from, each.before);
    upTo(each.to - 1, each.inside);
    const comment = comments[next];
    if (comment?.token !== each.to || comment.ownLine) continue;
    each.behind.push(comment);
    next++;
  }
  return { inner: order, rest: comments.slice(next) };
}

interface Filled extends Inner {
  from: number;
  to: number;
  readonly before: Comment[];
  readonly inside: Comment[];
  readonly behind: Comment[];
}

/** The text of a piece with what stood inside; where it is not what was read, that goes in front, so that nothing is lost. */
function withComments(
  { piece, from, to, before, inside }: Inner,
  origin: Origin,
  isDoc: ReadonlySet<string>,
): { text: string; before: readonly Comment[] } {
  const printed = lex({ name: "", text: piece.text });
  const places = aligned(origin.tokens.slice(from, to), printed.tokens);
  const gaps = new Map<number, Comment[]>();
  for (const comment of places ? inside : []) {
    const place = places?.[comment.token - from] ?? printed.tokens.length;
    const known = gaps.get(place);
    if (known) known.push(comment);
    else gaps.set(place, [comment]);
  }
  return { text: joined(piece.text, printed, gaps, isDoc), before: places ? before : [...before, ...inside] };
}

/** The printed tokens, with the comments of each gap; docs that the source has are printed as they stand there. */
function joined(
  text: string,
  { tokens, docs }: { readonly tokens: readonly t.Token[]; readonly docs: ReadonlyMap<number, string> },
  gaps: ReadonlyMap<number, readonly Comment[]>,
  isDoc: ReadonlySet<string>,
): string {
  const parts: string[] = [];
  let end = 0;
  let indent = 0;
  tokens.forEach((token, index) => {
    const space = text.slice(end, token.startOffset);
    const comments = gaps.get(index) ?? [];
    const doc = docs.get(token.startOffset);
    const kept =
      doc !== undefined && !isDoc.has(doc)
        ? space
            .trimEnd()
            .split("\n")
            .map((line) => line.trim())
        : [];
    const bare = doc === undefined ? space : space.slice(space.lastIndexOf("\n") + (index === 0 ? 1 : 0));
    const written = gap(bare, comments, kept, { indent, closes: t.closers.has(token.tokenType) });
    parts.push(index === 0 ? written.trimStart() : written, token.image);
    if (bare.includes("\n")) indent = bare.length - bare.lastIndexOf("\n") - 1;
    end = token.endOffset + 1;
  });
  parts.push(...(gaps.get(tokens.length) ?? []).map(({ span }) => ` ${textOf(span)}`));
  return parts.join("");
}

interface Around {
  /** Of the line that goes on here. */
  readonly indent: number;
  /** Whether the token behind is a closing bracket. */
  readonly closes: boolean;
}

function gap(space: string, comments: readonly Comment[], docs: readonly string[], { indent, closes }: Around): string {
  if (comments.length === 0 && docs.length === 0) return space;
  const [first] = comments;
  const breaks = space.includes("\n");
  const own = breaks ? space.length - space.lastIndexOf("\n") - 1 : indent + (closes ? 0 : 2);
  const margin = " ".repeat(closes ? own + 2 : own);
  const trails = first !== undefined && !first.ownLine;
  const head = trails ? ` ${textOf(first.span)}` : "";
  const lines = [...block(trails ? comments.slice(1) : comments), ...docs].map((line) => (line ? margin + line : ""));
  const isApart = comments[trails ? 1 : 0]?.blankBefore && lines.length > docs.length;
  const blank = docs.length === 0 && comments.at(-1)?.blankAfter ? "\n" : "";
  return `${[head, ...(isApart ? [""] : []), ...lines].join("\n")}\n${blank}${" ".repeat(own)}`;
}
