// Arguments bound to the names of parameters, by position or by label.
import type { Argument, Span } from "../../../grammar/index.ts";
import type { Context } from "../state/context.ts";
import { suggestParameter } from "../text/argument-names.ts";
import type { Given, Scope, Value } from "../values/value.ts";
import { evaluate } from "./expressions.ts";

/**
 * Matches arguments to parameter names; `bound` are given already by an earlier call. Positional
 * arguments fill the parameters that are still open, in order. `rest` takes all positional ones.
 */
export function bindArguments(
  callee: string,
  names: readonly string[],
  args: readonly Argument[],
  bound: ReadonlyMap<string, unknown>,
  span: Span,
  scope: Scope,
  c: Context,
  rest?: string,
): Map<string, Given> {
  const given = new Map<string, Given>();
  const positional = args.filter((arg) => !arg.label);
  if (rest === undefined) bindPositions(positional);
  else if (positional.length > 0) given.set(rest, { value: gathered(positional, scope, c), span });
  for (const arg of args) {
    if (!arg.label) continue;
    const value = evaluate(arg.value, scope, c);
    const name = arg.label.text;
    const first = given.get(name);
    if (!names.includes(name))
      c.report("DM3102", arg.label.span, { callee, name }, { help: suggestParameter(name, names) });
    else if (first)
      c.report(
        "DM3102/twice",
        arg.label.span,
        { callee, name },
        { labels: [{ span: first.span, text: "first here" }] },
      );
    else given.set(name, { value, span: arg.span });
  }
  return given;

  function bindPositions(positions: readonly Argument[]): void {
    const open = names.filter((name) => !bound.has(name));
    if (positions.length > open.length) {
      const count = bound.size > 0 ? `${open.length} more` : String(names.length);
      c.report("DM3102/many", span, { callee, count, names: names.join(", "), given: positions.length });
    }
    for (const [i, name] of open.entries()) {
      const arg = positions[i];
      if (arg) given.set(name, { value: evaluate(arg.value, scope, c), span: arg.span });
    }
  }
}

/** All positional arguments as one list; a single list stands for its elements. */
function gathered(args: readonly Argument[], scope: Scope, c: Context): Value {
  const items = args.map((arg) => evaluate(arg.value, scope, c));
  return items.length === 1 && items[0]?.kind === "list" ? items[0] : { kind: "list", items };
}
