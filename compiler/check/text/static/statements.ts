// Statements of bodies and of tests, in order: a name means something below the line that defines it.
import type { Body, Name, Statement, TestStatement } from "../../../../grammar/index.ts";
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
}

/** The names that a statement itself defines. */
export function namesIn(statement: Statement): readonly Name[] {
  switch (statement.kind) {
    case "let":
      return statement.pattern.kind === "name" ? [statement.pattern.name] : statement.pattern.names;
    case "require":
    case "return":
      return [];
    default:
      return [statement.name];
  }
}

function checkStatement(statement: Statement, names: Names, findings: Findings): void {
  if (statement.kind === "require") return checkExpression(statement.condition, names, findings);
  if (statement.kind === "input") bindDimensions(statement.type, names, findings);
  else checkExpression(statement.value, names, findings);
  if (statement.kind === "input") checkInput(statement.type, names, findings);
  else if ("type" in statement && statement.type) checkTypeAtom(statement.type, names, findings);
  if ("phase" in statement && statement.phase) checkPhase(statement.phase, findings);
  for (const name of namesIn(statement)) define(name, names, findings);
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
