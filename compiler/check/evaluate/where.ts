// `where`: what a block asks of its callers. A condition that is false is the caller's fault; one that
// holds only for some sizes becomes part of the size rule.
import type { Expression, Label, Span } from "../../../grammar/index.ts";
import { type Dim, isSymbolic, variable } from "../../sizes/dim/dim.ts";
import { nearestSizes } from "../../sizes/set/set.ts";
import type { Relation } from "../../sizes/solve/solve.ts";
import { compare, decide } from "../compute/arithmetic.ts";
import type { Context } from "../state/context.ts";
import { namesRead } from "../text/mentions.ts";
import { sourceText } from "../text/source-text.ts";
import { show, useText } from "../values/show.ts";
import type { Scope, Value } from "../values/value.ts";
import { type DeclaredBlock, int, numberOf } from "../values/value.ts";
import { evaluate, operandsOf } from "./expressions.ts";

/** Asks every condition of `where`; false after a report. */
export function assume(block: DeclaredBlock, scope: Scope, span: Span, c: Context): boolean {
  return block.declaration.signature.where.every((condition) => assumeOne(condition, block, scope, span, c));
}

function assumeOne(e: Expression, block: DeclaredBlock, scope: Scope, span: Span, c: Context): boolean {
  if (e.kind === "group") return assumeOne(e.inner, block, scope, span, c);
  if (e.kind === "operation" && e.rest.every(({ operator }) => operator === "and")) {
    return [e.first, ...e.rest.map(({ operand }) => operand)].every((each) => assumeOne(each, block, scope, span, c));
  }
  const { value, sizes } = e.kind === "compare" ? compared(e, scope, c) : { value: evaluate(e, scope, c) };
  if (sizes) {
    // Asked even where the answer is known: a rule that excludes an earlier one is a conflict, not a false `where`.
    const held = c.sizes.require(...sizes, c.asker(`where ${sourceText(e)}`, e.span));
    c.reportConflicts(span);
    if (held) return true;
  } else if (decide(value, "a `where` condition", e.span, c) !== false) return true;
  reportFalse(e, block, scope, span, c);
  return false;
}

interface Compared {
  readonly value: Value;
  /** Both sides, where one is a free size. */
  readonly sizes?: [Dim, Relation, Dim];
}

function compared(e: Extract<Expression, { kind: "compare" }>, scope: Scope, c: Context): Compared {
  const [left, right] = [evaluate(e.left, scope, c), evaluate(e.right, scope, c)];
  const value = compare(e.operator, left, right, operandsOf(e.left, e.right, e), c);
  if (left.kind !== "int" || right.kind !== "int" || e.operator === "~=") return { value };
  const isOpen = isSymbolic(left.dim) || isSymbolic(right.dim);
  return isOpen ? { value, sizes: [left.dim, e.operator, right.dim] } : { value };
}

function reportFalse(e: Expression, block: DeclaredBlock, scope: Scope, span: Span, c: Context): void {
  const bound = boundNames(e, scope, c);
  const labels: Label[] = [{ span: e.span, text: "required here" }];
  const notes = bound.length === 0 ? [] : [`here ${bound.join(", ")}`];
  const sizes = nearestThatWork(e, scope, c);
  const help = sizes.length === 0 ? [] : [`nearest sizes that work: ${sizes.join(" and ")}`];
  c.report(
    "DM4101",
    span,
    { callee: useText(block), condition: sourceText(e) },
    { labels, notes, help, chain: c.chain().slice(0, -1) },
  );
}

/** "H = 48, scale = 2": the names of a condition with their values. */
export function boundNames(e: Expression, scope: Scope, c: Context): string[] {
  return [...namesRead(e, c.session.text)].flatMap((name) => {
    const value = scope.names.get(name);
    return value === undefined || value.kind === "block" || value.kind === "tensor" ? [] : [`${name} = ${show(value)}`];
  });
}

/** Frees the one dimension that the condition is about and asks which sizes it admits. */
function nearestThatWork(e: Expression, scope: Scope, c: Context): readonly number[] {
  for (const name of namesRead(e, c.session.text)) {
    const value = scope.names.get(name);
    const size = value && numberOf(value);
    if (size === undefined || !/^[A-Z]/.test(name)) continue;
    // A name of its own: what is known of the model's sizes does not narrow the answer.
    const freedName = `?${name}`;
    const open: Scope = { ...scope, names: new Map(scope.names).set(name, int(variable(freedName))) };
    const freed = evaluate(e, open, c);
    if (freed.kind !== "condition" || !isSymbolic(freed.condition.left)) continue;
    const solution = c.sizes.solveAlone(freed.condition.left, freed.condition.relation, freed.condition.right);
    const sizes = solution.kind === "when" ? solution.sizes.get(freedName) : undefined;
    if (sizes) return nearestSizes(sizes, size);
  }
  return [];
}
