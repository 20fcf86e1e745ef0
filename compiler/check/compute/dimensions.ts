// The sizes that `at` fixes.

import { nearest } from "../../../grammar/index.ts";
import type { Context } from "../state/context.ts";
import { inputDimensions } from "../text/signature.ts";
import type { DeclaredBlock } from "../values/value.ts";

/** Every name that `at` fixes must be a dimension of the inputs, and a size of at least 1. `more`: what else is one. */
export function checkDimensions(
  model: DeclaredBlock,
  at: DeclaredBlock["at"],
  c: Context,
  more: ReadonlySet<string> = new Set(),
): boolean {
  const dimensions = [...inputDimensions(model.declaration), ...more];
  for (const [name, { dim, span }] of at) {
    if (!dimensions.includes(name)) {
      const guess = nearest(name, dimensions);
      const listed = dimensions.length === 0 ? [] : [`its dimensions are ${dimensions.join(", ")}`];
      const help = guess === undefined ? listed : [`did you mean ${guess}?`, ...listed];
      c.report("DM2007", span, { model: model.name, name }, { help });
      return false;
    }
    if (typeof dim === "number" && dim < 1) {
      c.report("DM3114", span, {
        callee: model.name,
        param: name,
        expected: "a whole number of at least 1",
        actual: dim,
      });
      return false;
    }
  }
  return true;
}
