// Statements of bodies and of tests, in order: a name means something below the line that defines it.
import type { Body, Name, Part, Statement, TestStatement } from "../../../../grammar/index.ts";
import { type Names, within } from "./body-names.ts";
import { checkExpression, checkTypeAtom } from "./expressions.ts";
import type { Findings } from "./findings.ts";
import { define } from "./names.ts";
import { checkPhase } from "./phases.ts";
import { bindDimensions, checkInput } from "./signatures.ts";

export function checkBody(body: Body, names: Names, findings: Findings): void {
  if (body.kind === "expression") return checkExpression(body.value, names, findings);
  names.below = new Map(body.statements.flatMap(namesIn).map(({ text, span }) => [text, span]));
  for (const statement of body.statements) checkStatement(statement, names, findings);
  checkPartNames(body.statements, findings);
}

/** Parts have names of their own: one may be called as the output that it gives. */
function checkPartNames(statements: readonly Statement[], findings: Findings): void {
  const first = new Map<string, Name>();
  for (const { name } of statements.filter((statement) => statement.kind === "part")) {
    const before = first.get(name.text);
    if (!before) first.set(name.text, name);
    else {
      const labels = [{ span: before.span, text: "first defined here" }];
      findings.report("DM2002", name.span, { name: `part ${name.text}`, place: "body" }, { labels });
    }
  }
}

/** The names that a statement itself defines. */
export function namesIn(statement: Statement): readonly Name[] {
  switch (statement.kind) {
    case "let":
      return statement.pattern.kind === "name" ? [statement.pattern.name] : statement.pattern.names;
    case "require":
    case "return":
    case "part":
      return [];
    default:
      return [statement.name];
  }
}

function checkStatement(statement: Statement, names: Names, findings: Findings): void {
  if (statement.kind === "require") return checkExpression(statement.condition, names, findings);
  if (statement.kind === "part") return checkPart(statement, names, findings);
  if (statement.kind === "input") bindDimensions(statement.type, names, findings);
  else checkExpression(statement.value, names, findings);
  if (statement.kind === "input") checkInput(statement.type, names, findings);
  else if ("type" in statement && statement.type) checkTypeAtom(statement.type, names, findings);
  if ("phase" in statement && statement.phase) checkPhase(statement.phase, findings);
  for (const name of namesIn(statement)) define(name, names, findings);
}

/** Sizes that the types of its inputs name are its own. */
function checkPart({ inputs = [], outputs }: Part, names: Names, findings: Findings): void {
  const inner = within(names);
  for (const { type } of inputs) if (type) bindDimensions(type, inner, findings);
  for (const { value, type } of inputs) {
    checkExpression(value, names, findings);
    if (type) checkTypeAtom(type, inner, findings);
  }
  for (const output of outputs) checkExpression(output, names, findings);
}

export function checkTestStatements(statements: readonly TestStatement[], names: Names, findings: Findings): void {
  for (const statement of statements) {
    if (statement.kind === "for") {
      checkExpression(statement.over, names, findings);
      const inner = within(names);
      define(statement.variable, inner, findings);
      checkTestStatements(statement.statements, inner, findings);
    } else {
      // What is expected to fail may fail by a name; running the test tells.
      if (statement.kind === "let" || !statement.fails) checkExpression(statement.value, names, findings);
      if (statement.kind === "let") define(statement.name, names, findings);
      else if (statement.within) checkExpression(statement.within, names, findings);
    }
  }
}
