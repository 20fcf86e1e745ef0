// What a name means: local values first, then declarations and imports of the file, then the words of
// the language: operators, functions, the choices of operators, the phase.
import type { Declaration, Expression, Span } from "../../grammar/index.ts";
import { dtypes } from "../ir/graph.ts";
import type { Constant, Context } from "./context.ts";
import { evaluate } from "./expressions.ts";
import { functionNames, isFunction } from "./functions.ts";
import { choiceNames, isOperator, operatorNames, operatorValue } from "./operator-values.ts";
import type { Module } from "./program.ts";
import { lookUp, rootPaths, type Scope } from "./scope.ts";
import { underlying } from "./underlying.ts";
import {
  blockOf,
  type DeclaredBlock,
  equalValues,
  kindOf,
  show,
  str,
  type TableKeys,
  unknown,
  type Value,
} from "./values.ts";

/** A declaration by the name it has in `module`, own or imported. */
export function declarationNamed(
  module: Module,
  name: string,
): { readonly declaration: Declaration; readonly module: Module } | undefined {
  const own = module.declarations.get(name);
  if (own) return { declaration: own, module };
  const imported = module.imports.get(name);
  return imported && declarationNamed(imported.module, imported.name);
}

export function enumMembers(module: Module, name: string): readonly string[] | undefined {
  const found = declarationNamed(module, name);
  return found?.declaration.kind === "enum" ? found.declaration.members.map((member) => member.text) : undefined;
}

const memberCache = new WeakMap<Module, ReadonlySet<string>>();

/** The members of every enum that the file declares or imports. */
export function membersInReach(module: Module): ReadonlySet<string> {
  const known = memberCache.get(module);
  if (known) return known;
  const names = [...module.declarations.keys(), ...module.imports.keys()];
  const members = new Set(names.flatMap((name) => enumMembers(module, name) ?? []));
  memberCache.set(module, members);
  return members;
}

const words: ReadonlySet<string> = new Set(["train", "infer", ...dtypes]);

/** Names that mean something in every body of the file. */
export function resolvableNames(module: Module): string[] {
  return [
    ...module.declarations.keys(),
    ...module.imports.keys(),
    ...membersInReach(module),
    ...operatorNames,
    ...functionNames,
    ...choiceNames,
    "phase",
    ...words,
  ];
}

export const isWord = (name: string, module: Module): boolean =>
  name === "phase" ||
  words.has(name) ||
  choiceNames.has(name) ||
  membersInReach(module).has(name) ||
  isFunction(name) ||
  isOperator(name);

export function resolve(name: string, scope: Scope, span: Span, c: Context): Value | undefined {
  const local = lookUp(scope, name);
  if (local !== undefined) return local;
  const found = declarationNamed(scope.module, name);
  if (found) return declaredValue(found.declaration, found.module, span, c);
  if (membersInReach(scope.module).has(name)) return str(name);
  if (isOperator(name)) return blockOf(operatorValue(name, scope, c));
  if (isFunction(name)) return { kind: "function", function: { kind: "builtin", name } };
  if (name === "phase") {
    c.phased = true;
    return c.mode === "generic" ? unknown : str(c.phase);
  }
  if (words.has(name) || choiceNames.has(name)) return str(name);
  return scope.module.missing.has(name) ? unknown : undefined;
}

function declaredValue(declaration: Declaration, module: Module, span: Span, c: Context): Value {
  switch (declaration.kind) {
    case "block":
    case "model": {
      const name = declaration.name.text;
      const block: DeclaredBlock = {
        kind: "declared",
        declaration,
        module,
        name,
        args: new Map(),
        at: new Map(),
        dropped: [],
      };
      if (declaration.kind === "block" || declaration.family || declaration.signature.params.length > 0)
        return blockOf(block);
      const model = underlying(block, c);
      return model ? blockOf(model) : unknown;
    }
    case "fn":
      return { kind: "function", function: { kind: "declared", declaration, module } };
    case "const":
    case "table":
      return evaluatedOnce(declaration, module, span, c);
    default:
      c.report("DM3101/value", span, {
        what: "a name in an expression",
        expected: "a value",
        actual: `a ${declaration.kind}`,
      });
      return unknown;
  }
}

/** Constants and tables are evaluated once per session, phase and mode; one that reads itself is reported. */
function evaluatedOnce(
  declaration: Extract<Declaration, { kind: "const" | "table" }>,
  module: Module,
  span: Span,
  c: Context,
): Value {
  const key = `${c.phase} ${c.mode}`;
  const byKey = c.session.constants.get(declaration) ?? new Map<string, Constant>();
  c.session.constants.set(declaration, byKey);
  const known = byKey.get(key);
  if (known === "open") {
    c.report("DM3117", span, { what: declaration.name.text, reason: "it depends on itself" });
    return unknown;
  }
  if (known) return c.replay(known);
  byKey.set(key, "open");
  const scope: Scope = { module, parent: undefined, names: new Map(), paths: rootPaths() };
  try {
    const constant = c.recorded(() =>
      declaration.kind === "const" ? evaluate(declaration.value, scope, c) : tableValue(declaration, scope, c),
    );
    byKey.set(key, constant);
    return constant.value;
  } finally {
    // An evaluation that was stopped is no circle: the next reader starts again.
    if (byKey.get(key) === "open") byKey.delete(key);
  }
}

function tableValue(table: Extract<Declaration, { kind: "table" }>, scope: Scope, c: Context): Value {
  const columns = table.columns.map((column) => column.text);
  const rows: Value[] = [];
  const keys: Value[] = [];
  for (const { cells, span } of table.rows) {
    if (cells.length !== columns.length) {
      c.report("DM3107", span, {
        cells: cells.length,
        table: table.name.text,
        columns: columns.length,
        names: columns.join(", "),
      });
      continue;
    }
    const values = cells.map((cell) => evaluate(cell, scope, c));
    const key = values[0] ?? unknown;
    if (keys.some((other) => equalValues(other, key) === true)) {
      c.report("DM3108", cells[0]?.span ?? span, { key: show(key), table: table.name.text });
    }
    keys.push(key);
    rows.push({ kind: "record", fields: new Map(columns.map((column, i) => [column, values[i] ?? unknown])) });
  }
  const info: TableKeys = { name: table.name.text, keys };
  return { kind: "list", items: rows, table: info };
}

/** The rows of a family, keyed by their first column; a plain list is keyed by its elements. */
export function familyRows(
  block: DeclaredBlock,
  c: Context,
): { readonly keys: readonly Value[]; readonly rows: readonly Value[] } | undefined {
  const { declaration, module } = block;
  if (declaration.kind !== "model" || !declaration.family) return undefined;
  const scope: Scope = { module, parent: undefined, names: new Map(), paths: rootPaths() };
  const over = evaluate(declaration.family.over, scope, c);
  if (over.kind === "list") return { keys: over.table?.keys ?? over.items, rows: over.items };
  if (over.kind !== "unknown") {
    c.report("DM3101/value", declaration.family.over.span, {
      what: "what a family is made of",
      expected: "a table or a list",
      actual: kindOf(over),
    });
  }
  return { keys: [], rows: [] };
}

/** `HG[52]`. */
export function familyMember(
  object: Extract<Value, { kind: "block" }>,
  index: Value,
  e: Extract<Expression, { kind: "index" }>,
  c: Context,
): Value {
  const block = object.block.kind === "named" ? object.block.block : object.block;
  const family = block.kind === "declared" && !block.row ? familyRows(block, c) : undefined;
  if (block.kind !== "declared" || !family || block.declaration.kind !== "model" || !block.declaration.family) {
    c.report("DM3101/value", e.object.span, {
      what: "what `[…]` picks from",
      expected: "a list, a table or a family of models",
      actual: kindOf(object),
    });
    return unknown;
  }
  if (index.kind === "unknown") return { kind: "unknown", hint: "block" };
  const position = family.keys.findIndex((key) => equalValues(key, index) === true);
  const row = family.rows[position];
  if (row) {
    const name = `${block.name}[${show(index)}]`;
    return blockOf({ ...block, name, row: { variable: block.declaration.family.variable.text, value: row } });
  }
  const help = closest(index, family.keys);
  c.report(
    "DM2005",
    e.index.span,
    { family: block.name, key: show(index) },
    {
      notes: [`members are ${family.keys.map(show).join(", ")}`],
      help: help ? [`did you mean ${block.name}[${show(help)}]?`] : [],
    },
  );
  return unknown;
}

function closest(index: Value, keys: readonly Value[]): Value | undefined {
  if (index.kind !== "int" || typeof index.dim !== "number") return undefined;
  const wanted = index.dim;
  const distance = (key: Value) =>
    key.kind === "int" && typeof key.dim === "number" ? Math.abs(key.dim - wanted) : Number.POSITIVE_INFINITY;
  return keys.length === 0 ? undefined : keys.reduce((best, key) => (distance(key) < distance(best) ? key : best));
}
