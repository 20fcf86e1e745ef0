// A result type is an equation for the body; a false promise is the author's.

import type { Span, TypeAtom } from "../../../grammar/index.ts";
import type { TensorType } from "../../ir/graph.ts";
import { given, isValueType } from "../compute/declared-types.ts";
import { type BrokenAxis, type Leading, type PortType, portType } from "../compute/port-types.ts";
import type { Context } from "../state/context.ts";
import { sourceText } from "../text/source-text.ts";
import { kindOf, showType } from "../values/show.ts";
import { int, type Scope, type Value } from "../values/value.ts";
import { evaluate } from "./expressions.ts";

/** A decimal number without a fraction is a size like another: `[.., H, W, c * ratio]`. */
export const wholeSize = (value: Value): Value =>
  value.kind === "float" && Number.isSafeInteger(value.value) ? int(value.value) : value;

/** A value as the type of a statement sees it, or unknown after a report; tensors are held against its equations. */
export function typedValue(type: TypeAtom, value: Value, what: string, scope: Scope, span: Span, c: Context): Value {
  if (value.kind !== "tensor" && isValueType(type, scope.module))
    return given(what, value, type, scope.module, span, c);
  checkResult(type, value, what, scope, { dims: undefined }, span, c);
  return value;
}

/** Asks every equation of a type; the first that no size satisfies is answered. */
export function brokenAxis(
  port: PortType,
  actual: TensorType,
  scope: Scope,
  what: string,
  c: Context,
): BrokenAxis | undefined {
  const rank = actual.dims.length - port.dims.length;
  for (const [axis, dim] of port.dims.entries()) {
    const expected = wholeSize(evaluate(dim, scope, c));
    const size = actual.dims[rank + axis] ?? 1;
    if (expected.kind === "unknown") continue;
    if (expected.kind !== "int") {
      c.report("DM3101/value", dim.span, {
        what: `the size ${sourceText(dim)}`,
        expected: "a whole number",
        actual: kindOf(expected),
      });
      continue;
    }
    if (c.sizes.require(size, "==", expected.dim, c.asker(what, dim.span))) continue;
    return { axis: axis - port.dims.length, expected: expected.dim, actual: size, dim };
  }
  return undefined;
}

const vectorHelp = "`global_avg_pool`, or `flatten`, makes a vector of a map; `dense` keeps height and width";

/** Checks a value against a declared result type; a false promise is the author's (DM4301). */
export function checkResult(
  type: TypeAtom,
  value: Value,
  callee: string,
  scope: Scope,
  leading: Leading,
  span: Span,
  c: Context,
): void {
  if (value.kind === "unknown") return;
  if (isValueType(type, scope.module)) {
    given(callee, value, type, scope.module, span, c);
    return;
  }
  if (type.kind === "fields") return checkFields(type, value, callee, scope, leading, span, c);
  const port = portType(type, scope.module, c);
  if (!port) return;
  if (value.kind !== "tensor") {
    c.report("DM4301/rank", span, { callee, declared: port.text, actual: kindOf(value) });
    return;
  }
  if (value.tensor.dropped) return;
  const actual = value.tensor.type;
  const rank = actual.dims.length - port.dims.length;
  const rankFits = port.leading ? rank === (leading.dims?.length ?? rank) && rank >= 0 : rank === 0;
  if (!rankFits || (port.atom.dtype && port.atom.dtype.text !== actual.dtype)) {
    const slots = { callee, declared: port.text, actual: showType(actual, (dim) => c.sizes.show(dim)) };
    const isMapForVector = !port.leading && port.dims.length === 2 && actual.dims.length === 4;
    c.report("DM4301/rank", span, slots, isMapForVector ? { help: [vectorHelp] } : {});
    return;
  }
  const broken = brokenAxis(port, actual, scope, `result of ${callee}`, c);
  c.reportConflicts(span);
  if (!broken) return;
  const slots = {
    callee,
    declared: port.text,
    axis: broken.axis,
    expected: c.sizes.show(broken.expected),
    actual: c.sizes.show(broken.actual),
  };
  c.report("DM4301", span, slots, { labels: [{ span: type.span, text: "declared here" }] });
}

function checkFields(
  type: Extract<TypeAtom, { kind: "fields" }>,
  value: Value,
  callee: string,
  scope: Scope,
  leading: Leading,
  span: Span,
  c: Context,
): void {
  const items = value.kind === "tuple" || value.kind === "list" ? value.items : undefined;
  for (const [index, field] of type.fields.entries()) {
    const part = items ? items[index] : value.kind === "record" ? value.fields.get(field.name.text) : undefined;
    if (part) checkResult(field.type, part, `${callee}.${field.name.text}`, scope, leading, span, c);
    else c.report("DM3113", span, { callee, field: field.name.text });
  }
}
