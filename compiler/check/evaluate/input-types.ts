// The type of a tensor that comes from outside, in the sizes that are in scope.
import { type Span, type TypeAtom, textOf } from "../../../grammar/index.ts";
import type { TensorType } from "../../ir/graph.ts";
import { type Dim, variable } from "../../sizes/dim/dim.ts";
import { type PortType, portType } from "../compute/port-types.ts";
import type { Context } from "../state/context.ts";
import { show } from "../values/show.ts";
import type { Scope } from "../values/value.ts";
import { evaluate } from "./expressions.ts";
import { wholeSize } from "./result-types.ts";

/** Undefined after a report, and where a size is not known for a reason that was reported. */
export function inputType(
  atom: TypeAtom,
  scope: Scope,
  c: Context,
): { readonly type: TensorType; readonly port: PortType } | undefined {
  const port = portType(atom, scope.module, c);
  if (!port) return undefined;
  const dims: Dim[] = port.leading ? [leadingDim(scope)] : [];
  for (const dim of port.dims) {
    const value = wholeSize(evaluate(dim, scope, c));
    if (value.kind === "unknown") return undefined;
    if (value.kind === "int") dims.push(value.dim);
    else
      c.report("DM3101/value", dim.span, {
        what: `the size ${textOf(dim.span)}`,
        expected: "a whole number",
        actual: show(value),
      });
  }
  const type: TensorType = { dtype: (port.atom.dtype?.text ?? "f32") as TensorType["dtype"], dims };
  return positive(type, atom.span, c) ? { type, port } : undefined;
}

export function leadingDim(scope: Scope): Dim {
  const bound = scope.names.get("N");
  return bound?.kind === "int" ? bound.dim : variable("N");
}

/** The type as it is written, with a name for a size that cannot be. */
function withName(dim: number, span: Span): string {
  const text = textOf(span);
  const name = ["N", "S", "L", "K"].find((each) => !new RegExp(`\\b${each}\\b`).test(text)) ?? "D";
  return text.replace(new RegExp(`(?<![\\w.-])${dim}\\b`), name);
}

/** Every axis of an input has at least one element and at most 2^31 - 1. */
function positive(type: TensorType, span: Span, c: Context): boolean {
  for (const dim of type.dims) {
    if (typeof dim === "number" && dim > 2 ** 31 - 1) {
      c.report("DM3210", span, { name: "this input", count: dim, what: "elements on one axis", limit: "2^31 - 1" });
      return false;
    }
    if (c.sizes.require(dim, ">=", 1, c.asker("the size of an input", span))) continue;
    const help = typeof dim === "number" ? [`a size that is free has a name: \`${withName(dim, span)}\``] : [];
    c.report("DM4205/input", span, { size: c.sizes.show(dim) }, { help });
    return false;
  }
  return true;
}
