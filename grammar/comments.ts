// Comments: what lies between the tokens and is no space. They are a function of the text and its tokens,
// not a part of the tree: whoever only compiles pays nothing for them, and they are there as well where the
// tree has a hole. `##` lines are among them; the tree holds the text of those that describe something.
import { endOfLine, isNextLine } from "./lex.ts";
import type { Source, Span } from "./span.ts";
import type { Token } from "./tokens.ts";

/** What the scanner passes over, apart from comments. */
const space = /[ \t-\r]*/y;

export interface Comment {
  /** From its first `#`, without the spaces behind it. */
  readonly span: Span;
  /** The index of the token that follows; the number of tokens where none does. */
  readonly token: number;
  /** Whether nothing stands before it on its line. */
  readonly ownLine: boolean;
  readonly blankBefore: boolean;
  readonly blankAfter: boolean;
}

/** All comments of a text in their order; `tokens` are those that `lex` found in it. */
export function commentsOf(source: Source, tokens: readonly Token[]): Comment[] {
  const { text } = source;
  const result: Comment[] = [];
  let hash = text.indexOf("#");
  for (let token = 0; token <= tokens.length && hash >= 0; token++) {
    const from = (tokens[token - 1]?.endOffset ?? -1) + 1;
    const to = tokens[token]?.startOffset ?? text.length;
    // A `#` in front of the gap stood in a string.
    if (hash < from) hash = text.indexOf("#", from);
    let before = from;
    while (hash >= 0 && hash < to) {
      const comment = commentAt(source, { start: hash, before, token });
      result.push(comment);
      before = comment.span.end;
      hash = text.indexOf("#", endOfLine(text, hash));
    }
  }
  return result;
}

interface Found {
  readonly start: number;
  /** The end of the token or comment before. */
  readonly before: number;
  readonly token: number;
}

function commentAt(source: Source, { start, before, token }: Found): Comment {
  const { text } = source;
  const lineEnd = endOfLine(text, start);
  const end = start + text.slice(start, lineEnd).trimEnd().length;
  const breaks = lineBreaks(text, before);
  return {
    span: { source, start, end },
    token,
    ownLine: breaks > 0 || before === 0,
    blankBefore: breaks > 1 || (breaks === 1 && !isNextLine(text, before, start)),
    blankAfter: lineBreaks(text, lineEnd) > 1,
  };
}

/** The line breaks in the space that begins at `from`. */
function lineBreaks(text: string, from: number): number {
  space.lastIndex = from;
  const found = space.exec(text)?.[0] ?? "";
  return found.match(/\r\n|\r|\n/g)?.length ?? 0;
}
