// What can be told from the text of one declaration alone: unknown and repeated names, missing
// results, unused parameters. Found once per declaration; whoever expands it hears of it.
import {
  type Block,
  type Body,
  type Declaration,
  type Details,
  type Diagnostic,
  diagnose,
  type Expression,
  type Model,
  type Name,
  nearest,
  type Param,
  type Signature,
  type Slots,
  type Span,
  type Statement,
  type TestStatement,
  type Type,
  type TypeAtom,
} from "../../../../grammar/index.ts";
import { dtypes } from "../../../ir/graph.ts";
import { type MessageKey, messages } from "../../../messages/messages.ts";
import type { TextMemo } from "../memo.ts";
import type { Module } from "../program.ts";
import { declarationNamed, isWord } from "../reach.ts";
import { importedDiagnostics, mappingDiagnostics, ruleDiagnostics } from "../rules/mappings.ts";
import { orderDiagnostics } from "../rules/orders.ts";
import { subexpressions } from "../subexpressions.ts";
import { isOperator } from "../vocabulary.ts";
import { membersOfParam, uncovered } from "./arms.ts";
import { find, type Names, within } from "./body-names.ts";
import { dimensionHelp, suggestions } from "./suggestions.ts";

/** What the text of a declaration alone shows to be wrong; told once a session. */
export function staticDiagnostics(module: Module, declaration: Declaration, memo: TextMemo): readonly Diagnostic[] {
  const known = memo.diagnostics.get(declaration);
  if (known) return known;
  const checker = new NameChecker(module, memo);
  checker.declaration(declaration);
  memo.diagnostics.set(declaration, checker.diagnostics);
  return checker.diagnostics;
}

/** Without doubts: what keeps a declaration from being used. */
export const staticMistakes = (module: Module, declaration: Declaration, memo: TextMemo): readonly Diagnostic[] =>
  staticDiagnostics(module, declaration, memo).filter(({ severity }) => severity === "error");

class NameChecker {
  readonly diagnostics: Diagnostic[] = [];
  readonly #module: Module;
  readonly #memo: TextMemo;
  readonly #used = new Set<string>();
  /** Inside `[.., 2 * S, C]`, where a name with a capital is meant as a dimension. */
  #inDimension = false;
  /** Members of the enums that are types of parameters, by parameter. */
  readonly #enums = new Map<string, readonly string[]>([["phase", ["train", "infer"]]]);

  constructor(module: Module, memo: TextMemo) {
    this.#module = module;
    this.#memo = memo;
  }

  #report<Key extends MessageKey>(
    key: Key,
    span: Span,
    slots: Slots<(typeof messages)[Key]>,
    details: Details = {},
  ): void {
    this.diagnostics.push(diagnose(messages, key, span, slots, details));
  }

  declaration(declaration: Declaration): void {
    switch (declaration.kind) {
      case "const":
        return this.#expression(declaration.value, within(undefined));
      case "fn": {
        const names = within(undefined);
        for (const param of declaration.params) this.#param(param, names);
        this.#expression(declaration.value, names);
        return this.#unused(declaration.params, declaration.name.text);
      }
      case "table":
        for (const row of declaration.rows) for (const cell of row.cells) this.#expression(cell, within(undefined));
        return;
      case "type":
        return this.#type(declaration.type);
      case "block":
      case "model":
        return this.#block(declaration);
      case "test":
        return this.#testStatements(declaration.statements, within(undefined));
      case "weights":
        this.diagnostics.push(...orderDiagnostics(declaration.annotations));
        this.diagnostics.push(...ruleDiagnostics(declaration.rules, this.#module, this.#memo));
        this.diagnostics.push(...importedDiagnostics(declaration.rules, this.#module, this.#memo));
        return this.#expression(declaration.model, within(undefined));
      case "mapping":
        this.diagnostics.push(...orderDiagnostics(declaration.annotations));
        this.diagnostics.push(...mappingDiagnostics(declaration, this.#module, this.#memo));
        this.diagnostics.push(...importedDiagnostics(declaration.rules, this.#module, this.#memo));
        return;
      case "defaults":
        for (const entry of declaration.entries) {
          this.#defaulted(entry.operator);
          for (const arg of entry.args) this.#expression(arg.value, within(undefined));
        }
        return;
      case "enum":
        return;
    }
  }

  #block(declaration: Extract<Declaration, { kind: "block" | "model" }>): void {
    const names = within(undefined);
    if (declaration.kind === "model" && declaration.family) {
      this.#expression(declaration.family.over, within(undefined));
      this.#define(declaration.family.variable, names);
    }
    const { signature, body } = declaration;
    this.#signature(signature, names);
    for (const condition of signature.where) this.#expression(condition, names);
    this.#body(body, names);
    this.#result(signature, names);
    if (this.#isDamaged(declaration)) return;
    if (body.kind === "statements" && !endsWithResult(body.statements)) {
      this.#report(declaration.kind === "block" ? "DM2006" : "DM2006/model", declaration.name.span, {
        name: declaration.name.text,
      });
    }
    this.#unused(signature.params, declaration.name.text);
  }

  #unused(params: readonly Param[], owner: string): void {
    for (const { name } of params) {
      if (!this.#used.has(name.text)) this.#report("DM8001", name.span, { name: name.text, owner });
    }
  }

  /** `defaults` gives arguments to operators only. */
  #defaulted({ text, span }: Name): void {
    if (isOperator(text)) return;
    if (!this.#isGlobal(text)) return this.#unknownName(text, span, within(undefined));
    const slots = { what: "what `defaults` gives arguments to", expected: "an operator", actual: text };
    this.#report("DM3101/value", span, slots);
  }

  // ---- signatures

  #signature(signature: Signature, names: Names): void {
    const ports = signature.ports ?? [];
    for (const port of ports) this.#bindDimensions(port.type, names);
    for (const param of signature.params) this.#param(param, names);
    for (const port of ports) this.#define(port.name, names);
    for (const port of ports) this.#typeAtom(port.type, names);
  }

  #param(param: Param, names: Names): void {
    if (param.default) this.#expression(param.default, names);
    if (param.type) this.#type(param.type);
    const members = membersOfParam(param, this.#module);
    if (members) this.#enums.set(param.name.text, members);
    this.#define(param.name, names);
  }

  /** Bare capital names of a port are dimension variables. */
  #bindDimensions(type: TypeAtom, names: Names): void {
    if (type.kind === "fields") for (const field of type.fields) this.#bindDimensions(field.type, names);
    if (type.kind === "named") {
      const found = declarationNamed(this.#module, type.name.text);
      if (found?.declaration.kind === "type" && found.declaration.type.kind === "tensor")
        this.#bindDimensions(found.declaration.type, names);
    }
    if (type.kind !== "tensor") return;
    for (const dim of type.dims) {
      if (dim.kind === "name" && /^[A-Z]/.test(dim.text) && !names.defined.has(dim.text))
        names.defined.set(dim.text, dim.span);
    }
  }

  #result(signature: Signature, names: Names): void {
    if (!signature.result) return;
    for (const dim of dimsOf(signature.result)) {
      if (dim.kind !== "name" || !/^[A-Z]/.test(dim.text) || find(names, dim.text) || this.#isGlobal(dim.text))
        continue;
      if (signature.ports) this.#report("DM2011", dim.span, { name: dim.text });
      names.defined.set(dim.text, dim.span);
    }
    this.#typeAtom(signature.result, names);
  }

  #type(type: Type): void {
    if (type.kind === "arrow") return;
    this.#typeAtom(type, undefined);
  }

  #typeAtom(type: TypeAtom, names: Names | undefined): void {
    switch (type.kind) {
      case "named":
        return this.#typeName(type.name);
      case "fields":
        for (const field of type.fields) this.#typeAtom(field.type, names);
        return;
      case "tensor":
        if (type.dtype) this.#typeName(type.dtype);
        if (names) for (const dim of type.dims) this.#dimension(dim, names);
        return;
    }
  }

  #typeName(name: Name): void {
    const builtin = ["int", "float", "bool", "str", "Block", ...dtypes];
    if (builtin.includes(name.text) || this.#module.missing.has(name.text)) return;
    const kind = declarationNamed(this.#module, name.text)?.declaration.kind;
    if (kind === "type" || kind === "enum") return;
    const guess = nearest(name.text, [...builtin, ...this.#module.declarations.keys()]);
    this.#report(
      "DM2001",
      name.span,
      { name: name.text },
      { help: guess === undefined ? [] : [`did you mean ${guess}?`] },
    );
  }

  #dimension(dim: Expression, names: Names): void {
    if (dim.kind !== "name" || find(names, dim.text) || this.#isGlobal(dim.text)) {
      this.#inDimension = true;
      this.#expression(dim, names);
      this.#inDimension = false;
      return;
    }
    const capital = dim.text.toUpperCase();
    const help = /^[a-z]$/.test(dim.text)
      ? [`dimension variables start with a capital, ${capital}`]
      : this.#suggest(dim.text, names);
    this.#report("DM2010", dim.span, { name: dim.text }, { help });
  }

  // ---- bodies

  #body(body: Body, names: Names): void {
    if (body.kind === "expression") return this.#expression(body.value, names);
    for (const statement of body.statements) this.#statement(statement, names);
  }

  #statement(statement: Statement, names: Names): void {
    switch (statement.kind) {
      case "let": {
        this.#expression(statement.value, names);
        if (statement.type) this.#typeAtom(statement.type, names);
        const { pattern } = statement;
        for (const name of pattern.kind === "name" ? [pattern.name] : pattern.names) this.#define(name, names);
        return;
      }
      case "skip":
      case "output":
        this.#expression(statement.value, names);
        if (statement.type) this.#typeAtom(statement.type, names);
        if (statement.kind === "output" && statement.phase) this.#phase(statement.phase);
        return this.#define(statement.name, names);
      case "share":
      case "loss":
        this.#expression(statement.value, names);
        return this.#define(statement.name, names);
      case "require":
        return this.#expression(statement.condition, names);
      case "return":
        return this.#expression(statement.value, names);
      case "input":
        if (statement.phase) this.#phase(statement.phase);
        this.#bindDimensions(statement.type, names);
        this.#typeAtom(statement.type, names);
        return this.#define(statement.name, names);
    }
  }

  #phase(phase: Name): void {
    if (phase.text === "train" || phase.text === "infer") return;
    const guess = nearest(phase.text, ["train", "infer"]);
    this.#report(
      "DM2001",
      phase.span,
      { name: phase.text },
      { help: [guess === undefined ? "phases are train and infer" : `did you mean ${guess}?`] },
    );
  }

  #define(name: Name, names: Names): void {
    const first = find(names, name.text);
    if (first)
      this.#report(
        "DM2002",
        name.span,
        { name: name.text, place: "body" },
        { labels: [{ span: first, text: "first defined here" }] },
      );
    else names.defined.set(name.text, name.span);
  }

  #testStatements(statements: readonly TestStatement[], names: Names): void {
    for (const statement of statements) {
      if (statement.kind === "for") {
        this.#expression(statement.over, names);
        const inner = within(names);
        this.#define(statement.variable, inner);
        this.#testStatements(statement.statements, inner);
      } else {
        // What is expected to fail may fail by a name; running the test tells.
        if (statement.kind === "let" || !statement.fails) this.#expression(statement.value, names);
        if (statement.kind === "let") this.#define(statement.name, names);
        else if (statement.within) this.#expression(statement.within, names);
      }
    }
  }

  // ---- expressions

  #expression(e: Expression, names: Names): void {
    switch (e.kind) {
      case "name":
        return this.#name(e.text, e.span, names);
      case "chain":
      case "each":
        return this.#loop([e.variable], e, names);
      case "grow":
        this.#expression(e.start, names);
        return this.#loop([e.accumulator, e.variable], e, names);
      case "flow":
        return this.#flow(e, names);
      case "match":
        this.#arms(e);
        break;
      case "record":
      case "with":
        for (const { label, value } of e.fields) if (!value) this.#name(label.text, label.span, names);
        break;
    }
    for (const part of subexpressions(e)) this.#expression(part, names);
  }

  #arms(e: Extract<Expression, { kind: "match" }>): void {
    const members = e.subject.kind === "name" ? this.#enums.get(e.subject.text) : undefined;
    const missing = members ? uncovered(e, members) : [];
    if (missing.length > 0) this.#report("DM3106", e.span, { value: missing.join(" and ") });
  }

  #flow(e: Extract<Expression, { kind: "flow" }>, names: Names): void {
    this.#expression(e.head, names);
    for (const stage of e.stages) {
      this.#expression(stage.block, names);
      if (stage.repeat) this.#expression(stage.repeat, names);
      if (stage.alias) this.#define(stage.alias, names);
    }
  }

  #loop(variables: readonly Name[], e: Extract<Expression, { kind: "chain" | "each" | "grow" }>, names: Names): void {
    this.#expression(e.range.from, names);
    if (e.range.to) this.#expression(e.range.to, names);
    const inner = within(names);
    for (const variable of variables) this.#define(variable, inner);
    this.#expression(e.body, inner);
  }

  #name(name: string, span: Span, names: Names): void {
    if (find(names, name)) this.#used.add(name);
    else if (!this.#isGlobal(name)) this.#unknownName(name, span, names);
  }

  /** A part of it did not parse, and may be what is missed. */
  #isDamaged({ name }: Block | Model): boolean {
    return this.#module.file.partial?.has(name.text) ?? false;
  }

  #isGlobal(name: string): boolean {
    return (
      this.#module.declarations.has(name) ||
      this.#module.imports.has(name) ||
      this.#module.missing.has(name) ||
      isWord(name, this.#module)
    );
  }

  #unknownName(name: string, span: Span, names: Names): void {
    const isDimension = this.#inDimension && /^[A-Z]/.test(name);
    const help = isDimension ? [dimensionHelp(name)] : this.#suggest(name, names);
    this.#report("DM2001", span, { name }, { help });
    if (isDimension) names.defined.set(name, span);
  }

  #suggest(name: string, names: Names): string[] {
    const local: string[] = [];
    for (let here: Names | undefined = names; here; here = here.parent) local.push(...here.defined.keys());
    return suggestions(name, local, this.#module, this.#memo);
  }
}

function dimsOf(type: TypeAtom): readonly Expression[] {
  if (type.kind === "tensor") return type.dims;
  return type.kind === "fields" ? type.fields.flatMap((field) => dimsOf(field.type)) : [];
}

function endsWithResult(statements: readonly Statement[]): boolean {
  return statements.some(({ kind }) => kind === "return" || kind === "output");
}
