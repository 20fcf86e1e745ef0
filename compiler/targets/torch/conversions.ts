// Between axis orders, in PyTorch's words. Views all of them: nothing is copied before somebody reads.

import type { Value } from "../../ir/graph.ts";
import { item, literal, method, none, type Subscript, tuple, whole } from "../../ops/kit/python.ts";
import type { TorchExpression } from "../../ops/kit/torch.ts";
import type { Dim } from "../../sizes/dim/dim.ts";
import { type Form, hasChannels, movesNothing, normalForm } from "../channels-first.ts";

/** With one leading axis there is nothing to fold. */
export function ownForm(form: Form, value: Value): Form {
  const normal = normalForm(form, value);
  return normal === "unfolded" && value.type.dims.length === 4 ? "first" : normal;
}

/** The form that callers of the model see. */
export const formOfPort = (value: Value, layout: "nchw" | "nhwc"): Form =>
  layout === "nchw" && hasChannels(value.type.dims) ? ownForm("unfolded", value) : "logical";

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** `x` in another form; `size` writes the leading axes that are given back. */
export function converted(
  x: TorchExpression,
  [from, to]: readonly [Form, Form],
  dims: readonly Dim[],
  size: (dim: Dim) => TorchExpression,
): TorchExpression {
  const leading = dims.slice(0, -3);
  const isFolded = from !== "first" && to === "first" && leading.length > 1;
  const folded = isFolded ? method(x, "flatten", [literal(0), literal(leading.length - 1)]) : x;
  const axes = isFolded || from === "first" ? 1 : leading.length;
  const made = moved(folded, [from, to], dims, axes);
  if (from !== "first" || to === "first" || leading.length <= 1) return made;
  return method(made, "unflatten", [literal(0), tuple(leading.map(size))]);
}

/** The channels to the front or to the end, behind `lead` axes. */
function moved(
  x: TorchExpression,
  [from, to]: readonly [Form, Form],
  dims: readonly Dim[],
  lead: number,
): TorchExpression {
  if ((from === "logical") === (to === "logical")) return x;
  const toFirst = from === "logical";
  if (dims.at(-1) === 1) {
    const [gone, made] = toFirst ? [-1, lead] : [lead, -1];
    return method(method(x, "squeeze", [literal(gone)]), "unsqueeze", [literal(made)]);
  }
  if (movesNothing(dims)) {
    const kept = new Array<Subscript>(lead).fill(whole);
    return item(
      method(x, "flatten", [literal(lead)]),
      ...kept,
      ...(toFirst ? [whole, none, none] : [none, none, whole]),
    );
  }
  const order = toFirst ? [lead + 2, lead, lead + 1] : [lead + 1, lead + 2, lead];
  return method(x, "permute", [...range(lead), ...order].map(literal));
}
