// An operator as a value: its name and the arguments given so far, checked against its parameters.

import { type Argument, type Span, textOf } from "../../../grammar/index.ts";
import { checkParameter, takesValue } from "../compute/operator-parameters.ts";
import type { Context } from "../state/context.ts";
import { valueHelp } from "../text/argument-values.ts";
import { definition } from "../text/vocabulary.ts";
import { type Given, numberOf, type OperatorValue, type Scope, unknown, type Value } from "../values/value.ts";
import { bindArguments } from "./arguments.ts";

/** The operator as written in `scope`, with what the file's `defaults` say. */
export function operatorValue(name: string, scope: Scope, c: Context): OperatorValue {
  const defaults = scope.module.defaults.get(name);
  const plain: OperatorValue = { kind: "operator", name, args: new Map() };
  // An operator in its own defaults is a mistake that its parameter tells.
  if (!defaults || c.openDefaults.has(name)) return plain;
  c.openDefaults.add(name);
  const module: Scope = { ...scope, parent: undefined, names: new Map() };
  const called = callOperator(plain, defaults, defaults[0]?.span ?? scope.module.file.span, module, c);
  c.openDefaults.delete(name);
  return { ...plain, args: new Map([...(called?.args ?? [])].map(([param, given]) => [`defaults ${param}`, given])) };
}

/** Binds arguments; values are checked here, so that a wrong one is reported where it stands. Undefined where tensors were given. */
export function callOperator(
  operator: OperatorValue,
  args: readonly Argument[],
  span: Span,
  scope: Scope,
  c: Context,
): OperatorValue | undefined {
  const { params } = definition(operator.name);
  const rest = Object.entries(params).find(([, param]) => param.kind === "sizes")?.[0];
  const names = Object.keys(params);
  const required = names.filter((name) => params[name]?.default === undefined);
  const refusedValue = (name: string, value: Value) => {
    const param = params[name];
    return param && !takesValue(param, value) ? valueHelp(operator.name, name) : [];
  };
  const call = { callee: operator.name, names, args, bound: operator.args, span, required, refusedValue };
  const given = bindArguments(rest === undefined ? call : { ...call, rest }, scope, c);
  if (!given) return undefined;
  warnOfOrder(operator, args, given, span, c);
  const merged = new Map(operator.args);
  for (const [name, { value, span: place }] of given) {
    const param = params[name];
    const checked = param && checkParameter(operator.name, name, param, value, place, c);
    merged.set(name, checked === undefined ? { value: unknown, span: place } : { value, span: place, read: checked });
  }
  return { ...operator, args: merged };
}

/** `conv(3, 64, 7)` is PyTorch's order: what flows in, what flows out, the kernel. */
function warnOfOrder(
  { name }: OperatorValue,
  args: readonly Argument[],
  given: ReadonlyMap<string, Given>,
  span: Span,
  c: Context,
): void {
  const params = Object.keys(definition(name).params);
  const written = args.filter((arg) => !arg.label);
  if (c.mode.builds || params[0] !== "c" || params[1] !== "k" || written.length < 2) return;
  const [channels, kernel, stride] = params.slice(0, 3).map((param) => {
    const value = given.get(param)?.value;
    return value && numberOf(value);
  });
  if (channels === undefined || kernel === undefined || kernel < largestKernel) return;
  if (written.length < 3 && kernel <= channels) return;
  const kept = args.filter((arg) => arg.label).map((arg) => `, ${textOf(arg.span)}`);
  const meant = `${name}(${kernel}${stride === undefined || written.length < 3 ? "" : `, k = ${stride}`}${kept.join("")})`;
  const slots = {
    callee: name,
    given: written.map((arg) => textOf(arg.span)).join(", "),
    c: channels,
    k: kernel,
    meant,
  };
  c.report("DM8007", span, slots);
}

/** Kernels of more pixels are hardly meant. */
const largestKernel = 8;

/** Re-binds parameters: `conv(8) with { k = 5 }`. */
export function rebindOperator(
  operator: OperatorValue,
  args: readonly Argument[],
  span: Span,
  scope: Scope,
  c: Context,
): OperatorValue | undefined {
  const kept = new Map([...operator.args].filter(([name]) => !args.some((arg) => arg.label?.text === name)));
  return callOperator({ ...operator, args: kept }, args, span, scope, c);
}
