// `test` blocks: what must be true of an architecture, checked without a framework or a GPU.
import type { Declaration, Diagnostic, Expression, Span, TestStatement } from "../../../grammar/index.ts";
import { evaluate } from "../evaluate/expressions.ts";
import { graphFor } from "../evaluate/measure.ts";
import { Context } from "../state/context.ts";
import { findingSizes } from "../state/modes.ts";
import type { Session } from "../state/session.ts";
import type { Program } from "../text/program.ts";
import { sourceText } from "../text/source-text.ts";
import { staticMistakes } from "../text/static/static.ts";
import { asDeclared, holdsUnknown } from "../values/data.ts";
import { rootPaths } from "../values/paths.ts";
import { inner } from "../values/scope.ts";
import { kindOf, show } from "../values/show.ts";
import { numberOf, type Scope, type Value } from "../values/value.ts";
import { newSession } from "./phases.ts";

export interface TestResult {
  readonly title: string;
  readonly span: Span;
  readonly passed: boolean;
  /** Expectations that were checked. */
  readonly expectations: number;
  readonly diagnostics: readonly Diagnostic[];
}
export interface TestReport {
  readonly tests: readonly TestResult[];
  /** Mistakes that kept the file from being tested. */
  readonly diagnostics: readonly Diagnostic[];
}

type Test = Extract<Declaration, { kind: "test" }>;
type Expectation = Extract<TestStatement, { kind: "expect" }>;

export function testProgram(program: Program, session: Session = newSession()): TestReport {
  const tests = program.entry.file.declarations.filter(
    (declaration): declaration is Test => declaration.kind === "test",
  );
  return { tests: tests.map((test) => runTest(test, program, session)), diagnostics: program.diagnostics };
}

interface Running {
  readonly session: Session;
  readonly diagnostics: Diagnostic[];
  /** The text has mistakes that are told already, so what it means may be open. */
  readonly damaged: boolean;
  expectations: number;
  /** Expectations whose truth nobody knows, because what they ask for could not be read. */
  open: number;
}

function runTest(test: Test, program: Program, session: Session): TestResult {
  const module = program.entry;
  const mistakes = staticMistakes(module, test, session.text);
  const damaged = program.diagnostics.some(({ severity }) => severity === "error");
  const running: Running = { session, diagnostics: [...mistakes], damaged, expectations: 0, open: 0 };
  const scope: Scope = { module, parent: undefined, names: new Map(), paths: rootPaths() };
  if (mistakes.length === 0) runStatements(test.statements, scope, running);
  const { diagnostics, expectations, open } = running;
  const sound = !diagnostics.some(({ severity }) => severity === "error");
  const passed = sound && open === 0 && isWhole(test, program);
  return { title: test.title, span: test.titleSpan, passed, expectations, diagnostics };
}

/** No mistake stands between this test and the next declaration: what did not parse was not tested. */
function isWhole(test: Test, { entry, diagnostics }: Program): boolean {
  const { source, declarations } = entry.file;
  const from = test.titleSpan.start;
  const to = Math.min(...declarations.map(({ span }) => span.start).filter((start) => start > from), Infinity);
  return !diagnostics.some(
    ({ severity, span }) => severity === "error" && span.source === source && span.start >= from && span.start < to,
  );
}

/** Evaluates with mistakes caught; each expectation has its own diagnostics. */
function attempt<Result>(
  running: Running,
  run: (c: Context) => Result,
): { readonly result?: Result; readonly diagnostics: readonly Diagnostic[] } {
  const c = new Context(running.session, "train", findingSizes);
  const result = c.untilStopped(() => run(c));
  return { ...(result !== undefined && { result }), diagnostics: c.diagnostics };
}

function runStatements(statements: readonly TestStatement[], scope: Scope, running: Running): void {
  for (const statement of statements) {
    if (running.session.budget.ranOut && running.diagnostics.length > 0) return;
    switch (statement.kind) {
      case "let": {
        const { result, diagnostics } = attempt(running, (c) => evaluate(statement.value, scope, c));
        running.diagnostics.push(...diagnostics);
        scope.names.set(statement.name.text, result ?? { kind: "unknown" });
        break;
      }
      case "for": {
        const { result, diagnostics } = attempt(running, (c) => walked(statement.over, scope, c));
        running.diagnostics.push(...diagnostics);
        for (const item of result ?? []) {
          const iteration = inner(scope);
          iteration.names.set(statement.variable.text, item);
          runStatements(statement.statements, iteration, running);
        }
        break;
      }
      case "expect":
        running.expectations++;
        runExpectation(statement, scope, running);
        break;
    }
  }
}

function walked(over: Expression, scope: Scope, c: Context): readonly Value[] {
  const value = evaluate(over, scope, c);
  if (value.kind === "list" || value.kind === "tuple") return value.items;
  if (value.kind !== "unknown")
    c.report("DM3101/value", over.span, {
      what: "what is walked over",
      expected: "a list or a table",
      actual: kindOf(value),
    });
  return [];
}

/** Of two contexts and what they report, in steps. */
const expectationCost = 10;

function runExpectation(statement: Expectation, scope: Scope, running: Running): void {
  const before = running.diagnostics.length;
  const outcome = attempt(running, (c) => {
    c.step(statement.span, expectationCost);
    const value = evaluate(statement.value, scope, c);
    const model = value.kind === "tap" ? value.model : asDeclared(value);
    if (model) graphFor(model, c);
    return value;
  });
  const firstError = outcome.diagnostics.find(({ severity }) => severity === "error");
  const told = running.damaged || running.diagnostics.some(({ severity }) => severity === "error");
  const isOpen = !firstError && told && outcome.result !== undefined && holdsUnknown(outcome.result);
  if (isOpen) running.open++;
  const { diagnostics } = attempt(running, (c) => {
    if (isOpen) return;
    if (statement.fails) return expectFailure(statement, statement.fails.text, firstError, c);
    for (const diagnostic of outcome.diagnostics) if (diagnostic.severity === "error") c.add(diagnostic);
    if (!firstError && outcome.result) expectTrue(statement, outcome.result, scope, c);
  });
  // The same expectation can fail for several rows of a `for`.
  running.diagnostics.splice(before, 0, ...diagnostics);
}

function expectFailure(statement: Expectation, code: string, error: Diagnostic | undefined, c: Context): void {
  if (error?.code === code) return;
  const what = error ? `this raised ${error.code}: ${error.message}` : "nothing failed";
  c.report("DM6002", statement.span, { code, what });
}

function expectTrue(statement: Expectation, value: Value, scope: Scope, c: Context): void {
  const e = ungrouped(statement.value);
  if (statement.within && e.kind === "compare") return expectWithin(e, statement, scope, c);
  if (value.kind === "bool" && value.value) return;
  if (e.kind === "compare") {
    const [left, right] = [evaluate(e.left, scope, c), evaluate(e.right, scope, c)];
    c.report("DM6001", statement.span, { reason: `left is ${quoted(left)}, right is ${quoted(right)}` });
    return;
  }
  const model = asDeclared(value);
  if (model) return;
  c.report("DM6001", statement.span, { reason: `${sourceText(e)} is ${show(value)}` });
}

const ungrouped = (e: Expression): Expression => (e.kind === "group" ? ungrouped(e.inner) : e);
const quoted = (value: Value): string => (value.kind === "str" ? JSON.stringify(value.value) : show(value));

/** `a == b within 0.01`: relative to the right side. */
function expectWithin(
  e: Extract<Expression, { kind: "compare" }>,
  statement: Expectation,
  scope: Scope,
  c: Context,
): void {
  const [left, right] = [evaluate(e.left, scope, c), evaluate(e.right, scope, c)];
  const tolerance = statement.within && evaluate(statement.within, scope, c);
  const [a, b, relative] = [numberOf(left), numberOf(right), tolerance && numberOf(tolerance)];
  if (a === undefined || b === undefined || relative === undefined) {
    c.report("DM3101/value", statement.span, {
      what: "what `within` compares",
      expected: "three numbers",
      actual: kindOf(a === undefined ? left : right),
    });
    return;
  }
  if (Math.abs(a - b) <= relative * Math.abs(b)) return;
  c.report("DM6001", statement.span, {
    reason: `left is ${show(left)}, right is ${show(right)}, which is not within ${relative}`,
  });
}
