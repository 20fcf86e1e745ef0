// Values held against the types that are declared for them. A value is converted where it comes in, so that
// a `float` is decimal wherever it came from; a value of another type is told with what was expected.

import type { Param, Span, Type, TypeAtom } from "../../../grammar/index.ts";
import { dtypes } from "../../ir/graph.ts";
import type { Context } from "../state/context.ts";
import type { Module } from "../text/program.ts";
import { declarationNamed, enumMembers } from "../text/reach.ts";
import { typeText } from "../text/signature.ts";
import { definition } from "../text/vocabulary.ts";
import { kindOf, show } from "../values/show.ts";
import { type BlockValue, float, int, unknown, type Value } from "../values/value.ts";

/** An argument as the declared type of its parameter sees it; undefined after a report. */
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
  return declared(value, param, callee, module, span, c);
}

/** The same for a default, and for the parameter of a `fn`, which may be a tensor. */
export function declared(
  value: Value,
  param: Param,
  callee: string,
  module: Module,
  span: Span,
  c: Context,
): Value | undefined {
  if (!param.type) return value;
  const converted = convert(value, param.type, module);
  if (!isMisfit(converted)) return converted;
  const actual = value.kind === "str" ? "string" : kindOf(value);
  const slots = { param: param.name.text, callee, expected: typeText(param.type), actual };
  c.report("DM3101", span, slots, { notes: notesOn(value, converted) });
  return undefined;
}

/** What a constant, a function or a statement gives, as its declared type sees it. */
export function given(what: string, value: Value, type: Type, module: Module, span: Span, c: Context): Value {
  const converted = convert(value, type, module);
  if (!isMisfit(converted)) return converted;
  const slots = { what, expected: typeText(type), actual: kindOf(value) };
  c.report("DM3101/value", span, slots, { notes: notesOn(value, converted) });
  return unknown;
}

function notesOn(value: Value, { part, why }: Misfit): readonly string[] {
  const notes = value.kind === "block" || value.kind === "tensor" ? [] : [`the value is ${show(value)}`];
  return part === "" ? [...notes, ...why] : [...notes, `${part} ${why.join(", ")}`];
}

/** Where in the value another type was wanted ("" is the whole), and what stands there. */
interface Misfit {
  readonly misfit: true;
  readonly part: string;
  readonly why: readonly string[];
}

const misfit = (part = "", ...why: readonly string[]): Misfit => ({ misfit: true, part, why });
const isMisfit = (x: Value | Misfit): x is Misfit => "misfit" in x;

/** A type that values have: everything but the shape of a tensor. */
export function isValueType(type: Type, module: Module): boolean {
  switch (type.kind) {
    case "arrow":
      return true;
    case "fields":
      return type.fields.every((field) => isValueType(field.type, module));
    case "tensor":
      return !type.leading && type.dims.length === 0 && type.dtype !== undefined && !isElement(type.dtype.text);
    case "named": {
      const name = type.name.text;
      if (basicTypes.has(name)) return !isElement(name);
      const found = declarationNamed(module, name);
      if (found?.declaration.kind === "type") return isValueType(found.declaration.type, found.module);
      return found?.declaration.kind === "enum";
    }
  }
}

const isElement = (name: string): boolean => (dtypes as readonly string[]).includes(name) && name !== "bool";

function convert(value: Value, type: Type, module: Module): Value | Misfit {
  if (value.kind === "unknown") return value;
  switch (type.kind) {
    case "arrow":
      return value.kind === "block" ? blockOfType(value, value.block, type) : misfit();
    case "fields":
      return convertFields(value, type, module);
    case "named":
      return convertNamed(value, type.name.text, module);
    case "tensor":
      return value.kind === "tensor" ? tensorOfType(value, type) : convertItems(value, type, module);
  }
}

/** Rank, element type and the axes that are numbers; the others are asked where the tensor flows. */
function tensorOfType(
  value: Extract<Value, { kind: "tensor" }>,
  { leading, dims, dtype }: Extract<TypeAtom, { kind: "tensor" }>,
): Value | Misfit {
  const actual = value.tensor.type;
  const extra = actual.dims.length - dims.length;
  const wrong = dims.some((dim, i) => dim.kind === "number" && actual.dims[extra + i] !== dim.value);
  const fits = (leading ? extra >= 0 : extra === 0) && !wrong && (!dtype || dtype.text === actual.dtype);
  return fits ? value : misfit("", `the tensor is ${show(value)}`);
}

function convertItems(
  value: Value,
  { leading, dims, dtype }: Extract<TypeAtom, { kind: "tensor" }>,
  module: Module,
): Value | Misfit {
  if (leading || dims.length > 0 || !dtype || value.kind !== "list") return misfit();
  const items: Value[] = [];
  for (const [index, item] of value.items.entries()) {
    const converted = convertNamed(item, dtype.text, module);
    if (isMisfit(converted)) return misfit(`element ${index}`, `is ${shown(item)}`);
    items.push(converted);
  }
  return { ...value, items };
}

function convertFields(
  value: Value,
  { fields }: Extract<TypeAtom, { kind: "fields" }>,
  module: Module,
): Value | Misfit {
  if (value.kind !== "record" && value.kind !== "tuple") return misfit();
  const converted = new Map<string, Value>(value.kind === "record" ? value.fields : []);
  for (const [index, { name, type }] of fields.entries()) {
    const field = value.kind === "record" ? value.fields.get(name.text) : value.items[index];
    if (field === undefined) return misfit(`field ${name.text}`, "is missing");
    const inner = convert(field, type, module);
    if (isMisfit(inner)) return misfit(`field ${name.text}`, `must be ${typeText(type)}, but it is ${shown(field)}`);
    converted.set(name.text, inner);
  }
  if (value.kind === "record") return { kind: "record", fields: converted };
  return value.items.length > fields.length ? misfit() : { kind: "tuple", items: [...converted.values()] };
}

const shown = (value: Value): string => (value.kind === "str" ? `"${value.value}"` : show(value));

function convertNamed(value: Value, name: string, module: Module): Value | Misfit {
  if (value.kind === "unknown") return value;
  const basic = basicTypes.get(name);
  if (basic) return basic(value);
  const members = enumMembers(module, name);
  if (members) {
    if (value.kind === "str" && members.includes(value.value)) return value;
    return misfit("", `${name} is one of ${members.join(", ")}`);
  }
  const found = declarationNamed(module, name);
  if (found?.declaration.kind === "type") return convert(value, found.declaration.type, found.module);
  return value;
}

const ofKinds =
  (...kinds: readonly Value["kind"][]) =>
  (value: Value): Value | Misfit =>
    kinds.includes(value.kind) ? value : misfit();

function whole(value: Value): Value | Misfit {
  return value.kind === "float" && Number.isSafeInteger(value.value) ? int(value.value) : ofKinds("int")(value);
}

/** A free size stays exact. */
function decimal(value: Value): Value | Misfit {
  return value.kind === "int" && typeof value.dim === "number" ? float(value.dim) : ofKinds("float", "int")(value);
}

const basicTypes: ReadonlyMap<string, (value: Value) => Value | Misfit> = new Map([
  ["int", whole],
  ["i32", whole],
  ["float", decimal],
  ["f32", decimal],
  ["bool", ofKinds("bool", "condition")],
  ["str", ofKinds("str")],
  ["Block", ofKinds("block")],
]);

/** A block type says how many tensors flow in, and whether one comes out. */
function blockOfType(value: Value, block: BlockValue, { from, to }: Extract<Type, { kind: "arrow" }>): Value | Misfit {
  const count = inputCount(block);
  const wanted = from.kind === "fields" ? from.fields.length : 1;
  if (count !== undefined && count !== wanted)
    return misfit("", `${show(value)} takes ${count} inputs, where the type has ${wanted}`);
  const result = block.kind === "declared" ? block.declaration.signature.result : undefined;
  if (!result || result.kind === "named" || to.kind === "named") return value;
  if (result.kind !== to.kind)
    return misfit("", `${show(value)} gives ${kindOfType(result)}, where the type has ${kindOfType(to)}`);
  return value;
}

const kindOfType = (type: TypeAtom): string =>
  type.kind === "fields" ? `(${type.fields.map(({ name }) => name.text).join(", ")})` : "one tensor";

/** How many tensors flow into a block; undefined where any number may, or only its use tells. */
function inputCount(block: BlockValue): number | undefined {
  switch (block.kind) {
    case "operator": {
      const { inputs } = definition(block.name);
      return inputs === "many" ? undefined : inputs.length;
    }
    case "declared":
      return block.declaration.signature.ports?.length;
    case "named":
    case "shared":
    case "repeat":
      return inputCount(block.block);
    case "sequence":
      return block.stages[0] && inputCount(block.stages[0].block);
    case "chain":
      return undefined;
  }
}
