// A skip link may only meet a join, so that `without` can remove it.

import type { Span } from "../../../grammar/index.ts";
import type { Context } from "../state/context.ts";
import type { Tensor } from "../values/value.ts";

/** Reports a skip that meets something else than a join; true where the tensor may be read. */
export function readable(tensor: Tensor, span: Span, c: Context): boolean {
  if (tensor.skip === undefined) return true;
  c.report("DM5303", span, { name: tensor.skip });
  return false;
}
