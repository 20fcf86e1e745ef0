// Statements of bodies and of tests.
import type { CstNode } from "chevrotain";
import { stringValue } from "../literals.ts";
import type { Cut, Expression, Name, Part, Pattern, Statement, TestStatement, TypeAtom } from "../tree.ts";
import {
  type Builder,
  cased,
  checkCase,
  child,
  has,
  name,
  nameOf,
  node,
  nodes,
  spanOf,
  token,
  tokens,
} from "./builder.ts";
import { expression } from "./operators.ts";
import { portOf, typeAtom } from "./types.ts";

export function statement(b: Builder, cst: CstNode): Statement {
  const span = spanOf(b, cst);
  const doc = b.docs.get(span.start);
  return { ...statementOf(b, cst), ...(doc !== undefined && { doc }), span };
}

type Unplaced<Type> = Type extends unknown ? Omit<Type, "span" | "doc"> : never;

function statementOf(b: Builder, cst: CstNode): Unplaced<Statement> {
  const bound = node(cst, "letStatement");
  if (bound) return { kind: "let", pattern: pattern(b, child(bound, "pattern")), ...typedValue(b, bound) };
  const skipped = node(cst, "skipStatement");
  if (skipped) return { kind: "skip", name: cased(b, skipped, "small", "skip"), ...typedValue(b, skipped) };
  const named = node(cst, "namedStatement");
  if (named) {
    const kind = has(named, "ShareWord") ? "share" : "loss";
    return { kind, name: cased(b, named, "small", kind === "share" ? "shared block" : "loss"), value: value(b, named) };
  }
  const required = node(cst, "requireStatement");
  if (required) return requirement(b, required);
  return outward(b, cst);
}

function requirement(b: Builder, cst: CstNode): Unplaced<Statement> {
  const reason = token(cst, "StringLiteral");
  return { kind: "require", condition: value(b, cst), ...(reason && { reason: stringValue(reason.image) }) };
}

/** What crosses the border of a body. */
function outward(b: Builder, cst: CstNode): Unplaced<Statement> {
  const input = node(cst, "inputStatement");
  if (input) {
    const port = portOf(b, child(input, "port"));
    return { kind: "input", name: port.name, type: port.type, ...phase(b, input) };
  }
  const output = node(cst, "outputStatement");
  if (output)
    return { kind: "output", name: cased(b, output, "small", "output"), ...typedValue(b, output), ...phase(b, output) };
  const cutOut = node(cst, "partStatement");
  if (cutOut) return part(b, cutOut);
  return { kind: "return", value: value(b, child(cst, "returnStatement")) };
}

function part(b: Builder, cst: CstNode): Part {
  const on = node(cst, "cuts");
  return {
    kind: "part",
    name: cased(b, cst, "small", "part"),
    ...(on && { inputs: nodes(on, "cut").map((each) => cut(b, each)) }),
    outputs: nodes(child(cst, "places"), "place").map((each) => place(b, each)),
  };
}

function cut(b: Builder, cst: CstNode): Cut {
  const type = node(cst, "typeAtom");
  return { value: place(b, child(cst, "place")), ...(type && { type: typeAtom(b, type, 0) }), span: spanOf(b, cst) };
}

function place(b: Builder, cst: CstNode): Expression {
  const first = name(b, cst);
  let value: Expression = { kind: "name", ...first };
  for (const label of tokens(cst, "Label").map((each) => nameOf(b, each)))
    value = { kind: "member", object: value, label, span: { ...first.span, end: label.span.end } };
  return value;
}

function value(b: Builder, cst: CstNode) {
  return expression(b, child(cst, "expression"), 0);
}

function typedValue(b: Builder, of: CstNode): { type?: TypeAtom; value: ReturnType<typeof value> } {
  const cst = child(of, "typedValue");
  const type = node(cst, "typeAtom");
  return { ...(type && { type: typeAtom(b, type, 0) }), value: value(b, cst) };
}

function phase(b: Builder, of: CstNode): { phase?: Name } {
  const cst = node(of, "phase");
  return cst ? { phase: cased(b, cst, "small", "phase") } : {};
}

function pattern(b: Builder, cst: CstNode): Pattern {
  const span = spanOf(b, cst);
  const names = tokens(cst, "part").map((part) => checkCase(b, nameOf(b, part), "small", "value"));
  if (has(cst, "LeftRound")) return { kind: "tuple", names, span };
  if (has(cst, "LeftCurly")) return { kind: "record", names, span };
  return { kind: "name", name: cased(b, cst, "small", "value"), span };
}

export function testStatement(b: Builder, cst: CstNode): TestStatement {
  const looped = node(cst, "forStatement");
  if (looped) return forStatement(b, child(looped, "forHead"), testStatements(b, looped), spanOf(b, looped).end);
  const bound = node(cst, "testLet");
  if (bound) return { kind: "let", name: name(b, bound), value: value(b, bound), span: spanOf(b, cst) };
  const expected = child(cst, "expectStatement");
  const within = node(expected, "within");
  return {
    kind: "expect",
    value: value(b, expected),
    ...(within && { within: expression(b, within, 0) }),
    ...(has(expected, "FailsWord") && { fails: cased(b, expected, "capital", "diagnostic") }),
    span: spanOf(b, cst),
  };
}

export function testStatements(b: Builder, cst: CstNode): TestStatement[] {
  return nodes(cst, "testStatement").map((each) => testStatement(b, each));
}

export function forStatement(
  b: Builder,
  head: CstNode,
  statements: readonly TestStatement[],
  end: number,
): TestStatement {
  const variable = cased(b, head, "small", "loop variable");
  return { kind: "for", variable, over: value(b, head), statements, span: { ...spanOf(b, head), end } };
}
