// How much a list, a tuple or a record holds, nested parts included. A value is made of earlier ones, so a
// few lines can double it a hundred times, or nest it a hundred thousand levels deep; both are refused when
// the value is made, and nothing that walks values later has to count.

import type { Span } from "../../../grammar/index.ts";
import type { Context } from "../state/context.ts";
import type { Extent } from "../state/session.ts";
import { unknown, type Value } from "../values/value.ts";

const single: Extent = { count: 1, levels: 0 };

const countLimit = 2_000_000;

const levelLimit = 256;

function partsOf(value: Value): Iterable<Value> | undefined {
  if (value.kind === "list" || value.kind === "tuple") return value.items;
  return value.kind === "record" ? value.fields.values() : undefined;
}

function extentOf(value: Value, measured: WeakMap<Value, Extent>): Extent {
  const parts = partsOf(value);
  if (!parts) return single;
  const known = measured.get(value);
  if (known) return known;
  let [count, levels] = [1, 0];
  for (const part of parts) {
    const inner = extentOf(part, measured);
    count += inner.count;
    levels = Math.max(levels, inner.levels);
  }
  const extent = { count, levels: levels + 1 };
  measured.set(value, extent);
  return extent;
}

/** A value that was just put together, or unknown after a report where it holds too much. */
export function bounded(value: Value, span: Span, c: Context): Value {
  const { count, levels } = extentOf(value, c.session.extents);
  if (count - 1 <= countLimit && levels <= levelLimit) return value;
  const tooMany = { count, unit: "values", limit: countLimit };
  const tooDeep = { count: levels, unit: "levels", limit: levelLimit };
  c.report("DM3208", span, { what: value.kind, ...(levels > levelLimit ? tooDeep : tooMany) });
  return unknown;
}
