// Port and result types. In a port, a bare dimension variable is bound by its first use; everything
// else is an equation that what flows in must satisfy.
import { type Expression, nearest, type TypeAtom, textOf } from "../../../grammar/index.ts";
import { type DType, dtypes, type TensorType } from "../../ir/graph.ts";
import type { Dim } from "../../sizes/dim/dim.ts";
import type { Context } from "../state/context.ts";
import type { Module } from "../text/program.ts";
import { declarationNamed } from "../text/reach.ts";
import { isDimension } from "../text/signature.ts";
import { int, type Scope } from "../values/value.ts";

type TensorAtom = Extract<TypeAtom, { kind: "tensor" }>;

/** A port type with aliases resolved. `batch`: a model's first axis, which takes all leading axes of what flows in. */
export interface PortType {
  readonly atom: TensorAtom;
  readonly leading: boolean;
  readonly dims: readonly Expression[];
  readonly batch?: string;
  readonly text: string;
}

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

/**
 * How many axes lead every sample in a body with this input: what `..` stands for; without it, what stands before the
 * last three axes of a map, otherwise before the last axis.
 */
export function leadingAxes(port: PortType, rank: number): number {
  if (port.leading) return Math.max(rank - port.dims.length, 1);
  return Math.max(rank >= 4 ? rank - 3 : rank - 1, 1);
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
