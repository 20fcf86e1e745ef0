// The parts of an expression that are expressions themselves and see the same names as the whole.
import type { Expression, Field } from "../../../grammar/index.ts";

/** Loops are not here: their bodies see a name more. A field without a value is a name, not a part. */
export function subexpressions(e: Exclude<Expression, { kind: "chain" | "each" | "grow" }>): readonly Expression[] {
  switch (e.kind) {
    case "number":
    case "string":
    case "boolean":
    case "name":
      return [];
    case "group":
      return [e.inner];
    case "tuple":
    case "list":
      return e.items;
    case "record":
      return fieldValues(e.fields);
    case "if":
      return [e.condition, e.then, e.else];
    case "match":
      return [e.subject, ...e.arms.map((arm) => arm.value)];
    case "flow":
      return [e.head, ...e.stages.flatMap(({ block, repeat }) => (repeat ? [block, repeat] : [block]))];
    case "operation":
      return [e.first, ...e.rest.map(({ operand }) => operand)];
    case "compare":
      return [e.left, e.right];
    case "unary":
      return [e.operand];
    case "power":
      return [e.base, e.exponent];
    case "call":
      return [e.callee, ...e.args.map((arg) => arg.value)];
    case "at":
      return [e.object, ...e.args.map((arg) => arg.value)];
    case "member":
    case "without":
      return [e.object];
    case "index":
      return [e.object, e.index];
    case "slice":
      return [e.object, e.from, e.to].filter((part) => part !== undefined);
    case "with":
      return [e.object, ...fieldValues(e.fields)];
  }
}

const fieldValues = (fields: readonly Field[]): readonly Expression[] =>
  fields.flatMap(({ value }) => (value ? [value] : []));
