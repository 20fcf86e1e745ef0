// Operands: what stands between operators. `depth` counts how far the tree above has been built, so that
// no pass over the tree can run out of stack.
import type { CstNode, IToken } from "chevrotain";
import { numberValue, stringValue } from "../literals.ts";
import { nestingLimit } from "../nesting.ts";
import { False, NumberLiteral, StringLiteral, True, wordKeys } from "../tokens.ts";
import type { Argument, Arm, Expression, Field, Name, Range } from "../tree.ts";
import {
  type Builder,
  cased,
  child,
  expressionIn,
  has,
  leaf,
  name,
  node,
  nodes,
  spanOf,
  token,
  tokenSpan,
  tooDeep,
} from "./builder.ts";
import { armNames, checkOnce, labelled } from "./once.ts";

/** A primary and what is applied to it, from left to right: each step wraps the ones before. */
export function operand(b: Builder, cst: CstNode, depth: number): Expression {
  const only = leaf(cst);
  if (only && depth <= nestingLimit) return word(b, only);
  const steps = nodes(cst, "postfix");
  const base = depth + steps.length;
  if (base > nestingLimit) return tooDeep(b, spanOf(b, cst));
  let result = primary(b, cst, base);
  steps.forEach((step, index) => {
    result = applied(b, result, step, base - index);
  });
  return result;
}

function applied(b: Builder, object: Expression, step: CstNode, depth: number): Expression {
  const span = { ...object.span, end: spanOf(b, step).end };
  const called = node(step, "args");
  if (called) return { kind: "call", callee: object, args: args(b, called, depth), span };
  if (has(step, "Dot")) return { kind: "member", object, label: name(b, step, "Label"), span };
  const indexed = node(step, "index");
  if (indexed) return index(b, object, indexed, depth);
  const record = node(step, "record");
  if (record) return { kind: "with", object, fields: fields(b, record, depth), span };
  const sizes = node(step, "sizes");
  if (sizes) {
    const fixed = args(b, sizes, depth);
    checkOnce(b, "`at`", labelled(fixed));
    return { kind: "at", object, args: fixed, span };
  }
  return { kind: "without", object, skip: cased(b, step, "small", "skip"), span };
}

function index(b: Builder, object: Expression, cst: CstNode, depth: number): Expression {
  const span = { ...object.span, end: spanOf(b, cst).end };
  const from = node(cst, "expression");
  const upTo = node(cst, "upTo");
  const at = from && expressionIn(b, from, depth + 1, "index");
  if (at && !upTo) return { kind: "index", object, index: at, span };
  const end = upTo && node(upTo, "expression");
  const to = end && expressionIn(b, end, depth + 1, "index");
  return { kind: "slice", object, ...(at && { from: at }), ...(to && { to }), span };
}

function primary(b: Builder, cst: CstNode, depth: number): Expression {
  const span = spanOf(b, cst);
  return literal(b, cst) ?? bracketed(b, cst, depth) ?? worded(b, cst, depth) ?? { kind: "tuple", items: [], span };
}

function literal(b: Builder, cst: CstNode): Expression | undefined {
  const key = wordKeys.find((each) => has(cst, each));
  const found = key === undefined ? undefined : token(cst, key);
  return found && word(b, found);
}

/** An operand of one token. */
function word(b: Builder, token: IToken): Expression {
  const { image: text, tokenType } = token;
  const span = tokenSpan(b, token);
  switch (tokenType) {
    case NumberLiteral:
      return { kind: "number", value: numberValue(text) ?? Number.NaN, text, span };
    case StringLiteral:
      return { kind: "string", value: stringValue(text), span };
    case True:
    case False:
      return { kind: "boolean", value: tokenType === True, span };
    default:
      return { kind: "name", text, span };
  }
}

function bracketed(b: Builder, cst: CstNode, depth: number): Expression | undefined {
  const round = node(cst, "tuple");
  if (round) return tuple(b, round, depth);
  const square = node(cst, "list");
  if (square) return { kind: "list", items: items(b, square, depth), span: spanOf(b, square) };
  const curly = node(cst, "record");
  if (curly === undefined) return undefined;
  const parts = fields(b, curly, depth);
  checkOnce(b, "record", labelled(parts));
  return { kind: "record", fields: parts, span: spanOf(b, curly) };
}

function items(b: Builder, cst: CstNode, depth: number): Expression[] {
  return nodes(cst, "expression").map((item) => expressionIn(b, item, depth + 1));
}

function tuple(b: Builder, cst: CstNode, depth: number): Expression {
  const span = spanOf(b, cst);
  const parts = items(b, cst, depth);
  const [only] = parts;
  if (only && parts.length === 1 && !has(cst, "Comma")) return { kind: "group", inner: only, span };
  return { kind: "tuple", items: parts, span };
}

function worded(b: Builder, cst: CstNode, depth: number): Expression | undefined {
  const choice = node(cst, "if");
  if (choice) return conditional(b, choice, depth + 1);
  const matched = node(cst, "match");
  if (matched) return match(b, matched, depth + 1);
  const walked = node(cst, "walk");
  if (walked) return walk(b, walked, depth + 1);
  const grown = node(cst, "grow");
  return grown && grow(b, grown, depth + 1);
}

function conditional(b: Builder, cst: CstNode, depth: number): Expression {
  return {
    kind: "if",
    condition: expressionIn(b, child(cst, "expression"), depth),
    // biome-ignore lint/suspicious/noThenProperty: the tree says `then` as the language does; it is never awaited.
    then: expressionIn(b, child(cst, "then"), depth),
    else: expressionIn(b, child(cst, "else"), depth),
    span: spanOf(b, cst),
  };
}

function match(b: Builder, cst: CstNode, depth: number): Expression {
  const subject = expressionIn(b, child(cst, "expression"), depth);
  const arms = nodes(cst, "arm").map((arm) => armOf(b, arm, depth));
  checkOnce(b, "match", armNames(arms));
  return { kind: "match", subject, arms, span: spanOf(b, cst) };
}

function armOf(b: Builder, cst: CstNode, depth: number): Arm {
  return { pattern: armPattern(b, cst), value: expressionIn(b, child(cst, "expression"), depth), span: spanOf(b, cst) };
}

function armPattern(b: Builder, cst: CstNode): Arm["pattern"] {
  const found = literal(b, cst);
  if (found?.kind === "name") return { ...found, text: cased(b, cst, "small", "match arm").text };
  if (found?.kind === "number") return { kind: "number", value: found.value, span: found.span };
  if (found?.kind === "string") return found;
  const other = token(cst, "ElseWord");
  return { kind: "else", span: other ? tokenSpan(b, other) : spanOf(b, cst) };
}

/** `in 0..n { … }`, the common end of the loops. */
function over(b: Builder, cst: CstNode, depth: number): { readonly range: Range; readonly body: Expression } {
  return { range: range(b, child(cst, "range"), depth), body: expressionIn(b, child(cst, "expression"), depth) };
}

function range(b: Builder, cst: CstNode, depth: number): Range {
  const end = node(cst, "to");
  const from = expressionIn(b, child(cst, "expression"), depth, "range");
  return { from, ...(end && { to: expressionIn(b, end, depth, "range") }), span: spanOf(b, cst) };
}

function walk(b: Builder, cst: CstNode, depth: number): Expression {
  const kind = has(cst, "ChainWord") ? "chain" : "each";
  return { kind, variable: variable(b, cst), ...over(b, child(cst, "over"), depth), span: spanOf(b, cst) };
}

function variable(b: Builder, cst: CstNode, key = "Name"): Name {
  return cased(b, cst, "small", "loop variable", key);
}

function grow(b: Builder, cst: CstNode, depth: number): Expression {
  return {
    kind: "grow",
    accumulator: variable(b, cst),
    start: expressionIn(b, child(cst, "expression"), depth, "start of `grow`"),
    variable: variable(b, cst, "variable"),
    ...over(b, child(cst, "over"), depth),
    span: spanOf(b, cst),
  };
}

export function args(b: Builder, cst: CstNode, depth: number): Argument[] {
  return nodes(cst, "arg").map((arg) => {
    const label = has(arg, "Label") && name(b, arg, "Label");
    const value = expressionIn(b, child(arg, "expression"), depth + 1);
    return { ...(label && { label }), value, span: spanOf(b, arg) };
  });
}

function fields(b: Builder, cst: CstNode, depth: number): Field[] {
  return nodes(cst, "field").map((field) => {
    const value = node(field, "expression");
    const label = name(b, field, "Label");
    return { label, ...(value && { value: expressionIn(b, value, depth + 1) }), span: spanOf(b, field) };
  });
}
