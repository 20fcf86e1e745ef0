// Arithmetic and comparison of compile-time values. Whole numbers are exact dims, symbolic or not;
// decimal numbers are ordinary doubles; lists work element by element.
import type { Comparison, InfixOperator, Span } from "../../../grammar/index.ts";
import {
  addDims,
  type Dim,
  DimLimitError,
  floorDivide,
  isSymbolic,
  modulo,
  multiplyDims,
  powerDim,
  subtractDims,
} from "../../sizes/dim/dim.ts";
import type { Context } from "../state/context.ts";
import { holds, variablesText } from "../state/facts.ts";
import { tensorsIn } from "../values/data.ts";
import { equalValues } from "../values/equal.ts";
import { kindOf, show } from "../values/show.ts";
import { bool, float, int, numberOf, unknown, type Value } from "../values/value.ts";
import { reportOpen } from "./open-sizes.ts";

/** Runs exact arithmetic; passing 2^53 becomes a diagnostic at `span`. */
export function guarded<Result>(
  span: Span,
  c: Context,
  fallback: Result,
  compute: () => Result,
  what = "this number",
): Result {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof DimLimitError)) throw error;
    c.report("DM3116", span, { what });
    return fallback;
  }
}

/** The source text of both sides, for messages. */
export interface Operands {
  readonly span: Span;
  readonly leftText: string;
  readonly rightText: string;
}

export function calculate(operator: InfixOperator, left: Value, right: Value, at: Operands, c: Context): Value {
  if (left.kind === "unknown" || right.kind === "unknown") return unknown;
  if (left.kind === "list" || right.kind === "list") return calculateLists(operator, left, right, at, c);
  if (left.kind === "int" && right.kind === "int") return calculateInts(operator, left.dim, right.dim, at, c);
  if (left.kind === "str" && right.kind === "str" && operator === "+") return joinTexts(left.value, right.value, at, c);
  const a = numberOf(left);
  const b = numberOf(right);
  if (a === undefined || b === undefined) {
    if (isNumber(left) && isNumber(right)) {
      reportOpen(`what meets a decimal number in \`${operator}\``, [left, right], at.span, c);
      return unknown;
    }
    const side = isNumber(left) ? "right" : "left";
    const actual = kindOf(side === "right" ? right : left);
    c.report("DM3101/operand", at.span, { operator, expected: "two numbers", side, actual });
    return unknown;
  }
  return calculateFloats(operator, a, b, at, c);
}

/** Characters of one string that a program may put together. */
const textLimit = 1_000_000;

function joinTexts(left: string, right: string, at: Operands, c: Context): Value {
  const count = left.length + right.length;
  if (count <= textLimit) return { kind: "str", value: left + right };
  c.report("DM3208", at.span, { what: "string", count, unit: "characters", limit: textLimit });
  return unknown;
}

const isNumber = (value: Value): boolean => value.kind === "int" || value.kind === "float";

function calculateLists(operator: InfixOperator, left: Value, right: Value, at: Operands, c: Context): Value {
  c.step(at.span, 8 * Math.max(...[left, right].map((side) => (side.kind === "list" ? side.items.length : 0))));
  if (left.kind === "list" && right.kind === "list") {
    if (left.items.length !== right.items.length) {
      const expected = `lists of one length (${left.items.length} and ${right.items.length})`;
      c.report("DM3101/operand", at.span, { operator, expected, side: "right", actual: `the list ${show(right)}` });
      return unknown;
    }
    return {
      kind: "list",
      items: left.items.map((item, i) => calculate(operator, item, right.items[i] ?? unknown, at, c)),
    };
  }
  const items = left.kind === "list" ? left.items : right.kind === "list" ? right.items : [];
  const one = (item: Value) =>
    left.kind === "list" ? calculate(operator, item, right, at, c) : calculate(operator, left, item, at, c);
  return { kind: "list", items: items.map(one) };
}

function calculateInts(operator: InfixOperator, a: Dim, b: Dim, at: Operands, c: Context): Value {
  return guarded(at.span, c, unknown, () => {
    switch (operator) {
      case "+":
        return int(addDims(a, b));
      case "-":
        return int(subtractDims(a, b));
      case "*":
        return int(multiplyDims(a, b));
      default:
        return divideInts(operator, a, b, at, c);
    }
  });
}

function divideInts(operator: InfixOperator, a: Dim, b: Dim, at: Operands, c: Context): Value {
  const text = `${at.leftText} ${operator} ${at.rightText}`;
  if (isSymbolic(b)) {
    if (operator === "/" && a === b) return int(1);
    reportOpen(`the divisor of \`${operator}\``, [int(b)], at.span, c);
    return unknown;
  }
  if (b === 0) {
    c.report("DM3117", at.span, { what: text, reason: "division by zero" });
    return unknown;
  }
  if (b < 0) {
    if (isSymbolic(a) || (operator === "/" && a % b !== 0)) return inexact(text, a, b, at, c);
    const quotient = Math.floor(a / b);
    return int(operator === "%" ? a - b * quotient : quotient);
  }
  if (operator === "//") return int(floorDivide(a, b));
  if (operator === "%") return int(modulo(a, b));
  if (!c.sizes.divisible(a, b, c.asker(`\`${text}\``, at.span))) return inexact(text, a, b, at, c);
  c.reportConflicts(at.span);
  return int(floorDivide(a, b));
}

function inexact(text: string, a: Dim, b: number, at: Operands, c: Context): Value {
  const known = c.sizes.show(a);
  const [left, value] = known === at.leftText ? [known, `not divisible by ${b}`] : [at.leftText, known];
  c.report("DM4102", at.span, { text, left, value });
  return unknown;
}

function calculateFloats(operator: InfixOperator, a: number, b: number, at: Operands, c: Context): Value {
  const value = operateFloats(operator, a, b);
  if (value !== undefined && Number.isFinite(value)) return float(value);
  c.report("DM3117", at.span, {
    what: `${at.leftText} ${operator} ${at.rightText}`,
    reason: b === 0 ? "division by zero" : "the result is not a finite number",
  });
  return unknown;
}

function operateFloats(operator: InfixOperator, a: number, b: number): number | undefined {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "//":
      return Math.floor(a / b);
    case "%":
      return a - b * Math.floor(a / b);
    default:
      return undefined;
  }
}

export function raise(base: Value, exponent: Value, at: Operands, c: Context): Value {
  if (base.kind === "unknown" || exponent.kind === "unknown") return unknown;
  const power = numberOf(exponent);
  const what = `${at.leftText} ^ ${at.rightText}`;
  const isOpen =
    isNumber(base) && isNumber(exponent) && (power === undefined || exponent.kind === "float" || power < 0);
  if (isOpen && reportOpen(`this side of \`^\``, [exponent, base], at.span, c)) return unknown;
  if (power === undefined || (base.kind !== "int" && base.kind !== "float")) {
    const side = power === undefined ? "right" : "left";
    c.report("DM3101/operand", at.span, {
      operator: "^",
      expected: "numbers",
      side,
      actual: kindOf(power === undefined ? exponent : base),
    });
    return unknown;
  }
  if (base.kind === "int" && exponent.kind === "int" && power >= 0) {
    return guarded(at.span, c, unknown, () => int(powerDim(base.dim, power)), what);
  }
  const number = numberOf(base);
  const value = number === undefined ? Number.NaN : number ** power;
  if (Number.isFinite(value)) return float(value);
  c.report("DM3117", at.span, { what, reason: "the result is not a finite number" });
  return unknown;
}

export function compare(operator: Comparison, left: Value, right: Value, at: Operands, c: Context): Value {
  if (left.kind === "unknown" || right.kind === "unknown") return unknown;
  if ([left, right].some((side) => tensorsIn(side).length > 0)) {
    c.report("DM3105", at.span, { what: `what \`${operator}\` compares` });
    return unknown;
  }
  if (left.kind === "int" && right.kind === "int" && operator !== "~=") {
    return compareDims(operator, left.dim, right.dim, `${at.leftText} ${operator} ${at.rightText}`, at.span, c);
  }
  if (operator === "==" || operator === "!=") {
    const same = equalValues(left, right);
    if (same === undefined) {
      reportOpen(`what \`${operator}\` compares`, [left, right], at.span, c);
      return unknown;
    }
    return bool(operator === "==" ? same : !same);
  }
  return compareNumbers(operator, left, right, at, c);
}

function compareNumbers(
  operator: Exclude<Comparison, "==" | "!=">,
  left: Value,
  right: Value,
  at: Operands,
  c: Context,
) {
  const a = numberOf(left);
  const b = numberOf(right);
  if (a !== undefined && b !== undefined)
    return bool(operator === "~=" ? sameRounded(a, b, at.rightText) : holds(a - b, operator));
  const open = `what meets a decimal number in \`${operator}\``;
  if (isNumber(left) && isNumber(right) && reportOpen(open, [left, right], at.span, c)) return unknown;
  const [side, actual] = a === undefined ? ["left", kindOf(left)] : ["right", kindOf(right)];
  c.report("DM3101/operand", at.span, { operator, expected: "two numbers", side, actual });
  return unknown;
}

function compareDims(
  relation: Exclude<Comparison, "~=">,
  left: Dim,
  right: Dim,
  text: string,
  span: Span,
  c: Context,
): Value {
  return guarded(span, c, unknown, () => {
    const solution = c.sizes.solve(left, relation, right);
    if (solution.kind === "always") return bool(true);
    if (solution.kind === "never") return bool(false);
    return { kind: "condition", condition: { left, relation, right, text } };
  });
}

/** Compares after rounding to the digits that the right side shows: `params ~= 2.9M`. */
function sameRounded(left: number, right: number, rightText: string): boolean {
  const literal = /^-?\d+(?:\.(\d+))?(?:[eE]([+-]?\d+))?(K|M|G|B|KiB|MiB|GiB)?$/.exec(rightText);
  if (!literal) return left === right;
  const unit = units[literal[3] ?? ""] ?? 1;
  const step = unit * 10 ** (Number(literal[2] ?? 0) - (literal[1]?.length ?? 0));
  return Math.round(left / step) === Math.round(right / step);
}

const units: Readonly<Record<string, number>> = {
  K: 1e3,
  M: 1e6,
  G: 1e9,
  B: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** The truth of a condition where one must be known: `if`, `and`, `require` of numbers. */
export function decide(value: Value, what: string, span: Span, c: Context): boolean | undefined {
  switch (value.kind) {
    case "bool":
      return value.value;
    case "unknown":
      return undefined;
    case "condition": {
      const { left, right, text } = value.condition;
      if (!c.mode.isOpen) c.report("DM4105", span, { condition: text, variables: variablesText([left, right]) });
      return undefined;
    }
    case "tensor":
      c.report("DM3105", span, { what });
      return undefined;
    default:
      c.report("DM3101/value", span, { what, expected: "true or false", actual: kindOf(value) });
      return undefined;
  }
}
