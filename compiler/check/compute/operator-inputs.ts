// What flows into an operator: counted, and readable.

import type { Span } from "../../../grammar/index.ts";
import type { Composite, Primitive } from "../../ops/index.ts";
import type { Context } from "../state/context.ts";
import type { PathScope } from "../values/paths.ts";
import { kindOf } from "../values/show.ts";
import type { OperatorValue, Tensor, Value } from "../values/value.ts";
import { readable } from "./skips.ts";

export interface OperatorUse {
  readonly operator: OperatorValue;
  readonly input: Value;
  readonly paths: PathScope;
  /** The path segment of the node: an `as` name, the name of a share, or the operator. */
  readonly segment: string;
  /** Set where the operator itself is shared: its weights live there. */
  readonly sharedWeights?: string;
  readonly span: Span;
}

/** The tensors that flow in, counted and readable; undefined after a report. */
export function readInputs(
  use: OperatorUse,
  operator: Primitive | Composite,
  c: Context,
): readonly Tensor[] | "unknown" | undefined {
  const { input, span } = use;
  const callee = use.operator.name;
  const wanted = operator.inputs === "many" ? undefined : operator.inputs;
  const optional = "optional" in operator ? operator.optional : undefined;
  const items = flatten(input);
  const wrong = items.find((item) => item.kind !== "tensor" && item.kind !== "unknown");
  if (wrong) {
    c.report("DM3101/value", span, { what: `what flows into ${callee}`, expected: "a tensor", actual: kindOf(wrong) });
    return undefined;
  }
  const isOneMore = optional !== undefined && items.length === (wanted?.length ?? 0) + 1;
  if (wanted && items.length !== wanted.length && !isOneMore && !(input.kind === "unknown")) {
    reportCount(callee, wanted, items.length, span, c, optional);
    return undefined;
  }
  const join = "join" in operator && operator.join === true;
  const tensors: Tensor[] = [];
  for (const item of items) {
    if (item.kind !== "tensor") return "unknown";
    if (!join && !readable(item.tensor, span, c)) return undefined;
    if (!item.tensor.dropped) tensors.push(item.tensor);
  }
  if (tensors.length > 0) return tensors;
  c.report("DM5301", span, { join: callee });
  return undefined;
}

function flatten(value: Value): readonly Value[] {
  return value.kind === "list" || value.kind === "tuple"
    ? value.items.flatMap(flatten)
    : value.kind === "record"
      ? [...value.fields.values()].flatMap(flatten)
      : [value];
}

export function reportCount(
  callee: string,
  wanted: readonly string[],
  given: number,
  span: Span,
  c: Context,
  optional?: string,
): void {
  const names = optional === undefined ? wanted : [...wanted, optional];
  const most = names.length === 1 ? "1 input" : `${names.length} inputs`;
  const count = optional === undefined ? most : `${wanted.length} or ${most}`;
  const flows = given === 1 ? "one flows in" : given === 0 ? "none flows in" : `${given} flow in`;
  const help =
    names.length > 1
      ? [`\`(${names.join(", ")}) -> ${callee}(…)\``]
      : [`choose one, or join them first: \`(a, b) -> concat -> ${callee}\``];
  c.report("DM3112", span, { callee, count, names: names.join(", "), given: flows }, { help });
}
