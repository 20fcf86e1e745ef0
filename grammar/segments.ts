// Where declarations and statements begin, seen from the tokens alone. Each declaration is parsed from
// its own tokens, so whatever is wrong in one cannot reach the next. In a correct text the answer is
// exact; in a broken one line breaks and neighbours tell a beginning from a stray word.
import type { TokenType } from "chevrotain";
import * as t from "./tokens.ts";

export interface Segment {
  readonly start: number;
  readonly end: number;
  /** The declaration keyword behind the annotations; absent in junk. */
  readonly keyword?: number;
}

type Tokens = readonly t.Token[];
type MaybeType = TokenType | undefined;

const typeAt = (tokens: Tokens, at: number): MaybeType => tokens[at]?.tokenType;

// What follows a keyword that is only a label: `f(table = 1)`, `{ type: 2 }`, `| test |`.
const afterLabel: ReadonlySet<MaybeType> = new Set([t.Equals, t.Colon, t.Comma, t.RightRound, t.RightCurly, t.Bar]);

/** A soft keyword after `.`, or before what follows a label, does not begin anything. */
function isLabel(tokens: Tokens, at: number): boolean {
  return typeAt(tokens, at - 1) === t.Dot || afterLabel.has(typeAt(tokens, at + 1));
}

/** Whether something may begin at `at`: on a new line always, within a line where something can have ended. */
function mayBegin(tokens: Tokens, at: number): boolean {
  const before = typeAt(tokens, at - 1);
  return before === undefined || tokens[at]?.startsLine === true || t.operandEnds.has(before);
}

const valueNames: readonly MaybeType[] = [t.Upper, t.Lower];
const typeNames: readonly MaybeType[] = [t.Upper];
const afterKeyword: ReadonlyMap<TokenType, readonly MaybeType[]> = new Map([
  [t.Use, [t.StringLiteral]],
  [t.Const, valueNames],
  [t.Fn, valueNames],
  [t.TypeWord, typeNames],
  [t.Enum, typeNames],
  [t.Table, typeNames],
  [t.Block, typeNames],
  [t.Model, typeNames],
  [t.Test, [t.StringLiteral]],
  [t.Weights, typeNames],
  [t.Mapping, typeNames],
  [t.Defaults, [t.LeftCurly]],
]);

function isDeclarationStart(tokens: Tokens, at: number): boolean {
  const type = typeAt(tokens, at);
  if (type === undefined || !t.declarationWords.has(type) || isLabel(tokens, at)) return false;
  // On a line of its own the keyword decides; within a line what follows must look like a declaration too.
  if (tokens[at]?.startsLine) return true;
  const isStray = t.declarationWords.has(typeAt(tokens, at - 1) ?? t.Name);
  return (isStray || mayBegin(tokens, at)) && (afterKeyword.get(type) ?? []).includes(typeAt(tokens, at + 1));
}

const afterPartName: ReadonlySet<MaybeType> = new Set([t.On, t.Arrow]);

/** `part` is a name as well, but for the one in front of a name, or of a word that is taken for one. */
function isStatementType(tokens: Tokens, at: number): boolean {
  const type = typeAt(tokens, at);
  if (type === t.Part) return valueNames.includes(typeAt(tokens, at + 1)) || afterPartName.has(typeAt(tokens, at + 2));
  return type !== undefined && t.statementWords.has(type);
}

/** A statement keyword that is not a label. */
export function isStatementWord(tokens: Tokens, at: number): boolean {
  const type = typeAt(tokens, at);
  if (!isStatementType(tokens, at)) return false;
  if (type === t.Let || type === t.Return) return true;
  return !isLabel(tokens, at) && !(type === t.Skip && typeAt(tokens, at - 1) === t.Without);
}

/**
 * Where a statement begins, `depth` brackets inside the one before. At depth 0 there are no labels, so
 * `skip = x` begins a broken `skip`; deeper, only a new line makes a keyword a beginning.
 */
export function isStatementStart(tokens: Tokens, at: number, depth: number): boolean {
  const type = typeAt(tokens, at);
  if (!isStatementType(tokens, at)) return false;
  const before = typeAt(tokens, at - 1);
  if (before === t.Dot || (type === t.Skip && before === t.Without)) return false;
  if (tokens[at]?.startsLine) return depth === 0 || isStatementWord(tokens, at);
  return depth === 0 && (mayBegin(tokens, at) || before === t.LeftCurly);
}

interface Start {
  readonly start: number;
  keyword?: number;
  /** Where the annotations that the segment begins with end; a keyword there belongs to them. */
  annotationsEnd: number;
}

export function segmentsOf(tokens: Tokens, from: number, text: string): Segment[] {
  const starts: Start[] = [];
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const open = starts.at(-1);
    const continues = open !== undefined && open.keyword === undefined && open.annotationsEnd === at;
    depth = Math.max(0, depth + depthOf(typeAt(tokens, at)));
    const isNested = depth > 0 && open !== undefined && standsInside(tokens, at, open.start, text);
    if (!isNested && isDeclarationStart(tokens, at)) {
      if (continues) open.keyword = at;
      else starts.push({ start: at, keyword: at, annotationsEnd: -1 });
      depth = 0;
    } else if (beginsAnnotation(tokens, at)) {
      const annotationsEnd = behindAnnotation(tokens, at);
      if (continues) open.annotationsEnd = annotationsEnd;
      else starts.push({ start: at, annotationsEnd });
    } else if (open === undefined) starts.push({ start: at, annotationsEnd: -1 });
  }
  return starts.map(({ start, keyword }, index) => ({
    start,
    end: starts[index + 1]?.start ?? tokens.length,
    ...(keyword !== undefined && { keyword }),
  }));
}

const depthOf = (type: MaybeType) => (type === t.LeftCurly ? 1 : type === t.RightCurly ? -1 : 0);

/** In open braces, a keyword on a line further in than the declaration around it is a stray word of its body. */
function standsInside(tokens: Tokens, at: number, around: number, text: string): boolean {
  const token = tokens[at];
  if (!token?.startsLine || !t.declarationWords.has(token.tokenType)) return false;
  return columnOf(text, token.startOffset) > columnOf(text, tokens[around]?.startOffset ?? 0);
}

/** How much space stands before what begins a line. */
function columnOf(text: string, offset: number): number {
  let at = offset;
  while (text[at - 1] === " " || text[at - 1] === "\t") at--;
  return offset - at;
}

/** `@` begins something on a new line; within a line only where a declaration follows in that line. */
function beginsAnnotation(tokens: Tokens, at: number): boolean {
  if (typeAt(tokens, at) !== t.AtSign || !mayBegin(tokens, at)) return false;
  if (!valueNames.includes(typeAt(tokens, at + 1))) return false;
  if (tokens[at]?.startsLine !== false) return true;
  const next = behindAnnotation(tokens, at);
  const type = typeAt(tokens, next);
  const follows = type === t.AtSign || (type !== undefined && t.declarationWords.has(type));
  return follows && tokens[next]?.startsLine === false;
}

/** The index behind `@name(…)`; -1 when its brackets do not close before the next annotation. */
function behindAnnotation(tokens: Tokens, start: number): number {
  if (typeAt(tokens, start + 2) !== t.LeftRound) return start + 2;
  let depth = 0;
  for (let at = start + 2; at < tokens.length && typeAt(tokens, at) !== t.AtSign; at++) {
    const type = typeAt(tokens, at) ?? t.Name;
    if (t.closerOf.has(type)) depth++;
    else if (t.closers.has(type) && --depth === 0) return at + 1;
  }
  return -1;
}
