// `check`: every declaration of a file, used or not. Models are elaborated for every key; a block whose
// parameters are open is checked with open values.
import type { Block, Declaration, Diagnostic, Fn, Model, Param } from "../../../grammar/index.ts";
import { describeSizes } from "../../sizes/set/describe.ts";
import { everySize, sameSizes } from "../../sizes/set/set.ts";
import { openDimensions, portType } from "../compute/port-types.ts";
import { underlying } from "../evaluate/aliases.ts";
import { runBody } from "../evaluate/body.ts";
import { fnResult } from "../evaluate/calls.ts";
import { defaultOf } from "../evaluate/defaults.ts";
import { evaluate } from "../evaluate/expressions.ts";
import { resolve } from "../evaluate/names.ts";
import { operatorValue } from "../evaluate/operator-calls.ts";
import { familyRows } from "../evaluate/tables.ts";
import { partGraph } from "../parts/part.ts";
import { seamOf } from "../parts/seam.ts";
import { Context } from "../state/context.ts";
import type { SizeFacts } from "../state/facts.ts";
import { checkingOpen, findingSizes } from "../state/modes.ts";
import type { Built, Elaborated, Session } from "../state/session.ts";
import type { Module, Program } from "../text/program.ts";
import { hasInputs, partsOf } from "../text/signature.ts";
import { staticDiagnostics } from "../text/static/static.ts";
import { asDeclared } from "../values/data.ts";
import { rootPaths } from "../values/paths.ts";
import { show } from "../values/show.ts";
import type { DeclaredBlock, Scope } from "../values/value.ts";
import { elaborateModel } from "./elaborate.ts";
import { elaborateBoth, newSession } from "./phases.ts";

/** Everything that is wrong or doubtful in the entry file, in the order of the text. */
export function checkProgram(program: Program, session: Session = newSession()): readonly Diagnostic[] {
  const collected = new Map<string, Diagnostic>();
  const add = (diagnostics: readonly Diagnostic[]) => {
    for (const diagnostic of diagnostics) {
      const { code, span, severity } = diagnostic;
      // Doubts about an imported file belong to the check of that file.
      if (severity !== "error" && span.source !== program.entry.file.source) continue;
      const key = `${code} ${span.source.name} ${span.start}`;
      if (!collected.has(key)) collected.set(key, diagnostic);
    }
  };
  add(program.diagnostics);
  const { entry } = program;
  for (const declaration of entry.file.declarations) {
    const mistakes = staticDiagnostics(entry, declaration, session.text);
    add(mistakes);
    if (!mistakes.some(({ severity }) => severity === "error")) add(checkDeclaration(declaration, entry, session));
  }
  return sorted([...collected.values()], entry);
}

/** The entry's own mistakes in text order, then those that were found in imports. */
function sorted(diagnostics: Diagnostic[], entry: Module): readonly Diagnostic[] {
  const rank = ({ span }: Diagnostic) => (span.source === entry.file.source ? 0 : 1);
  return diagnostics.sort((a, b) => rank(a) - rank(b) || a.span.start - b.span.start);
}

function checkDeclaration(declaration: Declaration, module: Module, session: Session): readonly Diagnostic[] {
  const c = new Context(session, "train", findingSizes);
  const scope: Scope = { module, parent: undefined, names: new Map(), paths: rootPaths() };
  c.untilStopped(() => {
    switch (declaration.kind) {
      case "const":
      case "table":
        return resolve(declaration.name.text, scope, declaration.name.span, c);
      case "fn":
        return checkFn(declaration, module, session, c);
      case "defaults":
        return checkDefaults(declaration, scope, c);
      case "weights":
        return checkWeights(declaration, scope, c);
      case "block":
        return checkBlock(declaration, module, session, c);
      case "model":
        return checkModel(declaration, module, session, c);
    }
  });
  return c.diagnostics;
}

/** All that a file gives to an operator is looked at once, where the first of it stands. */
function checkDefaults(declaration: Extract<Declaration, { kind: "defaults" }>, scope: Scope, c: Context): void {
  for (const { operator, args } of declaration.entries) {
    const [first] = scope.module.defaults.get(operator.text) ?? [];
    if (first && first === args[0]) operatorValue(operator.text, scope, c);
  }
}

function checkWeights(declaration: Extract<Declaration, { kind: "weights" }>, scope: Scope, c: Context): void {
  const value = evaluate(declaration.model, scope, c);
  if (value.kind === "unknown" || asDeclared(value)) return;
  c.report("DM3101/value", declaration.model.span, {
    what: "what `weights` binds",
    expected: "a model",
    actual: show(value),
  });
}

const declared = (declaration: Block | Model, module: Module): DeclaredBlock => ({
  kind: "declared",
  declaration,
  module,
  name: declaration.name.text,
  args: new Map(),
  at: new Map(),
  dropped: [],
});

function checkModel(declaration: Model, module: Module, session: Session, c: Context): void {
  const model = declared(declaration, module);
  const { family } = declaration;
  if (!family) return elaborateMember(model, session, c);
  const rows = familyRows(model, c);
  for (const [index, row] of (rows?.rows ?? []).entries()) {
    const name = `${model.name}[${show(rows?.keys.values[index] ?? row)}]`;
    elaborateMember({ ...model, name, row: { variable: family.variable.text, value: row } }, session, c);
  }
}

function elaborateMember(model: DeclaredBlock, session: Session, c: Context): void {
  const open = model.declaration.signature.params.some((param) => !param.default);
  if (open) return checkOpen(model, session, c);
  const resolved = underlying(model, c);
  if (!resolved) return;
  const { train, infer, diagnostics } = elaborateBoth(resolved, session);
  for (const diagnostic of diagnostics) c.add(diagnostic);
  if (resolved.declaration === model.declaration && !train.failed) checkParts(model, infer, c);
  if (resolved.declaration === model.declaration && !model.row && !train.failed) hintAtSizes(model, train.sizes, c);
}

/** Every part can be cut out. A model that is made from another one has been looked at as that. */
function checkParts(model: DeclaredBlock, infer: Elaborated, c: Context): void {
  const parts = partsOf(model.declaration.body);
  const built = parts.length > 0 ? infer.build(c.adds) : undefined;
  for (const part of built ? parts : []) {
    const { diagnostics } = partGraph({ model, built: built as Built, seam: seamOf(part), at: new Map() }, c.session);
    for (const diagnostic of diagnostics) c.add(diagnostic);
  }
}

/** Compares the inferred size rule with the model's own `where`: missing, or stricter than needed. */
function hintAtSizes(model: DeclaredBlock, facts: SizeFacts, c: Context): void {
  const { declaration } = model;
  const [where] = declaration.signature.where;
  if (!where) {
    const rule = [...facts.known].map(([name, sizes]) => describeSizes(sizes, name)).join(", ");
    // Only what `where` can say: sets of residues have no short form in the language.
    if (rule !== "" && !/[{(]/.test(rule)) c.report("DM8005", declaration.name.span, { model: model.name, rule });
    return;
  }
  const free = { ...declaration, signature: { ...declaration.signature, where: [] } };
  const { failed, sizes } = elaborateModel({ ...model, declaration: free }, "train", c.session);
  if (failed) return;
  for (const [name, known] of facts.known) {
    const enough = sizes.known.get(name) ?? everySize;
    if (sameSizes(enough, known)) continue;
    const needed = describeSizes(enough, name) || `any ${name}`;
    c.report("DM8004", where.span, { given: describeSizes(known, name), needed });
  }
}

/** A number is needed (DM3115), a condition is open (DM4105), sizes need a relation (DM4106). */
const settledBySizes: ReadonlySet<string> = new Set(["DM3115", "DM4105", "DM4106"]);

function checkBlock(declaration: Block, module: Module, session: Session, c: Context): void {
  const block = declared(declaration, module);
  const concrete = declaration.signature.params.every((param) => param.default) && hasInputs(declaration);
  if (!concrete) return checkOpen(block, session, c);
  // The sizes of a block are those of its uses: what only needs them to be known is no mistake of the block.
  for (const diagnostic of elaborateBoth(block, session).diagnostics)
    if (!settledBySizes.has(diagnostic.code)) c.add(diagnostic);
}

/** Runs the body with open parameters and inputs: only mistakes that no argument could mend are found. */
function checkOpen(block: DeclaredBlock, session: Session, c: Context): void {
  const generic = new Context(session, "train", checkingOpen);
  const { declaration, module } = block;
  const scope: Scope = { module, parent: undefined, names: new Map(), paths: rootPaths() };
  if (block.row) scope.names.set(block.row.variable, block.row.value);
  for (const port of declaration.signature.ports ?? []) {
    const type = portType(port.type, module, generic);
    if (type) openDimensions(type, scope);
    scope.names.set(port.name.text, { kind: "unknown", hint: "tensor" });
  }
  openParameters(declaration.signature.params, declaration.name.text, scope, generic);
  generic.untilStopped(() => {
    for (const condition of declaration.signature.where) evaluate(condition, scope, generic);
    runBody(block, scope, generic, (statement) => {
      const type = portType(statement.type, module, generic);
      if (type) openDimensions(type, scope);
      return { kind: "unknown", hint: "tensor" };
    });
  });
  for (const diagnostic of generic.diagnostics) c.add(diagnostic);
}

/** Parameters may be anything; their defaults are what they say. */
function openParameters(params: readonly Param[], callee: string, scope: Scope, generic: Context): void {
  for (const param of params) {
    defaultOf(param, callee, scope, generic);
    scope.names.set(param.name.text, { kind: "unknown" });
  }
}

/** A function with open parameters: only mistakes that no argument could mend are found. */
function checkFn(declaration: Fn, module: Module, session: Session, c: Context): void {
  const generic = new Context(session, "train", checkingOpen);
  const scope: Scope = { module, parent: undefined, names: new Map(), paths: rootPaths() };
  generic.untilStopped(() => {
    openParameters(declaration.params, declaration.name.text, scope, generic);
    fnResult(declaration, scope, generic);
  });
  for (const diagnostic of generic.diagnostics) c.add(diagnostic);
}
