// Expressions as text. A tree that was parsed holds its parentheses as `group`; a tree that was built by
// hand gets the ones that its meaning needs.
import { quote } from "../literals.ts";
import type { Argument, Arm, Expression, Field, Param, Port, Range, Stage, Type, TypeAtom } from "../tree.ts";
import { bracketed, fits, indented, type Layout, lines } from "./layout.ts";

/** How tightly an expression holds together; a looser one inside a tighter one needs parentheses. */
const flowLevel = 0;
export const anyLevel = flowLevel;
const disjLevel = 1;
const sumLevel = 5;
const postfixLevel = 9;

function levelOf(e: Expression): number {
  switch (e.kind) {
    case "flow":
      return flowLevel;
    case "operation":
      return operationLevel(e.rest[0]?.operator ?? "+");
    case "compare":
      return 4;
    case "unary":
      return e.operator === "not" ? 3 : 7;
    case "power":
      return 8;
    default:
      return postfixLevel;
  }
}

function operationLevel(operator: string): number {
  if (operator === "or") return disjLevel;
  if (operator === "and") return 2;
  return operator === "+" || operator === "-" ? sumLevel : 6;
}

/** Ends in `else …`, which would take over whatever follows. */
function isOpen(e: Expression): boolean {
  switch (e.kind) {
    case "if":
      return true;
    case "operation":
      return isOpen(e.rest.at(-1)?.operand ?? e.first);
    case "compare":
      return isOpen(e.right);
    case "unary":
      return isOpen(e.operand);
    case "power":
      return isOpen(e.exponent);
    case "flow":
      return isOpen(lastOf(e.stages.at(-1), e.head));
    default:
      return false;
  }
}

function lastOf(stage: Stage | undefined, head: Expression): Expression {
  return stage?.repeat ?? stage?.block ?? head;
}

/** `e` in a place that wants at least `level`; unless it is the `last` thing there, it must not be open. */
export function expression(e: Expression, level = anyLevel, layout?: Layout, last = true): string {
  if (levelOf(e) < level || (!last && isOpen(e))) return `(${bare(e, layout)})`;
  return bare(e, layout);
}

const flats = new WeakMap<Expression, string>();

/** On one line; remembered, because each level around it asks again whether it fits. */
function flat(e: Expression): string {
  const known = flats.get(e);
  if (known !== undefined) return known;
  const text = written(e, undefined);
  flats.set(e, text);
  return text;
}

function bare(e: Expression, layout: Layout | undefined): string {
  if (layout === undefined || fits(flat(e), e.span, layout)) return flat(e);
  return written(e, layout);
}

function written(e: Expression, layout: Layout | undefined): string {
  switch (e.kind) {
    case "number":
    case "name":
      return e.text;
    case "string":
      return quote(e.value);
    case "boolean":
      return String(e.value);
    case "group":
      return `(${expression(e.inner, anyLevel, layout)})`;
    case "tuple":
      return bracketed(
        "(",
        e.items.map((item) => (at) => expression(item, anyLevel, at)),
        e.items.length === 1 ? ",)" : ")",
        layout,
      );
    case "list":
      return bracketed(
        "[",
        e.items.map((item) => (at) => expression(item, anyLevel, at)),
        "]",
        layout,
      );
    case "record":
      return record(e.fields, layout);
    case "flow":
      return flow(e.head, e.stages, layout);
    case "operation":
      return operation(e, layout);
    case "compare":
      return `${expression(e.left, sumLevel, undefined, false)} ${e.operator} ${expression(e.right, sumLevel)}`;
    case "unary":
      return e.operator === "not" ? `not ${expression(e.operand, 3)}` : `-${expression(e.operand, 7)}`;
    case "power":
      return `${expression(e.base, postfixLevel, undefined, false)} ^ ${expression(e.exponent, 7)}`;
    default:
      return worded(e, layout);
  }
}

type Worded = Extract<
  Expression,
  {
    kind:
      | "if"
      | "match"
      | "chain"
      | "each"
      | "grow"
      | "call"
      | "member"
      | "index"
      | "slice"
      | "with"
      | "without"
      | "at";
  }
>;

function worded(e: Worded, layout: Layout | undefined): string {
  switch (e.kind) {
    case "if":
      return conditional(e, layout);
    case "match":
      return match(expression(e.subject, anyLevel), e.arms, layout);
    case "chain":
    case "each":
      return `${e.kind} ${e.variable.text} in ${range(e.range)} ${body(e.body, layout)}`;
    case "grow":
      return `grow ${e.accumulator.text} = ${expression(e.start, disjLevel, layout)} over ${e.variable.text} in ${range(e.range)} ${body(e.body, layout)}`;
    default:
      return applied(e, layout);
  }
}

function applied(
  e: Exclude<Worded, { kind: "if" | "match" | "chain" | "each" | "grow" }>,
  layout: Layout | undefined,
): string {
  const object = expression(e.kind === "call" ? e.callee : e.object, postfixLevel, layout, false);
  switch (e.kind) {
    case "call":
      return object + args(e.args, layout);
    case "member":
      return `${object}.${e.label.text}`;
    case "index":
      return `${object}[${expression(e.index, disjLevel)}]`;
    case "slice":
      return `${object}[${e.from ? expression(e.from, disjLevel) : ""}..${e.to ? expression(e.to, disjLevel) : ""}]`;
    case "with":
      return `${object} with ${record(e.fields, layout, " =")}`;
    case "without":
      return `${object} without skip ${e.skip.text}`;
    case "at":
      return `${object} at ${args(e.args, layout)}`;
  }
}

export function args(list: readonly Argument[], layout?: Layout): string {
  const items = list.map(
    ({ label, value }) =>
      (at?: Layout) =>
        (label ? `${label.text} = ` : "") + expression(value, anyLevel, at),
  );
  return bracketed("(", items, ")", layout);
}

/** A record says `a: 1`; changes to parameters, after `with`, look like the arguments they are: `a = 1`. */
function record(fields: readonly Field[], layout: Layout | undefined, sign = ":"): string {
  if (fields.length === 0) return "{}";
  const items = fields.map(
    ({ label, value }) =>
      (at?: Layout) =>
        label.text + (value ? `${sign} ${expression(value, anyLevel, at)}` : ""),
  );
  return bracketed("{ ", items, " }", layout);
}

function operation(e: Extract<Expression, { kind: "operation" }>, layout: Layout | undefined): string {
  const level = operationLevel(e.rest[0]?.operator ?? "+") + 1;
  // The operand of a joined level holds tighter than the level itself; nothing lies between `and` and `not`.
  const first = expression(e.first, level, undefined, e.rest.length === 0);
  const rest = e.rest.map(
    ({ operator, operand }, index) =>
      `${operator} ${expression(operand, level, undefined, index === e.rest.length - 1)}`,
  );
  return layout === undefined ? [first, ...rest].join(" ") : lines([first, ...rest], indented(layout).indent);
}

function flow(head: Expression, stages: readonly Stage[], layout: Layout | undefined): string {
  const inner = layout && indented(layout);
  const start = expression(head, needsGroup(head) ? postfixLevel : disjLevel, undefined, false);
  const rest = stages.map((each, index) => `-> ${stage(each, inner, index === stages.length - 1)}`);
  return inner === undefined ? [start, ...rest].join(" ") : lines([start, ...rest], inner.indent);
}

/** `a + b -> f` is refused, so a sum or anything looser in front of an arrow needs its parentheses. */
function needsGroup(head: Expression): boolean {
  return head.kind === "compare" || (head.kind === "operation" && levelOf(head) <= sumLevel);
}

function stage({ block, repeat, alias, aliasType }: Stage, layout: Layout | undefined, last: boolean): string {
  const alone = last && repeat === undefined && alias === undefined;
  const parts = [expression(block, postfixLevel, layout, alone)];
  if (repeat) parts.push("*", expression(repeat, postfixLevel, layout, last && alias === undefined));
  if (alias) parts.push("as", alias.text + typeSuffix(aliasType));
  return parts.join(" ");
}

export function typeSuffix(type: TypeAtom | undefined): string {
  return type ? `: ${typeAtom(type)}` : "";
}

function conditional(e: Extract<Expression, { kind: "if" }>, layout: Layout | undefined): string {
  const inner = layout && indented(layout);
  const condition = `if ${expression(e.condition, anyLevel)} then ${expression(e.then, anyLevel, inner)}`;
  const otherwise = `else ${expression(e.else, anyLevel, layout)}`;
  return layout === undefined ? `${condition} ${otherwise}` : lines([condition, otherwise], indented(layout).indent);
}

function match(subject: string, arms: readonly Arm[], layout: Layout | undefined): string {
  if (arms.length === 0) return `match ${subject} {}`;
  const items = arms.map(
    ({ pattern, value }) =>
      (at?: Layout) =>
        `${armPattern(pattern)} => ${expression(value, anyLevel, at)}`,
  );
  return `match ${subject} ${bracketed("{ ", items, " }", layout)}`;
}

function armPattern(pattern: Arm["pattern"]): string {
  switch (pattern.kind) {
    case "name":
      return pattern.text;
    case "number":
      return String(pattern.value);
    case "string":
      return quote(pattern.value);
    case "else":
      return "else";
  }
}

function range({ from, to }: Range): string {
  return expression(from, disjLevel) + (to ? `..${expression(to, disjLevel)}` : "");
}

function body(e: Expression, layout: Layout | undefined): string {
  if (layout === undefined) return `{ ${expression(e)} }`;
  const inner = indented(layout);
  return `{\n${" ".repeat(inner.indent)}${expression(e, anyLevel, inner)}\n${" ".repeat(layout.indent)}}`;
}

// ---- types, which hold sizes

export function type(of: Type): string {
  return of.kind === "arrow" ? `${typeAtom(of.from)} -> ${typeAtom(of.to)}` : typeAtom(of);
}

export function typeAtom(of: TypeAtom): string {
  switch (of.kind) {
    case "named":
      return of.name.text;
    case "fields":
      return `(${of.fields.map((field) => `${field.name.text}: ${typeAtom(field.type)}`).join(", ")})`;
    case "tensor": {
      const dims = of.dims.map((dim) => expression(dim, sumLevel));
      return `${of.dtype?.text ?? ""}[${[...(of.leading ? [".."] : []), ...dims].join(", ")}]`;
    }
  }
}

export function port({ name, type: of }: Port): string {
  return `${name.text}: ${typeAtom(of)}`;
}

export function param({ name, type: of, default: value }: Param): string {
  return name.text + (of ? `: ${type(of)}` : "") + (value ? ` = ${expression(value)}` : "");
}
