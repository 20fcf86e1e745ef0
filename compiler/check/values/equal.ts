// Equality of compile-time values, as `==` and `match` see it.

import { formatDim, isSymbolic } from "../../sizes/dim/dim.ts";
import { type BlockValue, type FunctionValue, numberOf, type OperatorValue, unknown, type Value } from "./value.ts";

/** Equality of compile-time values, as `==` and `match` see it; undefined where it cannot be told. */
export function equalValues(a: Value, b: Value): boolean | undefined {
  if (a.kind === "unknown" || b.kind === "unknown") return undefined;
  if (a.kind === "int" && b.kind === "int" && (isSymbolic(a.dim) || isSymbolic(b.dim))) return undefined;
  const left = numberOf(a);
  const right = numberOf(b);
  if (left !== undefined && right !== undefined) return left === right;
  if ((a.kind === "str" || a.kind === "bool") && a.kind === b.kind) return a.value === b.value;
  if ((a.kind === "list" || a.kind === "tuple") && (b.kind === "list" || b.kind === "tuple")) {
    return equalItems(a.items, b.items);
  }
  if (a.kind === "record" && b.kind === "record") return equalFields(a.fields, b.fields);
  if (a.kind === "block" && b.kind === "block") return equalBlocks(a.block, b.block);
  if (a.kind === "function" && b.kind === "function") return equalFunctions(a.function, b.function);
  return false;
}

/** A block is equal to itself under another name, with the same arguments. */
function equalBlocks(a: BlockValue, b: BlockValue): boolean | undefined {
  if (a.kind === "named") return equalBlocks(a.block, b);
  if (b.kind === "named") return equalBlocks(a, b.block);
  if (a === b) return true;
  if (a.kind === "operator" && b.kind === "operator") return a.name === b.name && equalFields(valuesOf(a), valuesOf(b));
  if (a.kind !== "declared" || b.kind !== "declared" || a.declaration !== b.declaration) return false;
  const rows = equalItems(a.row ? [a.row.value] : [], b.row ? [b.row.value] : []);
  const edits = [a, b].map(({ at, dropped }) =>
    [...[...at].map(([name, { dim }]) => `${name}=${formatDim(dim)}`), ...dropped.map(({ text }) => text)]
      .sort()
      .join(),
  );
  return rows && edits[0] === edits[1] && equalFields(a.args, b.args);
}

const valuesOf = ({ args }: OperatorValue): ReadonlyMap<string, Value> =>
  new Map([...args].map(([name, { value }]) => [name, value]));

const equalFunctions = (a: FunctionValue, b: FunctionValue): boolean =>
  a.kind === "builtin"
    ? b.kind === "builtin" && a.name === b.name
    : b.kind === "declared" && a.declaration === b.declaration;

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
