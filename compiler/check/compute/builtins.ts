// The functions of the language: compile-time numbers and lists in, a value out.

import type { Span } from "../../../grammar/index.ts";
import { ceilDivide, isSymbolic } from "../../sizes/dim/dim.ts";
import type { Context } from "../state/context.ts";
import { functionHelp } from "../text/static/foreign.ts";
import type { FunctionName } from "../text/vocabulary.ts";
import { tensorsIn } from "../values/data.ts";
import { kindOf, show } from "../values/show.ts";
import { float, int, list, numberOf, str, unknown, type Value } from "../values/value.ts";
import { calculate, guarded } from "./arithmetic.ts";
import { reportOpen } from "./open-sizes.ts";

type Builtin = (args: readonly Value[], span: Span, c: Context) => Value | string;

const whole = (value: number): Value | string =>
  Number.isSafeInteger(value) ? int(value) : "the result is not a whole number below 2^53";

/** A function of one number; floats only where noted by the name. */
const ofNumber =
  (compute: (x: number) => Value | string): Builtin =>
  ([x], _span, _c) => {
    const number = x && numberOf(x);
    return number === undefined ? `it needs one number, but got ${x ? kindOf(x) : "nothing"}` : compute(number);
  };

const items = (args: readonly Value[]): readonly Value[] | undefined => {
  const [only] = args;
  if (args.length === 1 && (only?.kind === "list" || only?.kind === "tuple")) return only.items;
  return args.length === 1 && only?.kind !== "int" && only?.kind !== "float" ? undefined : args;
};

const reduced =
  (operator: "+" | "*", start: number): Builtin =>
  (args, span, c) => {
    const list = items(args);
    if (!list) return `it needs a list of numbers, but got ${kindOf(args[0] ?? unknown)}`;
    const at = { span, leftText: "…", rightText: "…" };
    return list.reduce((sum, item) => calculate(operator, sum, item, at, c), int(start));
  };

const extreme =
  (pick: (...numbers: number[]) => number): Builtin =>
  (args) => {
    const list = items(args);
    const numbers = list?.map(numberOf);
    if (!list || list.length === 0 || numbers?.some((number) => number === undefined))
      return "it needs numbers that are known";
    const chosen = pick(...(numbers as number[]));
    return list[(numbers as number[]).indexOf(chosen)] ?? unknown;
  };

const elements = (value: Value | undefined): readonly Value[] | undefined =>
  value?.kind === "list" || value?.kind === "tuple" ? value.items : undefined;

const builtins: ReadonlyMap<FunctionName, Builtin> = new Map<FunctionName, Builtin>([
  ["len", ([x]) => (elements(x) ? int(elements(x)?.length ?? 0) : `it needs a list, but got ${kindOf(x ?? unknown)}`)],
  ["sum", reduced("+", 0)],
  ["prod", reduced("*", 1)],
  ["min", extreme(Math.min)],
  ["max", extreme(Math.max)],
  ["int", ofNumber((x) => whole(Math.trunc(x)))],
  ["floor", ofNumber((x) => whole(Math.floor(x)))],
  ["ceil", ofNumber((x) => whole(Math.ceil(x)))],
  ["round", ofNumber((x) => whole(Math.round(x)))],
  [
    "abs",
    ([x], span, c) =>
      x && numberOf(x) !== undefined
        ? (numberOf(x) ?? 0) < 0
          ? calculate("*", int(-1), x, { span, leftText: "-1", rightText: show(x) }, c)
          : x
        : "it needs a number that is known",
  ],
  ["float", ofNumber((x) => float(x))],
  ["sqrt", ofNumber((x) => (x < 0 ? "the number is negative" : float(Math.sqrt(x))))],
  ["log2", ofNumber((x) => (x <= 0 ? "the number is not positive" : float(Math.log2(x))))],
  ["str", ([x]) => (x ? str(show(x)) : "it needs a value")],
  [
    "reverse",
    ([x]) =>
      elements(x) ? list([...(elements(x) ?? [])].reverse()) : `it needs a list, but got ${kindOf(x ?? unknown)}`,
  ],
  ["cdiv", ceilingDivision],
]);

function ceilingDivision(args: readonly Value[], span: Span, c: Context): Value | string {
  const [a, b] = args;
  if (args.length !== 2 || a?.kind !== "int" || b?.kind !== "int") return "it needs two whole numbers";
  const divisor = b.dim;
  if (isSymbolic(divisor)) return `the divisor ${c.sizes.show(divisor)} must be a number`;
  if (divisor < 1) return "the divisor must be at least 1";
  return guarded(span, c, unknown, () => int(ceilDivide(a.dim, divisor)));
}

/** Lists may hold tensors where only their items are counted or turned round. */
const needsNumbers = (name: FunctionName): boolean => name !== "len" && name !== "reverse" && name !== "str";

/** Applies the built-in function of that name. */
export function callBuiltin(name: FunctionName, args: readonly Value[], span: Span, c: Context): Value {
  if (needsNumbers(name) && args.some((arg) => tensorsIn(arg).length > 0)) {
    c.report("DM3105", span, { what: `what ${name} computes with` }, { help: [functionHelp(name)] });
    return unknown;
  }
  if (args.some((arg) => arg.kind === "unknown")) return unknown;
  const result = builtins.get(name)?.(args, span, c) ?? unknown;
  if (typeof result !== "string" || reportOpen(`the argument of ${name}`, args, span, c))
    return typeof result === "string" ? unknown : result;
  c.report("DM3117", span, { what: `${name}(${args.map(show).join(", ")})`, reason: result });
  return unknown;
}
