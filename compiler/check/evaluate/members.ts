// What stands after a dot or in square brackets: fields, metrics, elements, members of a family.
import { type Expression, type Name, nearest } from "../../../grammar/index.ts";
import { metricNames } from "../compute/metrics.ts";
import { reportOpen } from "../compute/open-sizes.ts";
import type { Context } from "../state/context.ts";
import { tensorHelp } from "../text/static/foreign.ts";
import { valueNames } from "../text/value-names.ts";
import { kindOf, show } from "../values/show.ts";
import type { Scope } from "../values/value.ts";
import { numberOf, unknown, type Value } from "../values/value.ts";
import { underlying } from "./aliases.ts";
import { evaluate } from "./expressions.ts";
import { metricOf } from "./measure.ts";
import { familyMember } from "./tables.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

export function member(object: Value, label: Name, c: Context): Value {
  switch (object.kind) {
    case "unknown":
      return unknown;
    case "record": {
      const value = object.fields.get(label.text);
      return value ?? missing(show(object), "field", label, [...object.fields.keys()], c);
    }
    case "block":
      if (object.block.kind === "declared" || object.block.kind === "named") {
        const model = object.block.kind === "named" ? object.block.block : object.block;
        if (model.kind === "declared") return memberOfModel({ kind: "tap", model, labels: [] }, label, c);
      }
      break;
    case "tap":
      return memberOfModel(object, label, c);
  }
  const guess = object.kind === "tensor" ? tensorHelp(label.text) : undefined;
  const help = guess === undefined ? [] : [guess];
  c.report("DM2004", label.span, { owner: kindOf(object), what: "field", name: label.text }, { help });
  return unknown;
}

function memberOfModel(tap: Extract<Value, { kind: "tap" }>, label: Name, c: Context): Value {
  if (metricNames.includes(label.text)) return metricOf(tap, label, c);
  const model = tap.labels.length === 0 ? underlying(tap.model, c) : undefined;
  const known = model && valueNames(model.declaration);
  if (known && !known.includes(label.text)) {
    const help = otherMetrics.get(label.text.toLowerCase().replace(/_/g, ""));
    return missing(show(tap), "metric or value", label, [...metricNames, ...known], c, help);
  }
  return { ...tap, labels: [...tap.labels, label] };
}

function missing(
  owner: string,
  what: string,
  label: Name,
  candidates: readonly string[],
  c: Context,
  other?: string,
): Value {
  const guess = other ?? nearest(label.text, candidates);
  const listed = candidates.length === 0 ? [] : [`there are ${candidates.slice(0, 20).join(", ")}`];
  const help = guess === undefined ? listed : [`did you mean ${guess}?`];
  c.report("DM2004", label.span, { owner, what, name: label.text }, { help });
  return unknown;
}

/** What other tools call our metrics. */
const otherMetrics: ReadonlyMap<string, string> = new Map([
  ["parameters", "params"],
  ["numparams", "params"],
  ["weights", "params"],
  ["size", "params"],
  ["statistics", "buffers"],
  ["flops", "macs"],
  ["gflops", "macs"],
  ["madds", "macs"],
  ["multiplyadds", "macs"],
  ["layers", "depth"],
  ["receptivefield", "rf"],
  ["memory", "peak"],
  ["activations", "peak"],
  ["operators", "nodes"],
  ["ops", "nodes"],
  ["dims", "shape"],
  ["outputshape", "shape"],
  ["sizes", "requires"],
]);

export function element(object: Value, index: Value, e: Of<"index">, c: Context): Value {
  if (object.kind === "unknown") return unknown;
  if (object.kind === "block") return familyMember(object, index, e, c);
  if (index.kind === "unknown") return unknown;
  if (object.kind !== "list" && object.kind !== "tuple") {
    c.report(
      "DM3101/value",
      e.object.span,
      { what: "what `[…]` picks from", expected: "a list, a table or a family of models", actual: kindOf(object) },
      { help: object.kind === "tensor" ? ["`slice(axis = 1, from = 0, to = 1)` cuts a tensor"] : [] },
    );
    return unknown;
  }
  if (object.kind === "list" && object.table) {
    const row = object.table.keys.positionOf(index);
    if (row >= 0) return object.items[row] ?? unknown;
    const keys = object.table.keys.values.map(show).join(", ");
    c.report(
      "DM2005",
      e.index.span,
      { family: object.table.name, key: show(index) },
      { notes: [`its keys are ${keys}`] },
    );
    return unknown;
  }
  const position = numberOf(index);
  if (position === undefined && reportOpen("an index", [index], e.index.span, c)) return unknown;
  if (position === undefined) {
    c.report("DM3101/value", e.index.span, { what: "an index", expected: "a number", actual: kindOf(index) });
    return unknown;
  }
  const item = Number.isInteger(position)
    ? object.items[position < 0 ? object.items.length + position : position]
    : undefined;
  if (item !== undefined) return item;
  c.report("DM3104", e.index.span, { index: position, length: object.items.length });
  return unknown;
}

const isBound = (position: number | undefined, length: number): position is number =>
  position !== undefined && Number.isInteger(position) && position >= 0 && position <= length;

export function slice(e: Of<"slice">, scope: Scope, c: Context): Value {
  const object = evaluate(e.object, scope, c);
  const from = e.from ? evaluate(e.from, scope, c) : undefined;
  const to = e.to ? evaluate(e.to, scope, c) : undefined;
  if (object.kind === "unknown" || from?.kind === "unknown" || to?.kind === "unknown") return unknown;
  if (object.kind !== "list" && object.kind !== "tuple") {
    c.report("DM3101/value", e.object.span, { what: "what `[a..b]` cuts", expected: "a list", actual: kindOf(object) });
    return unknown;
  }
  if (
    reportOpen(
      "an end of `[a..b]`",
      [from, to].filter((end) => end !== undefined),
      e.span,
      c,
    )
  )
    return unknown;
  const length = object.items.length;
  const start = from ? numberOf(from) : 0;
  const end = to ? numberOf(to) : length;
  if (!isBound(start, length) || !isBound(end, length) || start > end) {
    const index = isBound(start, length) ? to : from;
    c.report("DM3104", e.span, { index: index ? show(index) : "", length });
    return unknown;
  }
  return { kind: "list", items: object.items.slice(start, end) };
}
