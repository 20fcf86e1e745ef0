// Port and result types. In a port, a bare dimension variable is bound by its first use; everything
// else is an equation that what flows in must satisfy. A result type is an equation for the body.
import {
  type Block,
  type Expression,
  type Model,
  nearest,
  type Span,
  type TypeAtom,
  textOf,
} from "../../grammar/index.ts";
import type { Dim } from "../ir/dim.ts";
import { type DType, dtypes, type TensorType } from "../ir/graph.ts";
import type { Context } from "./context.ts";
import { evaluate, sourceText } from "./expressions.ts";
import { declarationNamed } from "./names.ts";
import type { Module } from "./program.ts";
import type { Scope } from "./scope.ts";
import { int, kindOf, showType, type Value } from "./values.ts";

type TensorAtom = Extract<TypeAtom, { kind: "tensor" }>;

/** A port type with aliases resolved. `batch`: a model's first axis, which takes all leading axes of what flows in. */
export interface PortType {
  readonly atom: TensorAtom;
  readonly leading: boolean;
  readonly dims: readonly Expression[];
  readonly batch?: string;
  readonly text: string;
}

const isDimension = (e: Expression): e is Extract<Expression, { kind: "name" }> =>
  e.kind === "name" && /^[A-Z]/.test(e.text);

/** The tensor type that an atom means; undefined for a record of fields, or after a report. */
export function portType(type: TypeAtom, module: Module, c: Context): PortType | undefined {
  if (type.kind === "tensor") {
    if (type.dtype && !isDType(type.dtype.text)) {
      const guess = nearest(type.dtype.text, dtypes);
      c.report(
        "DM2001",
        type.dtype.span,
        { name: type.dtype.text },
        { help: guess === undefined ? [`types are ${dtypes.join(", ")}`] : [`did you mean ${guess}?`] },
      );
      return undefined;
    }
    return { atom: type, leading: type.leading, dims: type.dims, text: textOf(type.span) };
  }
  if (type.kind !== "named") return undefined;
  if (isDType(type.name.text)) {
    const atom: TensorAtom = { kind: "tensor", dtype: type.name, leading: false, dims: [], span: type.span };
    return { atom, leading: false, dims: [], text: type.name.text };
  }
  const found = declarationNamed(module, type.name.text);
  if (found?.declaration.kind === "type" && found.declaration.type.kind !== "arrow")
    return portType(found.declaration.type, found.module, c);
  const guess = nearest(type.name.text, [...dtypes, ...module.declarations.keys()]);
  c.report(
    "DM2001",
    type.span,
    { name: type.name.text },
    { help: guess === undefined ? [] : [`did you mean ${guess}?`] },
  );
  return undefined;
}

const isDType = (name: string): name is DType => (dtypes as readonly string[]).includes(name);

/** The port of a model that is used inside another: its batch axis takes every leading axis. */
export function nestedPort(port: PortType): PortType {
  const [first, ...rest] = port.dims;
  if (port.leading || !first || !isDimension(first) || rest.some((dim) => isDimension(dim) && dim.text === first.text))
    return port;
  return { ...port, leading: true, dims: rest, batch: first.text };
}

/** The leading axes of one use, which `..` in the result stands for. */
export interface Leading {
  dims: readonly Dim[] | undefined;
}

/** Binds the bare dimension variables of a port; answers false where the rank does not fit. */
export function bindDimensions(port: PortType, actual: TensorType, scope: Scope, leading: Leading): boolean {
  const rank = actual.dims.length - port.dims.length;
  if (port.leading ? rank < 0 : rank !== 0) return false;
  if (port.atom.dtype && port.atom.dtype.text !== actual.dtype) return false;
  if (port.leading) {
    leading.dims ??= actual.dims.slice(0, rank);
    if (port.batch !== undefined && rank === 1 && !scope.names.has(port.batch))
      scope.names.set(port.batch, int(actual.dims[0] ?? 1));
  }
  for (const [axis, dim] of port.dims.entries()) {
    if (isDimension(dim) && !scope.names.has(dim.text)) scope.names.set(dim.text, int(actual.dims[rank + axis] ?? 1));
  }
  return true;
}

/** Where every variable of the ports is open, in a generic check. */
export function openDimensions(port: PortType, scope: Scope): void {
  for (const dim of port.dims) {
    if (isDimension(dim) && !scope.names.has(dim.text)) scope.names.set(dim.text, { kind: "unknown", hint: "number" });
  }
}

/** An axis that does not keep a port's or result's equation. */
export interface BrokenAxis {
  readonly axis: number;
  readonly expected: Dim;
  readonly actual: Dim;
  readonly dim: Expression;
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
    const expected = evaluate(dim, scope, c);
    const given = actual.dims[rank + axis] ?? 1;
    if (expected.kind === "unknown") continue;
    if (expected.kind !== "int") {
      c.report("DM3101/value", dim.span, {
        what: `the size ${sourceText(dim)}`,
        expected: "a whole number",
        actual: kindOf(expected),
      });
      continue;
    }
    if (c.sizes.require(given, "==", expected.dim, c.asker(what, dim.span))) continue;
    return { axis: axis - port.dims.length, expected: expected.dim, actual: given, dim };
  }
  return undefined;
}

/** The bare dimension variables of a model's inputs, in order: what `at` may fix. */
export function inputDimensions(declaration: Block | Model): readonly string[] {
  const types: TypeAtom[] = (declaration.signature.ports ?? []).map((port) => port.type);
  if (declaration.body.kind === "statements") {
    for (const statement of declaration.body.statements) if (statement.kind === "input") types.push(statement.type);
  }
  const names = new Set<string>();
  for (const type of types)
    for (const dim of type.kind === "tensor" ? type.dims : []) if (isDimension(dim)) names.add(dim.text);
  if (types.some((type) => type.kind === "tensor" && type.leading))
    return ["N", ...[...names].filter((name) => name !== "N")];
  return [...names];
}

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
    c.report("DM4301/rank", span, {
      callee,
      declared: port.text,
      actual: showType(actual, (dim) => c.sizes.show(dim)),
    });
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
    const given = items ? items[index] : value.kind === "record" ? value.fields.get(field.name.text) : undefined;
    if (given) checkResult(field.type, given, `${callee}.${field.name.text}`, scope, leading, span, c);
    else c.report("DM3113", span, { callee, field: field.name.text });
  }
}
