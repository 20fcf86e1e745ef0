// A declaration that does not parse as a whole. Its head and each of its statements (or rows) are parsed
// alone, so that every mistake gets one message and everything else of the declaration survives.
import type { CstNode, TokenType } from "chevrotain";
import { complaintLimit } from "./lex.ts";
import { type Outcome, type Reader, type RuleName, run, skip } from "./reader.ts";
import { isStatementStart, type Segment } from "./segments.ts";
import type { Span } from "./span.ts";
import { barMissing, neverClosed, notADeclaration, notAStatement, startsLine, syntaxError } from "./syntax-error.ts";
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
  const annotations = rule && annotationsOf(reader, segment, keyword);
  const kept = annotations && inParts({ reader, segment, keyword, annotations }, rule);
  const silent = reader.diagnostics.length + reader.builder.diagnostics.length === before;
  if (silent) syntaxError(reader, segment.start, segment.end, whole);
  return kept;
}

/** The annotations in front of the keyword; nothing when they hold the mistake themselves. */
function annotationsOf(reader: Reader, segment: Segment, keyword: number): CstNode[] | undefined {
  const result: CstNode[] = [];
  for (let at = segment.start; at < keyword; ) {
    let next = at + 1;
    while (next < keyword && reader.tokens[next]?.tokenType !== t.AtSign) next++;
    const { cst, stop } = run(reader, "annotation", at, next);
    if (cst === undefined || stop < next) return undefined;
    result.push(cst);
    at = next;
  }
  return result;
}

/** What is known of a declaration before its body is looked at. */
interface Started {
  readonly reader: Reader;
  readonly segment: Segment;
  readonly keyword: number;
  readonly annotations: readonly CstNode[];
}

function frontOf({ reader, segment, keyword, annotations }: Started, end: number): Front {
  const { builder, tokens, source } = reader;
  const start = tokens[segment.start]?.startOffset ?? 0;
  const doc = builder.docs.get(start) ?? builder.docs.get(tokens[keyword]?.startOffset ?? start);
  const converted = annotations.map((cst) => annotationOf(builder, cst));
  return { ...(doc !== undefined && { doc }), annotations: converted, span: { source, start, end } };
}

function inParts(started: Started, rule: RuleName): Declaration | undefined {
  const { reader, segment, keyword } = started;
  const head = run(reader, rule, keyword, segment.end);
  if (head.error) {
    syntaxError(reader, keyword, segment.end, head);
    skip(reader, keyword, head.stop);
  }
  if (rule === "tableHead") return head.cst && tableInParts(started, head.cst, head.stop);
  // Without even a name this was hardly meant as a declaration, and what follows is no body of it.
  if (head.error && head.stop <= keyword + 1) return undefined;
  const open = head.error ? bodyAfter(reader, head.stop, segment.end) : head.stop;
  if (open === undefined || reader.tokens[open]?.tokenType !== t.LeftCurly) return undefined;
  const body = bodyInParts(reader, open, segment.end, rule === "testHead");
  return head.cst && assembled(started, head.cst, body, open);
}

interface SalvagedBody {
  readonly statements: Statement[];
  readonly testStatements: TestStatement[];
  /** The index behind the last token of the body. */
  readonly end: number;
}

function assembled(started: Started, head: CstNode, body: SalvagedBody, open: number): Declaration {
  const { reader, keyword } = started;
  const end = (reader.tokens[body.end - 1]?.endOffset ?? 0) + 1;
  const span: Span = { source: reader.source, start: reader.tokens[open]?.startOffset ?? end, end };
  const at = frontOf(started, end);
  const type = reader.tokens[keyword]?.tokenType;
  if (type === t.Test) return testOf(reader.builder, at, head, body.testStatements);
  const make = type === t.Block ? blockOf : modelOf;
  return make(reader.builder, at, head, { kind: "statements", statements: body.statements, span });
}

/** After a broken head: the `{` in front of its first statement is where the body begins. */
function bodyAfter(reader: Reader, from: number, end: number): number | undefined {
  for (let at = from; at < end; at++) {
    if (reader.tokens[at]?.tokenType === t.LeftCurly && isStatementStart(reader.tokens, at + 1, 0)) return at;
    if (isStatementStart(reader.tokens, at, 0)) return undefined;
  }
  return undefined;
}

const testWords: ReadonlySet<TokenType> = new Set([t.Expect, t.For, t.Let]);
const bodyWords: ReadonlySet<TokenType> = new Set(
  [...t.statementWords].filter((word) => word !== t.Expect && word !== t.For),
);

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
  if (close + 1 < end && !(reader.diagnostics.length > before && isRest(reader, close + 1))) {
    afterBody(reader, open, close + 1, end);
  }
  return { ...body, end: close + 1 };
}

/** Behind a body with a mistake: statements and brackets that the mistake has pushed out of it. */
function isRest(reader: Reader, at: number): boolean {
  return t.closers.has(reader.tokens[at]?.tokenType ?? t.Name) || isStatementStart(reader.tokens, at, 0);
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
  skip(reader, at, end);
  return false;
}

/** Reads statements up to the `}` that closes them, whose index it returns. */
function statementsFrom(scope: Scope, from: number, body: SalvagedBody): number {
  const { reader, end } = scope;
  let at = from;
  while (at < end && reader.tokens[at]?.tokenType !== t.RightCurly) {
    if (reader.diagnostics.length > complaintLimit) return end;
    if (isStatementStart(reader.tokens, at, 0) && scope.words.has(reader.tokens[at]?.tokenType ?? t.Name)) {
      at = oneStatement(scope, at, body);
    } else {
      const next = nextStatement(scope, at + 1, at);
      notAStatement(reader, at, at, scope.words);
      skip(reader, at, next);
      at = next;
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
    skip(reader, at, next);
    return next;
  }
  keep(reader, outcome, isTest, body);
  if (outcome.stop < next) {
    notAStatement(reader, at, outcome.stop, scope.words);
    skip(reader, outcome.stop, next);
  }
  return next;
}

function keep(reader: Reader, { cst }: Outcome, isTest: boolean, body: SalvagedBody): void {
  if (cst === undefined) return;
  if (isTest) body.testStatements.push(testStatement(reader.builder, cst));
  else body.statements.push(statement(reader.builder, cst));
}

function oneLoop(scope: Scope, at: number, body: SalvagedBody): number {
  const { reader, end } = scope;
  const next = nextStatement(scope, at + 1, at);
  const head = run(reader, "forHead", at, next);
  if (head.error || reader.tokens[head.stop]?.tokenType !== t.LeftCurly) {
    syntaxError(reader, at, next, head.error ? head : run(reader, "testStatement", at, next));
    skip(reader, at, next);
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

function tableInParts(started: Started, head: CstNode, from: number): Declaration {
  const { reader, segment } = started;
  const good: CstNode[] = [];
  let at = from;
  while (at < segment.end && reader.tokens[at]?.tokenType === t.Bar && reader.diagnostics.length <= complaintLimit) {
    const next = nextRow(reader, at + 1, segment.end);
    const row = run(reader, "row", at, next);
    if (row.error) syntaxError(reader, at, next, row);
    else if (row.cst) good.push(row.cst);
    if (row.cst && row.stop < next) barMissing(reader, row.stop);
    at = next;
  }
  const isClosed = reader.tokens[at]?.tokenType === t.RightCurly;
  if (isClosed && at + 1 < segment.end) notADeclaration(reader, segment.start, at + 1);
  const end = (reader.tokens[Math.min(at, segment.end - 1)]?.endOffset ?? 0) + 1;
  return tableOf(reader.builder, frontOf(started, end), head, good);
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
