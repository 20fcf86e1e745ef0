// The parameters of an operator, read from values and checked against what it declares.

import type { Span } from "../../../grammar/index.ts";
import type { ParamValue, ParamValues } from "../../ir/graph.ts";
import type { Parameter } from "../../ops/index.ts";
import { type Dim, isSymbolic, variablesOf } from "../../sizes/dim/dim.ts";
import type { Context } from "../state/context.ts";
import { valueHelp } from "../text/argument-values.ts";
import { definition } from "../text/vocabulary.ts";
import { holdsUnknown } from "../values/data.ts";
import { kindOf, show } from "../values/show.ts";
import { type Given, numberOf, type OperatorValue, type Value } from "../values/value.ts";

export function checkParameter(
  callee: string,
  name: string,
  param: Parameter,
  value: Value,
  span: Span,
  c: Context,
): ParamValue | undefined {
  if (value.kind === "unknown" || holdsUnknown(value)) return undefined;
  if (value.kind === "tensor") {
    c.report("DM3103", span, { param: name, callee });
    return undefined;
  }
  const result = readParameter(param, value);
  if (!isMismatch(result)) return result;
  if (result.symbolic) {
    const variable = [...variablesOf(result.symbolic)][0] ?? "S";
    c.report("DM3115", span, { callee, param: name, actual: c.sizes.show(result.symbolic), variable });
    return undefined;
  }
  const { expected } = result;
  const details = { help: valueHelp(callee, name) };
  const actual = value.kind === "str" ? "string" : kindOf(value);
  if (result.kind) c.report("DM3101", span, { param: name, callee, expected, actual }, details);
  else c.report("DM3114", span, { callee, param: name, expected, actual: show(value) }, details);
  return undefined;
}

/** Whether a value of that kind and size is one that the parameter takes; what nobody knows may be. */
export const takesValue = (param: Parameter, value: Value): boolean =>
  value.kind === "unknown" || holdsUnknown(value) || !isMismatch(readParameter(param, value));

const isMismatch = (result: ParamValue | Mismatch): result is Mismatch =>
  typeof result === "object" && !Array.isArray(result) && "expected" in result;

interface Mismatch {
  readonly expected: string;
  /** The value is of another kind altogether. */
  readonly kind?: boolean;
  readonly symbolic?: Dim;
}

/** The value as the parameter's kind reads it, or what was expected. */
function readParameter(param: Parameter, value: Value): ParamValue | Mismatch {
  switch (param.kind) {
    case "size":
      return readWhole(value, param.min, true);
    case "int":
      return readWhole(value, param.min, false);
    case "pair": {
      if (value.kind !== "list" && value.kind !== "tuple") {
        const both = readWhole(value, param.min, false);
        return typeof both === "number" ? [both, both] : both;
      }
      return readWholes(value.items, param.min, false, 2);
    }
    case "sizes":
      return readWholes(value.kind === "list" ? value.items : [value], param.min, true);
    case "real":
      return readReal(value, param);
    case "flag":
      return value.kind === "bool" ? value.value : { expected: "bool", kind: true };
    case "choice":
      if (value.kind !== "str") return { expected: `one of ${param.choices.join(", ")}`, kind: true };
      return param.choices.includes(value.value) ? value.value : { expected: `one of ${param.choices.join(", ")}` };
  }
}

type Real = Extract<Parameter, { kind: "real" }>;

function readReal(value: Value, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Real) {
  if (value.kind === "int" && isSymbolic(value.dim)) return { expected: "a number", symbolic: value.dim };
  const number = numberOf(value);
  if (number === undefined) return { expected: "float", kind: true };
  if (!(number >= min && number <= max)) return { expected: `a number ${rangeText(min, max)}` };
  return isSingle(number) ? number : { expected: "0, or a number from 1.4e-45 to 3.4e38 in size, as f32 holds them" };
}

/** Tensors hold single precision, where a larger number is infinite and a smaller one 0. */
function isSingle(number: number): boolean {
  const single = Math.fround(number);
  return Number.isFinite(single) && (single !== 0 || number === 0);
}

function rangeText(min: number, max: number): string {
  if (!Number.isFinite(max)) return `of at least ${min}`;
  return Number.isFinite(min) ? `from ${min} to ${max}` : `of at most ${max}`;
}

function readWhole(value: Value, min: number, symbolic: boolean): Dim | Mismatch {
  if (value.kind === "int" && isSymbolic(value.dim))
    return symbolic ? value.dim : { expected: "a number", symbolic: value.dim };
  const number = numberOf(value);
  if (number === undefined) return { expected: "int", kind: true };
  const least = Number.isFinite(min) ? ` of at least ${min}` : "";
  return Number.isSafeInteger(number) && number >= min ? number : { expected: `a whole number${least}` };
}

function readWholes(
  items: readonly Value[],
  min: number,
  symbolic: boolean,
  count?: number,
): readonly Dim[] | Mismatch {
  if (count !== undefined && items.length !== count) return { expected: "a number or [height, width]" };
  const dims: Dim[] = [];
  for (const item of items) {
    const dim = readWhole(item, min, symbolic);
    if (typeof dim === "object" && "expected" in dim) return dim;
    dims.push(dim);
  }
  return dims;
}

/** All parameters of a use; undefined when one is missing, wrong or open. */
export function parametersOf(operator: OperatorValue, span: Span, c: Context): ParamValues | undefined {
  const values: Record<string, ParamValue> = {};
  let complete = true;
  for (const [name, param] of Object.entries(definition(operator.name).params)) {
    const given: Given | undefined = operator.args.get(name) ?? operator.args.get(`defaults ${name}`);
    if (given) {
      const value = given.read ?? checkParameter(operator.name, name, param, given.value, given.span, c);
      if (value === undefined) complete = false;
      else values[name] = value;
    } else if (param.default !== undefined) {
      values[name] = defaultValue(param);
    } else {
      c.report("DM3111", span, { callee: operator.name, param: name });
      complete = false;
    }
  }
  return complete ? values : undefined;
}

function defaultValue(param: Parameter): ParamValue {
  if (param.kind === "pair") return [param.default ?? 1, param.default ?? 1];
  return param.default as ParamValue;
}
