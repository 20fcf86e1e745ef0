// `+` between tensors, a tensor times a number, a block several times.

import type { Span } from "../../../grammar/index.ts";
import type { Context } from "../state/context.ts";
import { shortText } from "../text/source-text.ts";
import { kindOf } from "../values/show.ts";
import { blockOf, float, numberOf, type Scope, tensorOf, unknown, unknownTensor, type Value } from "../values/value.ts";
import { reportOpen } from "./open-sizes.ts";
import { applyOperator } from "./use-operator.ts";

const tensorOperators: Readonly<Record<string, string>> = { "+": "add", "-": "sub", "*": "mul", "/": "div" };

/** Arithmetic with at least one tensor: joins of two tensors, or a tensor times a number. */
export function joinTensors(operator: string, left: Value, right: Value, span: Span, scope: Scope, c: Context): Value {
  const op = tensorOperators[operator];
  if (op === undefined) {
    c.report("DM3109", span, { operator, kind: "tensors" });
    return unknown;
  }
  const scaled = scaledTensor(operator, left, right, span, scope, c);
  if (scaled) return scaled;
  for (const [side, value] of [
    ["left", left],
    ["right", right],
  ] as const) {
    if (value.kind === "tensor" || value.kind === "unknown") continue;
    const help = value.kind === "block" ? ["apply it first: `x -> f`"] : numberHelp(value);
    c.report("DM3101/operand", span, { operator, expected: "two tensors", side, actual: kindOf(value) }, { help });
    return unknown;
  }
  if (left.kind !== "tensor" || right.kind !== "tensor") return unknownTensor;
  if (left.tensor.dropped && right.tensor.dropped) {
    c.report("DM5301", span, { join: operator });
    return unknownTensor;
  }
  if (operator === "+" && left.tensor.dropped) return right;
  if (operator === "+" && right.tensor.dropped) return left;
  const input: Value = { kind: "tuple", items: [left, right] };
  return applyOperator(
    { operator: { kind: "operator", name: op, args: new Map() }, input, paths: scope.paths, segment: op, span },
    c,
  );
}

/** A number beside a tensor, where no operator takes one. */
const numberHelp = (value: Value): string[] =>
  value.kind === "int" || value.kind === "float"
    ? ["a tensor may be multiplied with a number, or divided by one; other arithmetic of both is not here"]
    : [];

/** `2 * x`, `x * 0.5` and `x / 3`: one number for all values. */
function scaledTensor(
  operator: string,
  left: Value,
  right: Value,
  span: Span,
  scope: Scope,
  c: Context,
): Value | undefined {
  if (operator === "*") return timesNumber(left, right, span, scope, c);
  if (operator === "/" && left.kind === "tensor" && reportOpen("the divisor of a tensor", [right], span, c))
    return unknown;
  const divisor = operator === "/" ? numberOf(right) : undefined;
  if (divisor === 0 && left.kind === "tensor") {
    c.report("DM3117", span, { what: shortText(span), reason: "division by zero" });
    return unknown;
  }
  return divisor ? timesNumber(left, float(1 / divisor), span, scope, c) : undefined;
}

export function timesNumber(left: Value, right: Value, span: Span, scope: Scope, c: Context): Value | undefined {
  const [tensor, factor] =
    left.kind === "tensor" ? [left.tensor, right] : right.kind === "tensor" ? [right.tensor, left] : [undefined, left];
  if (!tensor || (factor.kind !== "int" && factor.kind !== "float")) return undefined;
  const args = new Map([["by", { value: factor, span }]]);
  const input = tensorOf(tensor);
  return applyOperator(
    { operator: { kind: "operator", name: "scale", args }, input, paths: scope.paths, segment: "scale", span },
    c,
  );
}

/** `f * 3`: the block three times in a row, each with its own weights. */
export function repeated(left: Value, right: Value, span: Span, c: Context): Value {
  const [block, count] =
    left.kind === "block" ? [left.block, right] : right.kind === "block" ? [right.block, left] : [undefined, left];
  if (!block || count.kind === "unknown") return { kind: "unknown", hint: "block" };
  if (reportOpen("the number of repeats", [count], span, c)) return unknown;
  if (count.kind !== "int" || typeof count.dim !== "number" || count.dim < 0) {
    c.report("DM3101/operand", span, {
      operator: "*",
      expected: "a block and a whole number of at least 0",
      side: "right",
      actual: kindOf(count),
    });
    return unknown;
  }
  return blockOf({ kind: "repeat", block, count: count.dim, span });
}
