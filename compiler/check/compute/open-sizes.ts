// What needs a number, where the text has a free size.

import type { Span } from "../../../grammar/index.ts";
import { type Dim, isSymbolic, variablesOf } from "../../sizes/dim/dim.ts";
import type { Context } from "../state/context.ts";
import type { Value } from "../values/value.ts";

/** Reports the first free size in these values (DM3115); false where there is none. */
export function reportOpen(what: string, values: readonly Value[], span: Span, c: Context): boolean {
  const open = firstOpen(values);
  if (open === undefined) return false;
  const variable = [...variablesOf(open)][0] ?? "S";
  c.report("DM3115/value", span, { what, actual: c.sizes.show(open), variable });
  return true;
}

function firstOpen(values: readonly Value[]): Exclude<Dim, number> | undefined {
  for (const value of values) {
    if (value.kind === "int" && isSymbolic(value.dim)) return value.dim;
    const inner = value.kind === "list" || value.kind === "tuple" ? firstOpen(value.items) : undefined;
    if (inner) return inner;
  }
  return undefined;
}
