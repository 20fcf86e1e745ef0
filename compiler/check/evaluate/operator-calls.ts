// An operator as a value: its name and the arguments given so far, checked against its parameters.

import type { Argument, Span } from "../../../grammar/index.ts";
import { checkParameter } from "../compute/operator-parameters.ts";
import type { Context } from "../state/context.ts";
import { definition } from "../text/vocabulary.ts";
import { type OperatorValue, type Scope, unknown } from "../values/value.ts";
import { bindArguments } from "./arguments.ts";

/** The operator as written in `scope`, with what the file's `defaults` say. */
export function operatorValue(name: string, scope: Scope, c: Context): OperatorValue {
  const defaults = scope.module.defaults.get(name);
  const plain: OperatorValue = { kind: "operator", name, args: new Map() };
  // An operator in its own defaults is a mistake that its parameter tells.
  if (!defaults || c.openDefaults.has(name)) return plain;
  c.openDefaults.add(name);
  const module: Scope = { ...scope, parent: undefined, names: new Map() };
  const { args } = callOperator(plain, defaults, defaults[0]?.span ?? scope.module.file.span, module, c);
  c.openDefaults.delete(name);
  return { ...plain, args: new Map([...args].map(([param, given]) => [`defaults ${param}`, given])) };
}

/** Binds arguments; values are checked here, so that a wrong one is reported where it stands. */
export function callOperator(
  operator: OperatorValue,
  args: readonly Argument[],
  span: Span,
  scope: Scope,
  c: Context,
): OperatorValue {
  const { params } = definition(operator.name);
  const rest = Object.entries(params).find(([, param]) => param.kind === "sizes")?.[0];
  const given = bindArguments(operator.name, Object.keys(params), args, operator.args, span, scope, c, rest);
  const merged = new Map(operator.args);
  for (const [name, { value, span: place }] of given) {
    const param = params[name];
    const checked = param && checkParameter(operator.name, name, param, value, place, c);
    merged.set(name, { value: checked === undefined ? unknown : value, span: place });
  }
  return { ...operator, args: merged };
}

/** Re-binds parameters: `conv(8) with { k = 5 }`. */
export function rebindOperator(
  operator: OperatorValue,
  args: readonly Argument[],
  span: Span,
  scope: Scope,
  c: Context,
): OperatorValue {
  const kept = new Map([...operator.args].filter(([name]) => !args.some((arg) => arg.label?.text === name)));
  return callOperator({ ...operator, args: kept }, args, span, scope, c);
}
