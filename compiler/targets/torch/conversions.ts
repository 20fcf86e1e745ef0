// Between axis orders, in PyTorch's words. Views all of them: nothing is copied before somebody reads.
import type { Dim } from "../../ir/dim.ts";
import type { Value } from "../../ir/graph.ts";
import { type Form, hasChannels, movesNothing, normalForm } from "./forms.ts";

/** With one leading axis there is nothing to fold. */
export function ownForm(form: Form, value: Value): Form {
  const normal = normalForm(form, value);
  return normal === "unfolded" && value.type.dims.length === 4 ? "first" : normal;
}

/** The form that callers of the model see. */
export const formOfPort = (value: Value, layout: "nchw" | "nhwc"): Form =>
  layout === "nchw" && hasChannels(value.type.dims) ? ownForm("unfolded", value) : "logical";

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** `⟨x0⟩` in another form; `size` writes the leading axes that are given back. */
export function conversionText(from: Form, to: Form, dims: readonly Dim[], size: (dim: Dim) => string): string {
  const leading = dims.slice(0, -3);
  const fold = from !== "first" && to === "first" && leading.length > 1 ? `.flatten(0, ${leading.length - 1})` : "";
  const unfold =
    from === "first" && to !== "first" && leading.length > 1 ? `.unflatten(0, (${leading.map(size).join(", ")}))` : "";
  const axes = fold !== "" || from === "first" ? 1 : leading.length;
  return `⟨x0⟩${fold}${moved(from, to, dims, axes)}${unfold}`;
}

/** The channels to the front or to the end, behind `lead` axes. */
function moved(from: Form, to: Form, dims: readonly Dim[], lead: number): string {
  if ((from === "logical") === (to === "logical")) return "";
  const toFirst = from === "logical";
  const single = dims.at(-1) === 1;
  if (single) return toFirst ? `.squeeze(-1).unsqueeze(${lead})` : `.squeeze(${lead}).unsqueeze(-1)`;
  if (movesNothing(dims))
    return `.flatten(${lead})[${":, ".repeat(lead)}${toFirst ? ":, None, None" : "None, None, :"}]`;
  const order = toFirst ? [lead + 2, lead, lead + 1] : [lead + 1, lead + 2, lead];
  return `.permute(${[...range(lead), ...order].join(", ")})`;
}
