// Precedence. The parser leaves an expression as operands with operators between them; here it is cut at
// the loosest operator first, then each part at the next one. Cutting walks the list once per level, so
// it is linear, and the tree is as deep as there are levels and not as long as there are terms.
import type { CstNode, IToken, TokenType } from "chevrotain";
import { nestingLimit } from "../nesting.ts";
import { join, type Span } from "../span.ts";
import * as t from "../tokens.ts";
import type { Comparison, Expression, InfixOperator, Stage } from "../tree.ts";
import {
  type Builder,
  cased,
  has,
  leaf,
  name,
  node,
  nodes,
  type Place,
  report,
  spanOf,
  token,
  tokenSpan,
  tokens,
  tooDeep,
} from "./builder.ts";
import { operand } from "./expressions.ts";
import { typeAtom } from "./types.ts";

/** The part of a flat expression from operand `from` to operand `to`; `signs` of the first are done. */
interface Part {
  readonly operands: readonly CstNode[];
  readonly operators: readonly IToken[];
  readonly from: number;
  readonly to: number;
  readonly signs: number;
}

const comparisons: ReadonlySet<TokenType> = new Set([
  ...[t.EqualEqual, t.NotEqual, t.Less, t.LessEqual, t.Greater, t.GreaterEqual, t.AboutEqual],
]);
const joining = [
  new Set([t.Or]),
  new Set([t.And]),
  new Set([t.Plus, t.Minus]),
  new Set([t.Star, t.Slash, t.SlashSlash, t.Percent]),
];
const loose: ReadonlySet<TokenType> = new Set([t.Or, t.And, t.Plus, t.Minus, ...comparisons]);
const beyondDimension: ReadonlySet<TokenType> = new Set([t.Or, t.And, t.Arrow, ...comparisons]);

export function expression(b: Builder, cst: CstNode, depth: number, place: Place = "anywhere"): Expression {
  if (leaf(cst)) return operand(b, cst, depth);
  const operands = nodes(cst, "operand");
  if (depth > nestingLimit || operands.length === 0) return tooDeep(b, spanOf(b, cst));
  const operators = tokens(cst, "Infix");
  const whole: Part = { operands, operators, from: 0, to: operands.length - 1, signs: 0 };
  if (place !== "anywhere") checkPlace(b, whole, place);
  if (operators.some((operator) => operator.tokenType === t.Arrow)) return flow(b, whole, depth);
  rejectAlias(b, whole);
  return joined(b, whole, depth, 0);
}

function checkPlace(b: Builder, part: Part, place: Place): void {
  const refused = (type: TokenType) => (place === "dimension" ? beyondDimension.has(type) : type === t.Arrow);
  const bad = part.operators.find((operator) => refused(operator.tokenType));
  if (bad) report(b, "DM1115", tokenSpan(b, bad), { operator: bad.image });
}

function rejectAlias(b: Builder, part: Part): void {
  for (let at = part.from; at <= part.to; at++) {
    const cst = part.operands[at];
    const as = cst && token(cst, "AsWord");
    if (cst && as) report(b, "DM1116", tokenSpan(b, as), { name: name(b, cst, "alias").text });
  }
}

function signsOf(part: Part, at: number): readonly IToken[] {
  const cst = part.operands[at];
  const all = cst ? tokens(cst, "Prefix") : [];
  return at === part.from ? all.slice(part.signs) : all;
}

function spanOfPart(b: Builder, part: Part): Span {
  const sign = signsOf(part, part.from)[0];
  const first = part.operands[part.from];
  const last = part.operands[part.to];
  if (!first || !last) return { source: b.source, start: 0, end: 0 };
  return join(sign ? tokenSpan(b, sign) : spanOf(b, first), spanOf(b, last));
}

/** `or`, `and`, sums and terms: all levels that join any number of parts. */
function joined(b: Builder, part: Part, depth: number, level: number): Expression {
  const types = joining[level];
  if (types === undefined) return signed(b, part, depth);
  const cuts: number[] = [];
  for (let at = part.from; at < part.to; at++) if (types.has(typeAt(part, at))) cuts.push(at);
  if (cuts.length === 0) return tighter(b, part, depth, level);
  const pieces = cut(part, cuts).map((piece) => tighter(b, piece, depth + 1, level));
  const [first, ...others] = pieces;
  if (first === undefined) return tooDeep(b, spanOfPart(b, part));
  const rest = others.map((piece, index) => ({ ...operatorAt(b, part, cuts[index] ?? 0), operand: piece }));
  return { kind: "operation", first, rest, span: join(first.span, others.at(-1)?.span ?? first.span) };
}

function typeAt(part: Part, at: number): TokenType {
  return part.operators[at]?.tokenType ?? t.Infix;
}

function operatorAt(b: Builder, part: Part, at: number) {
  const operator = part.operators[at];
  const operatorSpan = operator ? tokenSpan(b, operator) : spanOfPart(b, part);
  return { operator: (t.spellings.get(typeAt(part, at)) ?? "+") as InfixOperator, operatorSpan };
}

function cut(part: Part, cuts: readonly number[]): Part[] {
  const starts = [part.from, ...cuts.map((at) => at + 1)];
  const ends = [...cuts, part.to];
  return starts.map((from, index) => ({
    ...part,
    from,
    to: ends[index] ?? part.to,
    signs: index === 0 ? part.signs : 0,
  }));
}

/** Between `and` and `+` stand the two levels that join nothing: `not` and comparisons. */
function tighter(b: Builder, part: Part, depth: number, level: number): Expression {
  return level === 1 ? negated(b, part, depth) : joined(b, part, depth, level + 1);
}

function negated(b: Builder, part: Part, depth: number): Expression {
  const sign = signsOf(part, part.from)[0];
  if (sign?.tokenType !== t.Not) return compared(b, part, depth);
  if (depth > nestingLimit) return tooDeep(b, spanOfPart(b, part));
  const inner = negated(b, { ...part, signs: part.signs + 1 }, depth + 1);
  return { kind: "unary", operator: "not", operand: inner, span: join(tokenSpan(b, sign), inner.span) };
}

function compared(b: Builder, part: Part, depth: number): Expression {
  const cuts: number[] = [];
  for (let at = part.from; at < part.to; at++) if (comparisons.has(typeAt(part, at))) cuts.push(at);
  const [first, second] = cuts;
  if (first === undefined) return joined(b, part, depth, 2);
  const { operator, operatorSpan } = operatorAt(b, part, first);
  if (second !== undefined) {
    const next = operatorAt(b, part, second);
    report(b, "DM1114", next.operatorSpan, { first: operator, second: next.operator });
  }
  const left = joined(b, { ...part, to: first }, depth + 1, 2);
  const right = joined(b, { ...part, from: first + 1, to: second ?? part.to, signs: 0 }, depth + 1, 2);
  return {
    kind: "compare",
    operator: operator as string as Comparison,
    operatorSpan,
    left,
    right,
    span: join(left.span, right.span),
  };
}

function signed(b: Builder, part: Part, depth: number): Expression {
  const sign = signsOf(part, part.from)[0];
  if (depth > nestingLimit) return tooDeep(b, spanOfPart(b, part));
  if (sign === undefined) return power(b, part, depth);
  if (sign.tokenType === t.Not) report(b, "DM1115", tokenSpan(b, sign), { operator: "not" });
  const inner = signed(b, { ...part, signs: part.signs + 1 }, depth + 1);
  return { kind: "unary", operator: "-", operand: inner, span: join(tokenSpan(b, sign), inner.span) };
}

/** Only `^` is left; it groups from the right, and its exponent may have a sign. */
function power(b: Builder, part: Part, depth: number): Expression {
  const first = part.operands[part.from];
  if (first === undefined) return tooDeep(b, spanOfPart(b, part));
  if (part.from === part.to) return operand(b, first, depth);
  const base = operand(b, first, depth + 1);
  const exponent = signed(b, { ...part, from: part.from + 1, signs: 0 }, depth + 1);
  return { kind: "power", base, exponent, span: join(base.span, exponent.span) };
}

function flow(b: Builder, whole: Part, depth: number): Expression {
  const arrow = whole.operators.findIndex((operator) => operator.tokenType === t.Arrow);
  const headPart: Part = { ...whole, to: arrow };
  const mixed = whole.operators.slice(0, arrow).find((operator) => loose.has(operator.tokenType));
  if (mixed) mixes(b, mixed);
  rejectAlias(b, headPart);
  const head = joined(b, headPart, depth + 1, 0);
  const stages = stagesAfter(b, whole, arrow, depth + 1, mixed !== undefined);
  return { kind: "flow", head, stages, span: join(head.span, stages.at(-1)?.span ?? head.span) };
}

/** One expression mixes once: the first place is where to put the parentheses. */
function mixes(b: Builder, operator: IToken): void {
  report(b, "DM1107", tokenSpan(b, operator), { operator: operator.image });
}

function stagesAfter(b: Builder, whole: Part, arrow: number, depth: number, said: boolean): Stage[] {
  const stages: Stage[] = [];
  let at = arrow;
  while (at <= whole.operators.length - 1) {
    const repeats = at + 1 < whole.operators.length && typeAt(whole, at + 1) === t.Star && !hasAlias(whole, at + 1);
    const last = at + (repeats ? 2 : 1);
    const sign = signsOf(whole, at + 1)[0] ?? (repeats ? signsOf(whole, last)[0] : undefined);
    stages.push(stage(b, whole, at + 1, last, depth));
    const next = whole.operators[last];
    const wrong = sign ?? (next && next.tokenType !== t.Arrow ? next : undefined);
    if (wrong && !said) mixes(b, wrong);
    if (wrong) break;
    at = last;
  }
  return stages;
}

function hasAlias(whole: Part, at: number): boolean {
  const cst = whole.operands[at];
  return cst !== undefined && has(cst, "AsWord");
}

function stage(b: Builder, whole: Part, first: number, last: number, depth: number): Stage {
  const from = whole.operands[first];
  const to = whole.operands[last];
  if (from === undefined || to === undefined)
    return { block: tooDeep(b, spanOfPart(b, whole)), span: spanOfPart(b, whole) };
  const block = operand(b, from, depth);
  const repeat = last === first ? undefined : operand(b, to, depth);
  const type = node(to, "typeAtom");
  return {
    block,
    ...(repeat && { repeat }),
    ...(has(to, "AsWord") && { alias: cased(b, to, "small", "stage", "alias") }),
    ...(type && { aliasType: typeAtom(b, type, depth) }),
    span: { ...block.span, end: spanOf(b, to).end },
  };
}
