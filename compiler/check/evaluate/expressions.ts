// The meaning of an expression: a compile-time value, a tensor or a block.
import {
  type Arm,
  type Expression,
  type Field,
  type InfixOperator,
  nearest,
  type Stage,
} from "../../../grammar/index.ts";
import { multiplyDims } from "../../sizes/dim/dim.ts";
import { calculate, compare, decide, guarded, type Operands, raise } from "../compute/arithmetic.ts";
import { bounded } from "../compute/extent.ts";
import { reportOpen } from "../compute/open-sizes.ts";
import { joinTensors, repeated, timesNumber } from "../compute/tensor-arithmetic.ts";
import type { Context } from "../state/context.ts";
import { resolvableNames } from "../text/reach.ts";
import { sourceText } from "../text/source-text.ts";
import { functionHelp } from "../text/static/foreign.ts";
import { isFunction } from "../text/vocabulary.ts";
import { isData } from "../values/data.ts";
import { equalValues } from "../values/equal.ts";
import { inner, namesIn } from "../values/scope.ts";
import { kindOf, show } from "../values/show.ts";
import {
  type BlockValue,
  blockOf,
  bool,
  float,
  functionName,
  int,
  numberOf,
  type Scope,
  str,
  unknown,
  type Value,
} from "../values/value.ts";
import { applyBlock, composed } from "./apply.ts";
import { call } from "./calls.ts";
import { editAt, editWith, editWithout } from "./edits.ts";
import { chainValue, eachValue, growValue } from "./loops.ts";
import { element, member, slice } from "./members.ts";
import { resolve } from "./names.ts";
import { typedValue } from "./result-types.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** `unheard` until whoever watches was told. One function, as each more is one more frame for each level of nesting. */
export function evaluate(e: Expression, scope: Scope, c: Context, unheard = c.session.watch !== undefined): Value {
  if (unheard) return c.session.watch?.(e, evaluate(e, scope, c, false)) ?? unknown;
  c.step(e.span);
  switch (e.kind) {
    case "number":
      return numberLiteral(e);
    case "string":
      return str(e.value);
    case "boolean":
      return bool(e.value);
    case "name":
      return nameValue(e, scope, c);
    case "group":
      return evaluate(e.inner, scope, c);
    case "tuple":
      return bounded({ kind: "tuple", items: e.items.map((item) => evaluate(item, scope, c)) }, e.span, c);
    case "list":
      return bounded({ kind: "list", items: e.items.map((item) => evaluate(item, scope, c)) }, e.span, c);
    case "record":
      return bounded(record(e.fields, scope, c), e.span, c);
    case "if":
      return conditional(e, scope, c);
    case "match":
      return matched(e, scope, c);
    case "chain":
      return chainValue(e, scope, c);
    case "each":
      return eachValue(e, scope, c);
    case "grow":
      return growValue(e, scope, c);
    case "flow":
      return flow(e, scope, c);
    case "operation":
      return operation(e, scope, c);
    case "compare":
      return compare(
        e.operator,
        evaluate(e.left, scope, c),
        evaluate(e.right, scope, c),
        operandsOf(e.left, e.right, e),
        c,
      );
    case "unary":
      return unary(e, scope, c);
    case "power":
      return raise(evaluate(e.base, scope, c), evaluate(e.exponent, scope, c), operandsOf(e.base, e.exponent, e), c);
    case "call":
      return call(e, scope, c);
    case "member":
      return member(evaluate(e.object, scope, c), e.label, c);
    case "index":
      return element(evaluate(e.object, scope, c), evaluate(e.index, scope, c), e, c);
    case "slice":
      return slice(e, scope, c);
    case "with":
      return editWith(e, scope, c);
    case "without":
      return editWithout(evaluate(e.object, scope, c), e.skip, c);
    case "at":
      return editAt(e, scope, c);
  }
}

/** `2.9M` is a whole number; `1e-5` and `2.0` are decimal. */
function numberLiteral(e: Of<"number">): Value {
  // The parser has reported a number that cannot be represented.
  if (Number.isNaN(e.value)) return unknown;
  const decimal = /[.eE]/.test(e.text) && !/[KMGB]/.test(e.text);
  return decimal || !Number.isSafeInteger(e.value) ? float(e.value) : int(e.value);
}

export function operandsOf(left: Expression, right: Expression, whole: Expression): Operands {
  return { span: whole.span, leftText: sourceText(left), rightText: sourceText(right) };
}

function nameValue(e: Of<"name">, scope: Scope, c: Context): Value {
  const value = resolve(e.text, scope, e.span, c);
  if (value !== undefined) return value;
  const guess = nearest(e.text, [...namesIn(scope), ...resolvableNames(scope.module)]);
  c.report("DM2001", e.span, { name: e.text }, { help: guess === undefined ? [] : [`did you mean ${guess}?`] });
  return unknown;
}

/** A field lends its label to the paths of what it builds: `{ heat: f -> Branch(9) }` is `heat/branch`. */
function record(fields: readonly Field[], scope: Scope, c: Context): Value {
  const values = new Map<string, Value>();
  for (const { label, value } of fields) {
    const expression: Expression = value ?? { kind: "name", text: label.text, span: label.span };
    values.set(label.text, evaluate(expression, { ...scope, paths: scope.paths.child(label.text) }, c));
  }
  return { kind: "record", fields: values };
}

function conditional(e: Of<"if">, scope: Scope, c: Context): Value {
  const condition = decide(evaluate(e.condition, scope, c), "an `if` condition", e.condition.span, c);
  if (condition === true) return evaluate(e.then, scope, c);
  if (condition === false) return evaluate(e.else, scope, c);
  if (!c.mode.isOpen) return unknown;
  evaluate(e.then, inner(scope), c);
  evaluate(e.else, inner(scope), c);
  return unknown;
}

function matched(e: Of<"match">, scope: Scope, c: Context): Value {
  const subject = evaluate(e.subject, scope, c);
  if (subject.kind === "tensor") {
    c.report("DM3105", e.subject.span, { what: "the subject of a match" });
    return unknown;
  }
  if (subject.kind === "unknown") {
    if (c.mode.isOpen) for (const arm of e.arms) evaluate(arm.value, inner(scope), c);
    return unknown;
  }
  const arm = e.arms.find(({ pattern }) => covers(pattern, subject, c) !== false);
  if (!arm) c.report("DM3106", e.span, { value: show(subject) });
  else if (covers(arm.pattern, subject, c)) return evaluate(arm.value, scope, c);
  else reportOpen("the subject of a match", [subject], e.subject.span, c);
  return unknown;
}

/** Undefined where it depends on a free size. */
function covers(pattern: Arm["pattern"], subject: Value, c: Context): boolean | undefined {
  if (pattern.kind === "else") return true;
  if (pattern.kind !== "number")
    return equalValues(subject, str(pattern.kind === "name" ? pattern.text : pattern.value));
  if (subject.kind !== "int" || !Number.isSafeInteger(pattern.value)) return numberOf(subject) === pattern.value;
  const { kind } = c.sizes.solve(subject.dim, "==", pattern.value);
  return kind === "always" ? true : kind === "never" ? false : undefined;
}

function flow(e: Of<"flow">, scope: Scope, c: Context): Value {
  let value = evaluate(e.head, scope, c);
  for (const stage of e.stages) {
    const block = stageBlock(stage, e, scope, c);
    value = block ? flowInto(value, block, stage, scope, c) : unknown;
    if (stage.alias && stage.aliasType) typedValue(stage.aliasType, value, stage.alias.text, scope, stage.span, c);
    if (stage.alias) scope.names.set(stage.alias.text, value);
  }
  return value;
}

/** The block on the right of an arrow; undefined after a report. */
function stageBlock(stage: Stage, flow: Of<"flow">, scope: Scope, c: Context): BlockValue | undefined {
  const given = evaluate(stage.block, scope, c);
  const right = stage.repeat ? repeated(given, evaluate(stage.repeat, scope, c), stage.span, c) : given;
  if (right.kind === "block") return right.block;
  if (right.kind === "unknown") return undefined;
  const help = right.kind === "tensor" ? [tensorHelp(stage, flow)] : functionsNamed(stage.block, right);
  c.report("DM3110", stage.block.span, { actual: kindOf(right) }, { help });
  return undefined;
}

/** `x -> conv(8) as y -> y`: the name of what flows there already. */
function tensorHelp({ block }: Stage, { stages }: Of<"flow">): string {
  const named = block.kind === "name" && stages.some(({ alias }) => alias?.text === block.text);
  if (!named) return "to join two tensors use `+`, add or concat";
  return `${block.text} names what flows here already: leave \`-> ${block.text}\` out`;
}

/** `x -> max(2)`: a function of numbers stands where a block is wanted. */
function functionsNamed(e: Expression, value: Value): string[] {
  if (e.kind === "call") return functionsNamed(e.callee, value);
  if (value.kind === "function" && value.function.kind === "declared")
    return [`a function is called with what it computes from: \`${functionName(value.function)}(…)\``];
  return e.kind === "name" && isFunction(e.text) ? [functionHelp(e.text)] : [];
}

/** Data is given to the block; a block in front of it makes a longer block. */
function flowInto(value: Value, block: BlockValue, stage: Stage, scope: Scope, c: Context): Value {
  if (value.kind === "block") return blockOf(composed(value.block, block, stage));
  if (isData(value)) {
    const place = { paths: scope.paths, span: stage.span, ...(stage.alias ? { name: stage.alias.text } : {}) };
    return applyBlock(block, value, place, c);
  }
  const slots = { operator: "->", expected: "a tensor or a block", side: "left", actual: kindOf(value) };
  c.report("DM3101/operand", stage.span, slots);
  return unknown;
}

function operation(e: Of<"operation">, scope: Scope, c: Context): Value {
  let value = evaluate(e.first, scope, c);
  let left = e.first;
  for (const { operator, operand } of e.rest) {
    value =
      operator === "and" || operator === "or"
        ? logical(operator, value, operand, scope, c)
        : infix(operator, value, evaluate(operand, scope, c), operandsOf(left, operand, e), scope, c);
    left = operand;
  }
  return value;
}

function infix(operator: InfixOperator, left: Value, right: Value, at: Operands, scope: Scope, c: Context): Value {
  const either = (kind: Value["kind"]) => left.kind === kind || right.kind === kind;
  if (either("tensor")) return joinTensors(operator, left, right, at.span, scope, c);
  if (either("block")) {
    if (operator === "*") return repeated(left, right, at.span, c);
    if (either("unknown")) return unknown;
    c.report("DM3109", at.span, { operator, kind: "blocks" });
    return unknown;
  }
  return calculate(operator, left, right, at, c);
}

/** `and` and `or` look at the right side only where the left leaves it open. */
function logical(operator: "and" | "or", left: Value, operand: Expression, scope: Scope, c: Context): Value {
  const what = `the operand of \`${operator}\``;
  const first = decide(left, what, operand.span, c);
  if (first === (operator === "or")) return bool(first);
  const second = decide(evaluate(operand, scope, c), what, operand.span, c);
  return first === undefined || second === undefined ? unknown : bool(second);
}

function unary(e: Of<"unary">, scope: Scope, c: Context): Value {
  const value = evaluate(e.operand, scope, c);
  if (value.kind === "unknown") return unknown;
  if (e.operator === "not") {
    const truth = decide(value, "the operand of `not`", e.operand.span, c);
    return truth === undefined ? unknown : bool(!truth);
  }
  if (value.kind === "int") return guarded(e.span, c, unknown, () => int(multiplyDims(-1, value.dim)));
  if (value.kind === "float") return float(-value.value);
  if (value.kind === "tensor") return timesNumber(value, int(-1), e.span, scope, c) ?? unknown;
  const help = value.kind === "block" ? ["data flows to the right, into a block: `x -> relu`"] : [];
  c.report(
    "DM3101/value",
    e.span,
    { what: "the operand of `-`", expected: "a number", actual: kindOf(value) },
    { help },
  );
  return unknown;
}
