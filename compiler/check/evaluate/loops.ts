// `chain` folds blocks, `each` maps over a list, `grow` builds a list that may look at itself.
import type { Expression, Range } from "../../../grammar/index.ts";
import { bounded } from "../compute/extent.ts";
import { reportOpen } from "../compute/open-sizes.ts";
import type { Context } from "../state/context.ts";
import { holdsUnknown } from "../values/data.ts";
import { inner } from "../values/scope.ts";
import { kindOf } from "../values/show.ts";
import {
  blockOf,
  type Items,
  itemAt,
  itemCount,
  list,
  numberOf,
  type Scope,
  unknown,
  type Value,
} from "../values/value.ts";
import { evaluate } from "./expressions.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** Elements of one range or list. */
const rangeLimit = 1_000_000;

/** What a range walks over; undefined after a report or where it is open. */
function itemsOf(range: Range, scope: Scope, c: Context): Items | undefined {
  const from = evaluate(range.from, scope, c);
  const to = range.to ? evaluate(range.to, scope, c) : undefined;
  if (from.kind === "unknown" || to?.kind === "unknown") return undefined;
  const items = to ? numbers(from, to, range, c) : elements(from, range, c);
  if (items && itemCount(items) > rangeLimit) {
    c.report("DM3208", range.span, { what: "range", count: itemCount(items), unit: "elements", limit: rangeLimit });
    return undefined;
  }
  return items;
}

function numbers(from: Value, to: Value, range: Range, c: Context): Items | undefined {
  const [first, end] = [numberOf(from), numberOf(to)];
  if (first !== undefined && end !== undefined && Number.isSafeInteger(first) && Number.isSafeInteger(end)) {
    return { kind: "numbers", from: first, count: Math.max(0, end - first) };
  }
  const wrong = first === undefined || !Number.isSafeInteger(first) ? from : to;
  if (wrong.kind === "tensor") c.report("DM3105", range.span, { what: "a range" });
  else if (!reportOpen("the length of a range", [wrong], range.span, c))
    c.report("DM3101/value", range.span, {
      what: "the end of a range",
      expected: "a whole number",
      actual: kindOf(wrong),
    });
  return undefined;
}

function elements(value: Value, range: Range, c: Context): Items | undefined {
  if (value.kind === "list" || value.kind === "tuple") return { kind: "values", values: value.items };
  if (value.kind === "tensor") c.report("DM3105", range.span, { what: "what is walked over" });
  else
    c.report("DM3101/value", range.span, {
      what: "what is walked over",
      expected: "a range such as 0..n, a list or a table",
      actual: kindOf(value),
    });
  return undefined;
}

/** Evaluates a loop's body once with everything open, so that its mistakes are found. */
function generic(variables: readonly string[], body: Expression, scope: Scope, c: Context): void {
  const open = inner(scope);
  for (const variable of variables) open.names.set(variable, unknown);
  evaluate(body, open, c);
}

export function chainValue(e: Of<"chain">, scope: Scope, c: Context): Value {
  const items = itemsOf(e.range, scope, c);
  if (!items) {
    if (c.mode.isOpen) generic([e.variable.text], e.body, scope, c);
    return { kind: "unknown", hint: "block" };
  }
  return blockOf({ kind: "chain", loop: { variable: e.variable.text, items, body: e.body, scope } });
}

export function eachValue(e: Of<"each">, scope: Scope, c: Context): Value {
  const items = itemsOf(e.range, scope, c);
  if (!items) {
    if (c.mode.isOpen) generic([e.variable.text], e.body, scope, c);
    return unknown;
  }
  const paths = scope.paths.child("each");
  const results: Value[] = [];
  for (let i = 0; i < itemCount(items); i++) {
    c.step(e.span, 4);
    const iteration = inner(scope, paths.child(String(i)));
    iteration.names.set(e.variable.text, itemAt(items, i));
    results.push(evaluate(e.body, iteration, c));
  }
  return bounded(list(results), e.span, c);
}

export function growValue(e: Of<"grow">, scope: Scope, c: Context): Value {
  const start = evaluate(e.start, scope, c);
  const items = itemsOf(e.range, scope, c);
  if (!items || start.kind !== "list") {
    if (start.kind !== "list" && start.kind !== "unknown") {
      c.report("DM3101/value", e.start.span, {
        what: "what `grow` starts from",
        expected: "a list",
        actual: kindOf(start),
      });
    }
    if (c.mode.isOpen) generic([e.accumulator.text, e.variable.text], e.body, scope, c);
    return unknown;
  }
  const paths = scope.paths.child("grow");
  let grown = [...start.items];
  const settled = new Set<Value>();
  for (let i = 0; i < itemCount(items); i++) {
    const iteration = inner(scope, paths.child(String(i)));
    const soFar = list(grown);
    iteration.names.set(e.accumulator.text, soFar);
    iteration.names.set(e.variable.text, itemAt(items, i));
    const value = evaluate(e.body, iteration, c);
    if (value.kind === "unknown" && holdsUnknown(value) && !c.mode.isOpen) return unknown;
    // The list is not copied per step, only where it may not change any more.
    if (keeps(value, soFar, settled)) {
      c.step(e.span, 4 * grown.length);
      grown = [...grown];
    }
    grown.push(value);
  }
  return bounded(list(grown), e.span, c);
}

/** Whether a value holds the list as it was in its step: in itself, or in a block that reads it when it is used. */
function keeps(value: Value, soFar: Value, settled: Set<Value>): boolean {
  if (value === soFar || value.kind === "block") return true;
  const isList = value.kind === "list" || value.kind === "tuple";
  if ((!isList && value.kind !== "record") || settled.has(value)) return false;
  settled.add(value);
  const parts = isList ? value.items : [...value.fields.values()];
  return parts.some((part) => keeps(part, soFar, settled));
}
