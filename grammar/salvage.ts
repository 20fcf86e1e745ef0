// A declaration that does not parse as a whole. Its head and each of its statements (or rows) are parsed
// alone, so that every mistake gets one message and everything else of the declaration survives.
import type { CstNode, TokenType } from "chevrotain";
import { isStatementStart, type Segment } from "./segments.ts";
import { type Outcome, type Reader, type RuleName, run } from "./reader.ts";
import { neverClosed, notADeclaration, notAStatement, startsLine, syntaxError } from "./syntax-error.ts";
import type { Span } from "./span.ts";
import { annotationOf, blockOf, type Front, modelOf, tableOf, testOf } from "./to-tree/declarations.ts";
import { forStatement, statement, testStatement } from "./to-tree/statements.ts";
import * as t from "./tokens.ts";
import type { Declaration, Statement, TestStatement } from "./tree.ts";

const heads: ReadonlyMap<TokenType, RuleName> = new Map([
  [t.Block, "blockHead"],
  [t.Model, "modelHead"],
  [t.Test, "testHead"],
  [t.Table, "tableHead"],
]);

/** What can be kept of the declaration; `whole` is how parsing it in one go went wrong. */
export function salvage(reader: Reader, segment: Segment, whole: Outcome): Declaration | undefined {
  const before = reader.diagnostics.length + reader.builder.diagnostics.length;
  const keyword = segment.keyword ?? segment.start;
  const rule = heads.get(reader.tokens[keyword]?.tokenType ?? t.Name);
  const kept = rule && annotationsParse(reader, segment, keyword) ? inParts(reader, segment, keyword, rule) : undefined;
  const silent = reader.diagnostics.length + reader.builder.diagnostics.length === before;
  if (silent) syntaxError(reader, segment.start, segment.end, whole);
  return kept;
}

function annotationsParse(reader: Reader, segment: Segment, keyword: number): boolean {
  let at = segment.start;
  while (at < keyword) {
    const outcome = run(reader, "annotation", at, keyword);
    if (outcome.cst === undefined) return false;
    at = outcome.stop;
    if (at < keyword && reader.tokens[at]?.tokenType !== t.AtSign) return false;
  }
  return true;
}

function frontOf(reader: Reader, segment: Segment, keyword: number, end: number): Front {
  const annotations = [];
  for (let at = segment.start; at < keyword; ) {
    const { cst, stop } = run(reader, "annotation", at, keyword);
    if (cst) annotations.push(annotationOf(reader.builder, cst));
    at = Math.max(stop, at + 1);
  }
  const start = reader.tokens[segment.start]?.startOffset ?? 0;
  const doc = reader.builder.docs.get(start) ?? reader.builder.docs.get(reader.tokens[keyword]?.startOffset ?? start);
  return { ...(doc !== undefined && { doc }), annotations, span: { source: reader.source, start, end } };
}

function inParts(reader: Reader, segment: Segment, keyword: number, rule: RuleName): Declaration | undefined {
  const head = run(reader, rule, keyword, segment.end);
  if (rule === "tableHead") return tableInParts(reader, segment, keyword, head);
  if (head.error) syntaxError(reader, keyword, segment.end, head);
  const open = head.error ? bodyAfter(reader, head.stop, segment.end) : head.stop;
  if (open === undefined || reader.tokens[open]?.tokenType !== t.LeftCurly) return undefined;
  const body = bodyInParts(reader, open, segment.end, rule === "testHead");
  if (head.cst === undefined) return undefined;
  return assembled(reader, segment, keyword, head.cst, rule, body, open);
}

interface SalvagedBody {
  readonly statements: Statement[];
  readonly testStatements: TestStatement[];
  /** The index behind the last token of the body. */
  readonly end: number;
}

function assembled(
  reader: Reader,
  segment: Segment,
  keyword: number,
  head: CstNode,
  rule: RuleName,
  body: SalvagedBody,
  open: number,
): Declaration {
  const end = (reader.tokens[body.end - 1]?.endOffset ?? 0) + 1;
  const span: Span = { source: reader.source, start: reader.tokens[open]?.startOffset ?? end, end };
  const at = frontOf(reader, segment, keyword, end);
  if (rule === "testHead") return testOf(reader.builder, at, head, body.testStatements);
  const make = rule === "blockHead" ? blockOf : modelOf;
  return make(reader.builder, at, head, { kind: "statements", statements: body.statements, span });
}

/** After a broken head: the `{` in front of a statement is where the body begins. */
function bodyAfter(reader: Reader, from: number, end: number): number | undefined {
  for (let at = from; at < end; at++) {
    if (reader.tokens[at]?.tokenType === t.LeftCurly && isStatementStart(reader.tokens, at + 1, 0)) return at;
  }
  return undefined;
}

const testWords: ReadonlySet<TokenType> = new Set([t.Expect, t.For, t.Let]);
const bodyWords: ReadonlySet<TokenType> = new Set([...t.statementWords].filter((word) => word !== t.Expect && word !== t.For));

/** Which body, and how far its tokens may reach. */
interface Scope {
  readonly reader: Reader;
  readonly end: number;
  readonly isTest: boolean;
  readonly words: ReadonlySet<TokenType>;
}

function bodyInParts(reader: Reader, open: number, end: number, isTest: boolean): SalvagedBody {
  const scope: Scope = { reader, end, isTest, words: isTest ? testWords : bodyWords };
  const before = reader.diagnostics.length;
  const body: SalvagedBody = { statements: [], testStatements: [], end };
  const close = statementsFrom(scope, open + 1, body);
  if (close >= end) {
    // A missing bracket inside a statement has been said already, and may have taken this one.
    if (reader.diagnostics.length === before) neverClosed(reader, open, open, end - 1);
    return body;
  }
  if (close + 1 < end) afterBody(reader, open, close + 1, end);
  return { ...body, end: close + 1 };
}

/** Junk at `at`, behind a complete declaration; answers whether it was rather a part of the declaration. */
export function trailing(reader: Reader, { start, end }: Segment, at: number): boolean {
  return afterBody(reader, start, at, end);
}

function afterBody(reader: Reader, start: number, at: number, end: number): boolean {
  const isClosed = reader.tokens[at - 1]?.tokenType === t.RightCurly;
  if (isClosed && isStatementStart(reader.tokens, at, 0) && reader.tokens[end - 1]?.tokenType === t.RightCurly) {
    // One bracket too many in the middle of a body; the last one of the declaration would have closed it.
    notAStatement(reader, start, at - 1, bodyWords);
    return true;
  }
  notADeclaration(reader, start, at);
  return false;
}

/** Reads statements up to the `}` that closes them, whose index it returns. */
function statementsFrom(scope: Scope, from: number, body: SalvagedBody): number {
  const { reader, end } = scope;
  let at = from;
  while (at < end && reader.tokens[at]?.tokenType !== t.RightCurly) {
    if (isStatementStart(reader.tokens, at, 0) && scope.words.has(reader.tokens[at]?.tokenType ?? t.Name)) {
      at = oneStatement(scope, at, body);
    } else {
      notAStatement(reader, at, at, scope.words);
      at = nextStatement(scope, at + 1, at);
    }
  }
  return at;
}

/** Where the next statement begins, or the `}` that closes the statements around `start`. */
function nextStatement(scope: Scope, from: number, start: number): number {
  const { reader, end } = scope;
  let curly = 0;
  let depth = 0;
  for (let at = start; at < end; at++) {
    const type = reader.tokens[at]?.tokenType ?? t.Name;
    if (at >= from && isStatementStart(reader.tokens, at, depth)) return at;
    if (type === t.RightCurly && --curly < 0) return at;
    if (type === t.LeftCurly) curly++;
    depth = Math.max(0, depth + (t.closerOf.has(type) ? 1 : t.closers.has(type) ? -1 : 0));
  }
  return end;
}

function oneStatement(scope: Scope, at: number, body: SalvagedBody): number {
  const { reader, isTest } = scope;
  if (reader.tokens[at]?.tokenType === t.For) return oneLoop(scope, at, body);
  const next = nextStatement(scope, at + 1, at);
  const outcome = run(reader, isTest ? "testStatement" : "statement", at, next);
  if (outcome.error) {
    syntaxError(reader, at, next, outcome);
    return next;
  }
  keep(reader, outcome, isTest, body);
  if (outcome.stop < next) notAStatement(reader, at, outcome.stop, scope.words);
  return next;
}

function keep(reader: Reader, { cst }: Outcome, isTest: boolean, body: SalvagedBody): void {
  if (cst === undefined) return;
  if (isTest) body.testStatements.push(testStatement(reader.builder, cst));
  else body.statements.push(statement(reader.builder, cst));
}

function oneLoop(scope: Scope, at: number, body: SalvagedBody): number {
  const { reader, end } = scope;
  const head = run(reader, "forHead", at, end);
  if (head.error || reader.tokens[head.stop]?.tokenType !== t.LeftCurly) {
    const next = nextStatement(scope, at + 1, at);
    syntaxError(reader, at, next, head.error ? head : run(reader, "testStatement", at, next));
    return next;
  }
  const inner: SalvagedBody = { statements: [], testStatements: [], end };
  const before = reader.diagnostics.length;
  const close = statementsFrom(scope, head.stop + 1, inner);
  if (close >= end && reader.diagnostics.length === before) neverClosed(reader, at, head.stop, end - 1);
  const last = (reader.tokens[Math.min(close, end - 1)]?.endOffset ?? 0) + 1;
  if (head.cst) body.testStatements.push(forStatement(reader.builder, head.cst, inner.testStatements, last));
  return Math.min(close + 1, end);
}

function tableInParts(reader: Reader, segment: Segment, keyword: number, head: Outcome): Declaration | undefined {
  if (head.cst === undefined) {
    syntaxError(reader, keyword, segment.end, head);
    return undefined;
  }
  const good: CstNode[] = [];
  let at = head.stop;
  while (at < segment.end && reader.tokens[at]?.tokenType === t.Bar) {
    const next = nextRow(reader, at + 1, segment.end);
    const row = run(reader, "row", at, next);
    if (row.cst && row.stop === next) good.push(row.cst);
    else if (row.error) syntaxError(reader, keyword, segment.end, row);
    else break;
    at = next;
  }
  if (reader.tokens[at]?.tokenType === t.RightCurly && at + 1 < segment.end) notADeclaration(reader, at + 1, at + 1);
  const end = (reader.tokens[Math.min(at, segment.end - 1)]?.endOffset ?? 0) + 1;
  return tableOf(reader.builder, frontOf(reader, segment, keyword, end), head.cst, good);
}

/** A row begins with a bar at the beginning of a line, and the table ends with `}`. */
function nextRow(reader: Reader, from: number, end: number): number {
  let depth = 0;
  for (let at = from; at < end; at++) {
    const type = reader.tokens[at]?.tokenType ?? t.Name;
    if (depth <= 0 && type === t.RightCurly) return at;
    if (type === t.Bar && startsLine(reader, at)) return at;
    depth += t.closerOf.has(type) ? 1 : t.closers.has(type) ? -1 : 0;
  }
  return end;
}
