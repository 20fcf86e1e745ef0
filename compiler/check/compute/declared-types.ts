// Values held against the types that parameters declare.

import type { Param, Span, Type } from "../../../grammar/index.ts";
import type { Context } from "../state/context.ts";
import type { Module } from "../text/program.ts";
import { declarationNamed, enumMembers } from "../text/reach.ts";
import { typeText } from "../text/signature.ts";
import { kindOf, show } from "../values/show.ts";
import { int, type Value } from "../values/value.ts";

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
