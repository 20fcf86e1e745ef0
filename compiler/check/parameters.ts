// Arguments meet parameters: by position or by name, each once, each of its type.
import { type Argument, nearest, type Param, type Span, type Type } from "../../grammar/index.ts";
import type { Context } from "./context.ts";
import { evaluate } from "./expressions.ts";
import { declarationNamed, enumMembers } from "./names.ts";
import type { Module } from "./program.ts";
import type { Scope } from "./scope.ts";
import { int, kindOf, show, type Value } from "./values.ts";

export interface Given {
  readonly value: Value;
  readonly span: Span;
}

/** What other libraries call our parameters. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ["momentum", "decay"],
  ["epsilon", "eps"],
  ["kernel", "k"],
  ["kernel_size", "k"],
  ["filters", "c"],
  ["channels", "c"],
  ["out_channels", "c"],
  ["units", "c"],
  ["features", "c"],
  ["strides", "stride"],
  ["dilation", "rate"],
  ["dilation_rate", "rate"],
  ["padding", "pad"],
  ["use_bias", "bias"],
  ["scale_factor", "s"],
  ["size", "s"],
  ["negative_slope", "slope"],
  ["kernel_initializer", "init"],
]);
const decayNote =
  " (decay is the weight kept by the running average; PyTorch's momentum is 1 - decay, Keras's is decay)";

/** "did you mean decay?" for a parameter that does not exist. */
export function suggestParameter(name: string, known: readonly string[]): string[] {
  const other = otherNames.get(name);
  const guess = other !== undefined && known.includes(other) ? other : nearest(name, known);
  if (guess !== undefined) return [`did you mean ${guess}?${guess === "decay" ? decayNote : ""}`];
  return known.length === 0 ? [] : [`its parameters are ${known.join(", ")}`];
}

/**
 * Matches arguments to parameter names; `bound` are given already by an earlier call. Positional
 * arguments fill the parameters that are still open, in order. `rest` takes all positional ones.
 */
export function bindArguments(
  callee: string,
  names: readonly string[],
  args: readonly Argument[],
  bound: ReadonlyMap<string, unknown>,
  span: Span,
  scope: Scope,
  c: Context,
  rest?: string,
): Map<string, Given> {
  const given = new Map<string, Given>();
  const positional = args.filter((arg) => !arg.label);
  if (rest === undefined) bindPositions(positional);
  else if (positional.length > 0) given.set(rest, { value: gathered(positional, scope, c), span });
  for (const arg of args) {
    if (!arg.label) continue;
    const value = evaluate(arg.value, scope, c);
    const name = arg.label.text;
    if (!names.includes(name))
      c.report("DM3102", arg.label.span, { callee, name }, { help: suggestParameter(name, names) });
    else if (given.has(name)) c.report("DM3102/twice", arg.label.span, { callee, name });
    else given.set(name, { value, span: arg.span });
  }
  return given;

  function bindPositions(positions: readonly Argument[]): void {
    const open = names.filter((name) => !bound.has(name));
    if (positions.length > open.length) {
      const count = bound.size > 0 ? `${open.length} more` : String(names.length);
      c.report("DM3102/many", span, { callee, count, names: names.join(", "), given: positions.length });
    }
    for (const [i, name] of open.entries()) {
      const arg = positions[i];
      if (arg) given.set(name, { value: evaluate(arg.value, scope, c), span: arg.span });
    }
  }
}

/** All positional arguments as one list; a single list stands for its elements. */
function gathered(args: readonly Argument[], scope: Scope, c: Context): Value {
  const items = args.map((arg) => evaluate(arg.value, scope, c));
  return items.length === 1 && items[0]?.kind === "list" ? items[0] : { kind: "list", items };
}

/** Checks a value against the declared type of a parameter, and reports where it does not fit. */
export function fits(
  value: Value,
  param: Param,
  callee: string,
  module: Module,
  span: Span,
  c: Context,
): Value | undefined {
  if (value.kind === "tensor") {
    c.report("DM3103", span, { param: param.name.text, callee });
    return undefined;
  }
  if (!param.type) return value;
  const converted = convert(value, param.type, module);
  if (converted !== undefined) return converted;
  const expected = typeText(param.type);
  const actual = value.kind === "str" ? "string" : kindOf(value);
  const notes = value.kind === "block" ? [] : [`the value is ${show(value)}`];
  c.report("DM3101", span, { param: param.name.text, callee, expected, actual }, { notes });
  return undefined;
}

/** The value as `type` sees it, or undefined where it is of another type. */
function convert(value: Value, type: Type, module: Module): Value | undefined {
  if (value.kind === "unknown") return value;
  switch (type.kind) {
    case "arrow":
      return value.kind === "block" ? value : undefined;
    case "fields":
      return value.kind === "record" || value.kind === "tuple" ? value : undefined;
    case "named":
      return convertNamed(value, type.name.text, module);
    case "tensor": {
      if (type.leading || type.dims.length > 0 || !type.dtype || value.kind !== "list") return undefined;
      const element = type.dtype.text;
      const items = value.items.map((item) => convertNamed(item, element, module));
      return items.includes(undefined) ? undefined : { kind: "list", items: items as Value[] };
    }
  }
}

function convertNamed(value: Value, name: string, module: Module): Value | undefined {
  if (value.kind === "unknown") return value;
  const basic = basicTypes.get(name);
  if (basic) return basic(value);
  const members = enumMembers(module, name);
  if (members) return value.kind === "str" && members.includes(value.value) ? value : undefined;
  const found = declarationNamed(module, name);
  if (found?.declaration.kind === "type") return convert(value, found.declaration.type, found.module);
  return value;
}

const ofKinds =
  (...kinds: readonly Value["kind"][]) =>
  (value: Value): Value | undefined =>
    kinds.includes(value.kind) ? value : undefined;

const basicTypes: ReadonlyMap<string, (value: Value) => Value | undefined> = new Map([
  [
    "int",
    (value) => (value.kind === "float" && Number.isSafeInteger(value.value) ? int(value.value) : ofKinds("int")(value)),
  ],
  ["float", ofKinds("float", "int")],
  ["bool", ofKinds("bool", "condition")],
  ["str", ofKinds("str")],
  ["Block", ofKinds("block")],
]);

export function typeText(type: Type): string {
  switch (type.kind) {
    case "arrow":
      return "a block";
    case "fields":
      return "a record";
    case "named":
      return type.name.text;
    case "tensor":
      return `${type.dtype?.text ?? ""}[]`;
  }
}
