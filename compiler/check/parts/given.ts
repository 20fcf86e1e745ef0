// What stands behind `on`, with the types that the text gives to it.
import { type Name, type TypeAtom, textOf } from "../../../grammar/index.ts";
import type { Given } from "../../ir/cut.ts";
import type { TensorType } from "../../ir/graph.ts";
import { sameType } from "../../ir/verify.ts";
import { type Dim, variable } from "../../sizes/dim/dim.ts";
import { type PortType, portType } from "../compute/port-types.ts";
import { inputType } from "../evaluate/input-types.ts";
import type { Context } from "../state/context.ts";
import type { Built } from "../state/session.ts";
import { namesRead } from "../text/mentions.ts";
import { inputDimensions, isDimension } from "../text/signature.ts";
import { uniqueNames } from "../values/named-tensors.ts";
import { rootPaths } from "../values/paths.ts";
import { type DeclaredBlock, int, type Scope } from "../values/value.ts";
import { type Seam, tensorsAt } from "./seam.ts";

export interface CutModel {
  readonly model: DeclaredBlock;
  readonly built: Built;
  readonly seam: Seam;
  /** Sizes of the part's own that are fixed. */
  readonly at: ReadonlyMap<string, Dim>;
}

/** A place, and what stands there. */
export interface GivenAt extends Given {
  readonly place: Name;
}

/** The inputs of the part; what was reported is left out. */
export function givenOf(cut: CutModel, c: Context): readonly GivenAt[] {
  const { built, seam, model } = cut;
  const { inputs } = seam;
  if (!inputs) return built.graph.inputs.map((input) => ({ ...input, place: seam.name }));
  const scope: Scope = { module: model.module, parent: undefined, names: new Map(built.names), paths: rootPaths() };
  const own = ownSizes(seam, model, c);
  for (const name of own) if (!scope.names.has(name)) scope.names.set(name, int(cut.at.get(name) ?? variable(name)));
  return uniqueNames(
    inputs.flatMap(({ place, type: atom }): readonly GivenAt[] => {
      const tensors = tensorsAt(place, seam.name.text, built, c) ?? [];
      const [only, second] = tensors;
      if (!atom || !only) return tensors.map((tensor) => ({ ...tensor, place }));
      if (second) {
        c.report("DM5503", place.span, {
          part: seam.name.text,
          place: place.text,
          actual: `${tensors.length} tensors`,
        });
        return [];
      }
      const declared = inputType(atom, scope, c);
      if (!declared || !fits({ place, atom, own }, declared, only.value.type, seam, c)) return [];
      return [{ ...only, place, ...(!sameType(declared.type, only.value.type) && { type: declared.type }) }];
    }),
  );
}

/** Sizes that the types of its inputs name, and no input of the model in this phase: they are the part's own. */
export function ownSizes(
  { inputs = [] }: Seam,
  { declaration, module }: DeclaredBlock,
  c: Context,
): ReadonlySet<string> {
  const known = new Set(inputDimensions(declaration, c.phase));
  const dims = inputs.flatMap(({ type }) => (type ? (portType(type, module, c)?.dims ?? []) : []));
  return new Set(dims.filter(isDimension).flatMap(({ text }) => (known.has(text) ? [] : [text])));
}

interface Stated {
  readonly place: Name;
  readonly atom: TypeAtom;
  readonly own: ReadonlySet<string>;
}

/** Whether the type says the same as the value's, but for axes with a size of the part's own. */
function fits(
  { place, atom, own }: Stated,
  { type, port }: { readonly type: TensorType; readonly port: PortType },
  actual: TensorType,
  seam: Seam,
  c: Context,
): boolean {
  const lead = type.dims.length - port.dims.length;
  const isFree = (axis: number): boolean => {
    const dim = port.dims[axis - lead];
    return dim !== undefined && [...namesRead(dim, c.session.text)].some((name) => own.has(name));
  };
  const isSame = (dim: Dim, axis: number): boolean =>
    c.sizes.solve(dim, "==", actual.dims[axis] ?? 0).kind === "always";
  if (
    type.dtype === actual.dtype &&
    type.dims.length === actual.dims.length &&
    type.dims.every((dim, axis) => isFree(axis) || isSame(dim, axis))
  )
    return true;
  const slots = { part: seam.name.text, place: place.text, declared: textOf(atom.span) };
  c.report("DM5504", atom.span, {
    ...slots,
    actual: `${actual.dtype}[${actual.dims.map((dim) => c.sizes.show(dim)).join(", ")}]`,
  });
  return false;
}
