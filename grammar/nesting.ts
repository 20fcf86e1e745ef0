// How deep a text nests, seen from the tokens alone and before anything recurses into it.
import type { TokenType } from "chevrotain";
import { isStatementWord } from "./segments.ts";
import * as t from "./tokens.ts";

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
export function nestsTooDeep(tokens: readonly t.Token[], start: number, end: number): number | undefined {
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
    } else if (separators.has(type) || isStatementWord(tokens, at)) {
      depth -= frame.words;
      frame.words = 0;
    }
    if (Math.max(depth, signs - 1, frame.steps) > nestingLimit) return at;
  }
  return undefined;
}

const appliers: ReadonlySet<TokenType | undefined> = new Set([t.With, t.At]);

/** Whether the bracket at `at` is applied to the operand in front of it. */
function applies(tokens: readonly t.Token[], at: number): boolean {
  const before = tokens[at - 1]?.tokenType;
  if (before === undefined || appliers.has(before)) return before !== undefined;
  const isBehind = t.operandEnds.has(before) || tokens[at - 2]?.tokenType === t.Dot;
  return isBehind && tokens[at]?.tokenType !== t.LeftCurly;
}

/** `.a`, `(…)` and `[…]` directly behind an operand lengthen its chain; anything but a name ends it. */
function stepsAfter(tokens: readonly t.Token[], at: number, steps: number): number {
  const type = tokens[at]?.tokenType;
  if (type === undefined) return 0;
  if (type === t.Dot || (t.closerOf.has(type) && applies(tokens, at))) return steps + 1;
  return tokens[at - 1]?.tokenType === t.Dot || t.closers.has(type) ? steps : 0;
}
