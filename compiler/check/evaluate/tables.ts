// Tables, and the families of models that are made of them.
import type { Declaration, Expression, Span } from "../../../grammar/index.ts";
import type { Context } from "../state/context.ts";
import { shortText } from "../text/source-text.ts";
import { rootPaths } from "../values/paths.ts";
import { RowKeys } from "../values/row-keys.ts";
import { kindOf, show } from "../values/show.ts";
import { blockOf, type DeclaredBlock, type Scope, type TableKeys, unknown, type Value } from "../values/value.ts";
import { evaluate } from "./expressions.ts";

export function tableValue(table: Extract<Declaration, { kind: "table" }>, scope: Scope, c: Context): Value {
  const columns = table.columns.map((column) => column.text);
  const rows: Value[] = [];
  const keys = new RowKeys();
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
    if (!keys.add(key)) c.report("DM3108", cells[0]?.span ?? span, { key: show(key), table: table.name.text });
    rows.push({ kind: "record", fields: new Map(columns.map((column, i) => [column, values[i] ?? unknown])) });
  }
  const info: TableKeys = { name: table.name.text, keys };
  return { kind: "list", items: rows, table: info };
}

/** The rows of a family, keyed by their first column; a plain list is keyed by its elements. */
export function familyRows(
  block: DeclaredBlock,
  c: Context,
): { readonly keys: TableKeys["keys"]; readonly rows: readonly Value[] } | undefined {
  const { declaration, module } = block;
  if (declaration.kind !== "model" || !declaration.family) return undefined;
  const scope: Scope = { module, parent: undefined, names: new Map(), paths: rootPaths() };
  const over = evaluate(declaration.family.over, scope, c);
  if (over.kind === "list")
    return { keys: over.table?.keys ?? listKeys(over.items, block, declaration.family.over.span, c), rows: over.items };
  if (over.kind !== "unknown") {
    c.report("DM3101/value", declaration.family.over.span, {
      what: "what a family is made of",
      expected: "a table or a list",
      actual: kindOf(over),
    });
  }
  return { keys: new RowKeys(), rows: [] };
}

/** A family over a plain list: its elements are the keys, so they differ. */
function listKeys(items: readonly Value[], block: DeclaredBlock, span: Span, c: Context): RowKeys {
  const keys = new RowKeys();
  for (const item of items)
    if (!keys.add(item)) c.report("DM3108/list", span, { key: show(item), family: block.declaration.name.text });
  return keys;
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
    c.report(
      "DM3101/value",
      e.object.span,
      { what: "what `[…]` picks from", expected: "a list, a table or a family of models", actual: kindOf(object) },
      { help: [`what a block is given stands in parentheses: \`${shortText(e.object.span)}(…)\``] },
    );
    return unknown;
  }
  if (index.kind === "unknown") return { kind: "unknown", hint: "block" };
  const row = family.rows[family.keys.positionOf(index)];
  if (row) {
    const name = `${block.name}[${show(index)}]`;
    return blockOf({ ...block, name, row: { variable: block.declaration.family.variable.text, value: row } });
  }
  const help = closest(index, family.keys.values);
  c.report(
    "DM2005",
    e.index.span,
    { family: block.name, key: show(index) },
    {
      notes: [`members are ${family.keys.values.map(show).join(", ")}`],
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
