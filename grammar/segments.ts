// Where declarations and statements begin, seen from the tokens alone. Each declaration is parsed from
// its own tokens, so whatever is wrong in one cannot reach the next.
import type { TokenType } from "chevrotain";
import * as t from "./tokens.ts";

export interface Segment {
  readonly start: number;
  readonly end: number;
  /** The declaration keyword behind the annotations; absent in junk before the first declaration. */
  readonly keyword?: number;
  /** The token at which the segment is nested too deep to be parsed. */
  readonly tooDeep?: number;
}

type Tokens = readonly t.Token[];

const typeAt = (tokens: Tokens, at: number): TokenType | undefined => tokens[at]?.tokenType;

// What follows a keyword that is only a label: `f(table = 1)`, `{ type: 2 }`, `| test |`.
const afterLabel: ReadonlySet<TokenType | undefined> = new Set([t.Equals, t.Colon, t.Comma, t.RightRound, t.RightCurly, t.Bar]);

/** A soft keyword after `.`, or before what follows a label, does not begin anything. */
function isLabel(tokens: Tokens, at: number): boolean {
  return typeAt(tokens, at - 1) === t.Dot || afterLabel.has(typeAt(tokens, at + 1));
}

export function isDeclarationStart(tokens: Tokens, at: number): boolean {
  const type = typeAt(tokens, at);
  return type !== undefined && t.declarationWords.has(type) && !isLabel(tokens, at);
}

/** Like above; at the depth of the body itself there are no labels, so `skip = x` begins a broken `skip`. */
export function isStatementStart(tokens: Tokens, at: number, depth: number): boolean {
  const type = typeAt(tokens, at);
  if (type === undefined || !t.statementWords.has(type)) return false;
  if (type === t.Let || type === t.Return) return true;
  const before = typeAt(tokens, at - 1);
  if (before === t.Dot || (type === t.Skip && before === t.Without)) return false;
  return depth === 0 || !isLabel(tokens, at);
}

export function segmentsOf(tokens: Tokens, from: number): Segment[] {
  const starts: { start: number; keyword?: number }[] = [];
  for (let at = from; at < tokens.length; at++) {
    const open = starts.at(-1);
    const isAnnotation = typeAt(tokens, at) === t.AtSign;
    const annotated = open !== undefined && open.keyword === undefined && typeAt(tokens, open.start) === t.AtSign;
    if (isDeclarationStart(tokens, at)) {
      if (annotated) open.keyword = at;
      else starts.push({ start: at, keyword: at });
    } else if (open === undefined || (isAnnotation && !annotated)) starts.push({ start: at });
  }
  return starts.map((segment, index) => {
    const end = starts[index + 1]?.start ?? tokens.length;
    const tooDeep = nestsTooDeep(tokens, segment.start, end);
    return { ...segment, end, ...(tooDeep !== undefined && { tooDeep }) };
  });
}

export const nestingLimit = 256;

// Words that open a level without a bracket: what follows `if a then b else` nests as brackets do.
const opening: ReadonlySet<TokenType> = new Set([t.If, t.Match, t.Chain, t.Each, t.Grow]);
const separators: ReadonlySet<TokenType> = new Set([t.Comma, t.Bar]);

/** Inside one pair of brackets: levels opened by words since the last separator, and steps like `.a` in a row. */
interface Frame {
  words: number;
  steps: number;
}

/**
 * The first token nested deeper than the parser may recurse. It needs a dozen calls for each level, so
 * this is decided before it runs. Long rows of signs and steps are refused here too, where they cost
 * nothing; `to-tree` measures exactly.
 */
function nestsTooDeep(tokens: Tokens, start: number, end: number): number | undefined {
  const frames: Frame[] = [{ words: 0, steps: 0 }];
  let depth = 0;
  let signs = 0;
  for (let at = start; at < end; at++) {
    const type = tokens[at]?.tokenType;
    const frame = frames.at(-1);
    if (type === undefined || frame === undefined) continue;
    signs = type === t.Minus || type === t.Not ? signs + 1 : 0;
    frame.steps = stepsAfter(tokens, at, frame.steps);
    if (t.closerOf.has(type)) {
      frames.push({ words: 0, steps: 0 });
      depth++;
    } else if (t.closers.has(type) && frames.length > 1) depth -= 1 + (frames.pop()?.words ?? 0);
    else if (opening.has(type)) {
      frame.words++;
      depth++;
    } else if (separators.has(type) || isStatementStart(tokens, at, 1)) {
      depth -= frame.words;
      frame.words = 0;
    }
    if (Math.max(depth, signs - 1, frame.steps) > nestingLimit) return at;
  }
  return undefined;
}

const names: ReadonlySet<TokenType> = new Set(t.vocabulary.filter((type) => type === t.Upper || type === t.Lower || type.CATEGORIES?.includes(t.Label)));

/** `.a`, `(…)` and `[…]` directly behind an operand lengthen its chain; anything but a name ends it. */
function stepsAfter(tokens: Tokens, at: number, steps: number): number {
  const type = typeAt(tokens, at);
  const before = typeAt(tokens, at - 1);
  const isStep = type === t.Dot || ((type === t.LeftRound || type === t.LeftSquare) && before !== undefined && (t.closers.has(before) || names.has(before)));
  if (isStep) return steps + 1;
  return before === t.Dot || (type !== undefined && t.closers.has(type)) ? steps : 0;
}
