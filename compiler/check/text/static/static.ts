// What can be told from the text of one declaration alone: unknown and repeated names, missing
// results, unused parameters. Found once per declaration; whoever expands it hears of it.
import type { Block, Declaration, Diagnostic, Model, Name, Statement } from "../../../../grammar/index.ts";
import type { TextMemo } from "../memo.ts";
import { namesRead } from "../mentions.ts";
import type { Module } from "../program.ts";
import { importedDiagnostics, mappingDiagnostics, ruleDiagnostics } from "../rules/mappings.ts";
import { orderDiagnostics } from "../rules/orders.ts";
import { hasInputs, partsOf } from "../signature.ts";
import { isOperator } from "../vocabulary.ts";
import { checkRepeats } from "./annotations.ts";
import { within } from "./body-names.ts";
import { checkExpression, checkType } from "./expressions.ts";
import { Findings } from "./findings.ts";
import { define, isGlobal, unknownName } from "./names.ts";
import { checkParam, checkResultType, checkSignature } from "./signatures.ts";
import { checkBody, checkTestStatements } from "./statements.ts";
import { checkUnused } from "./unused.ts";

/** What the text of a declaration alone shows to be wrong; told once a session. */
export function staticDiagnostics(module: Module, declaration: Declaration, memo: TextMemo): readonly Diagnostic[] {
  const known = memo.diagnostics.get(declaration);
  if (known) return known;
  const findings = new Findings(module, memo);
  checkRepeats(declaration, findings);
  checkDeclaration(declaration, findings);
  memo.diagnostics.set(declaration, findings.diagnostics);
  return findings.diagnostics;
}

/** Without doubts: what keeps a declaration from being used. */
export const staticMistakes = (module: Module, declaration: Declaration, memo: TextMemo): readonly Diagnostic[] =>
  staticDiagnostics(module, declaration, memo).filter(({ severity }) => severity === "error");

function checkDeclaration(declaration: Declaration, findings: Findings): void {
  const { module, memo, diagnostics } = findings;
  switch (declaration.kind) {
    case "const":
      if (declaration.type) checkType(declaration.type, findings);
      return checkExpression(declaration.value, within(undefined), findings);
    case "fn":
      return checkFn(declaration, findings);
    case "table":
      for (const row of declaration.rows)
        for (const cell of row.cells) checkExpression(cell, within(undefined), findings);
      return;
    case "type":
      return checkType(declaration.type, findings);
    case "block":
    case "model":
      return checkBlock(declaration, findings);
    case "test":
      return checkTestStatements(declaration.statements, within(undefined), findings);
    case "weights":
      diagnostics.push(...orderDiagnostics(declaration.annotations));
      diagnostics.push(...ruleDiagnostics(declaration.rules, module, memo));
      diagnostics.push(...importedDiagnostics(declaration.rules, module, memo));
      return checkExpression(declaration.model, within(undefined), findings);
    case "mapping":
      diagnostics.push(...orderDiagnostics(declaration.annotations));
      diagnostics.push(...mappingDiagnostics(declaration, module, memo));
      diagnostics.push(...importedDiagnostics(declaration.rules, module, memo));
      return;
    case "defaults":
      for (const { operator, args } of declaration.entries) {
        checkDefaulted(operator, findings);
        for (const arg of args) checkExpression(arg.value, within(undefined), findings);
      }
      return;
    case "enum":
      return;
  }
}

function checkFn(declaration: Extract<Declaration, { kind: "fn" }>, findings: Findings): void {
  const names = within(undefined);
  for (const param of declaration.params) checkParam(param, names, findings);
  if (declaration.result) checkType(declaration.result, findings);
  checkExpression(declaration.value, names, findings);
  checkUnused(declaration.params, declaration.name.text, findings);
}

/** `defaults` gives arguments to operators only. */
function checkDefaulted({ text, span }: Name, findings: Findings): void {
  if (isOperator(text)) return;
  if (!isGlobal(text, findings)) return unknownName(text, span, within(undefined), findings);
  const slots = { what: "what `defaults` gives arguments to", expected: "an operator", actual: text };
  findings.report("DM3101/value", span, slots);
}

function checkBlock(declaration: Block | Model, findings: Findings): void {
  const names = within(undefined);
  if (declaration.kind === "model" && declaration.family) {
    checkExpression(declaration.family.over, within(undefined), findings);
    define(declaration.family.variable, names, findings);
  }
  const { signature, body, name } = declaration;
  findings.lacksInputs = !hasInputs(declaration);
  checkSignature(signature, names, findings);
  for (const condition of signature.where) checkExpression(condition, names, findings);
  checkBody(body, names, findings);
  checkAnnotations(declaration, findings);
  if (declaration.kind === "block") reportParts(declaration, findings);
  checkResultType(signature, names, findings);
  // A part of it did not parse, and may be what is missed.
  if (findings.module.file.partial?.has(name.text)) return;
  if (body.kind === "statements" && !endsWithResult(body.statements))
    findings.report(
      declaration.kind === "block" ? "DM2006" : "DM2006/model",
      name.span,
      { name: name.text },
      { help: [`a body ends with \`return ${lastName(body.statements)}\``] },
    );
  checkUnused(signature.params, name.text, findings);
}

/** `@image` and `@masks` read parameters, and are about the inputs and outputs of a model. */
function checkAnnotations(declaration: Block | Model, findings: Findings): void {
  for (const { name, args, span } of declaration.annotations) {
    if (name.text !== "image" && name.text !== "masks") continue;
    for (const { value } of args) for (const read of namesRead(value, findings.memo)) findings.used.add(read);
    if (declaration.kind === "model" && hasInputs(declaration)) continue;
    const what = `what @${name.text} stands in front of`;
    const actual = declaration.kind === "model" ? "another name of one" : "a block";
    findings.report("DM3101/value", span, { what, expected: "a model with inputs", actual });
  }
}

/** A block is a part already. */
function reportParts({ name, body }: Block, findings: Findings): void {
  const part = partsOf(body)[0];
  if (part) findings.report("DM5505", part.name.span, { part: part.name.text, block: name.text });
}

/** What was bound last is mostly what is meant. */
function lastName(statements: readonly Statement[]): string {
  const last = statements.findLast((statement) => statement.kind === "let");
  return last?.pattern.kind === "name" ? last.pattern.name.text : "…";
}

function endsWithResult(statements: readonly Statement[]): boolean {
  return statements.some(({ kind }) => kind === "return" || kind === "output");
}
