// Equality of compile-time values, as `==` and `match` see it.

import { isSymbolic } from "../../sizes/dim/dim.ts";
import { numberOf, unknown, type Value } from "./value.ts";

/** Equality of compile-time values, as `==` and `match` see it; undefined where it cannot be told. */
export function equalValues(a: Value, b: Value): boolean | undefined {
  if (a.kind === "unknown" || b.kind === "unknown") return undefined;
  if (a.kind === "int" && b.kind === "int" && (isSymbolic(a.dim) || isSymbolic(b.dim))) return undefined;
  const left = numberOf(a);
  const right = numberOf(b);
  if (left !== undefined && right !== undefined) return left === right;
  if (a.kind === "str" && b.kind === "str") return a.value === b.value;
  if (a.kind === "bool" && b.kind === "bool") return a.value === b.value;
  if ((a.kind === "list" || a.kind === "tuple") && (b.kind === "list" || b.kind === "tuple")) {
    return equalItems(a.items, b.items);
  }
  if (a.kind === "record" && b.kind === "record") return equalFields(a.fields, b.fields);
  if (a.kind === "block" && b.kind === "block") return a.block === b.block;
  return false;
}

/** Fields are equal by label, whatever their order. */
function equalFields(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean | undefined {
  const labels = [...a.keys()];
  if (a.size !== b.size || labels.some((label) => !b.has(label))) return false;
  const items = (fields: ReadonlyMap<string, Value>) => labels.map((label) => fields.get(label) ?? unknown);
  return equalItems(items(a), items(b));
}

function equalItems(a: readonly Value[], b: readonly Value[]): boolean | undefined {
  if (a.length !== b.length) return false;
  let result: boolean | undefined = true;
  for (let i = 0; i < a.length; i++) {
    const same = equalValues(a[i] ?? unknown, b[i] ?? unknown);
    if (same === false) return false;
    if (same === undefined) result = undefined;
  }
  return result;
}
