// What a parameter is where nobody gives it.

import type { Param } from "../../../grammar/index.ts";
import { declared } from "../compute/declared-types.ts";
import type { Context } from "../state/context.ts";
import { type Scope, unknown, type Value } from "../values/value.ts";
import { evaluate } from "./expressions.ts";

/** The default as its declared type sees it; `scope` holds earlier parameters and the sizes of the input. */
export function defaultOf(param: Param, callee: string, scope: Scope, c: Context): Value {
  if (!param.default) return unknown;
  const value = evaluate(param.default, scope, c);
  return declared(value, param, callee, scope.module, param.default.span, c) ?? unknown;
}
