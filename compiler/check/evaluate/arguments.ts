// Arguments bound to the names of parameters, by position or by label.
import type { Argument, Span } from "../../../grammar/index.ts";
import type { Context } from "../state/context.ts";
import { suggestParameter } from "../text/argument-names.ts";
import { shortText, sourceText } from "../text/source-text.ts";
import { type Given, type Scope, unknown, type Value } from "../values/value.ts";
import { evaluate } from "./expressions.ts";

/** A call as it is written, and what it may be given. */
export interface Call {
  readonly callee: string;
  readonly names: readonly string[];
  readonly args: readonly Argument[];
  /** Given already by an earlier call. */
  readonly bound: ReadonlyMap<string, unknown>;
  readonly span: Span;
  /** The parameter that takes all positional arguments. */
  readonly rest?: string;
  /** Something must be given: a parameter has no default. */
  readonly isNeedy?: boolean;
  /** A function of values: what flows into blocks stands in front of an arrow, but functions may take it. */
  readonly takesTensors?: boolean;
}

/**
 * Matches arguments to parameter names. Positional arguments fill the parameters that are still open, in order.
 * After a mistake every other parameter is unknown, so that one mistake is one message; undefined where tensors
 * were given, so that what is meant is no block.
 */
export function bindArguments(call: Call, scope: Scope, c: Context): Map<string, Given> | undefined {
  const { names, args, bound, span, rest } = call;
  const positional = args.filter((arg) => !arg.label).map((arg) => ({ arg, value: evaluate(arg.value, scope, c) }));
  const given = new Map<string, Given>();
  if (!call.takesTensors && reportTensors(call, positional, c)) return undefined;
  let sound = rest !== undefined || bindPositions(call, positional, given, c);
  if (rest !== undefined && positional.length > 0)
    given.set(rest, { value: gathered(positional.map(({ value }) => value)), span });
  for (const arg of args)
    if (arg.label && !bindLabel(call, arg, given, evaluate(arg.value, scope, c), c)) sound = false;
  if (sound) return given;
  for (const name of names) if (!given.has(name) && !bound.has(name)) given.set(name, { value: unknown, span });
  return given;
}

interface Positional {
  readonly arg: Argument;
  readonly value: Value;
}

/** A tensor, or a list of them: `concat([x, y])`. */
function isTensor(value: Value): boolean {
  if (value.kind === "unknown") return value.hint === "tensor";
  return value.kind === "list" || value.kind === "tuple" ? value.items.some(isTensor) : value.kind === "tensor";
}

/** `relu(y)`, `concat(x, y)`, `conv(x, 8)`: tensors flow in from the left. */
function reportTensors({ callee, args, isNeedy }: Call, positional: readonly Positional[], c: Context): boolean {
  const tensors = positional.filter(({ value }) => isTensor(value)).map(({ arg }) => arg);
  const [first, second] = tensors;
  if (first === undefined) return false;
  const written = tensors.map((arg) => sourceText(arg.value));
  const left = second === undefined ? written.join("") : `(${written.join(", ")})`;
  const kept = args.filter((arg) => !tensors.includes(arg)).map((arg) => shortText(arg.span));
  const parentheses = kept.length > 0 ? `(${kept.join(", ")})` : isNeedy ? "(…)" : "";
  const what = second === undefined ? "is a tensor" : "are tensors";
  const slots = { callee, given: `${written.join(" and ")} ${what}`, flow: `${left} -> ${callee}${parentheses}` };
  c.report("DM3103/flow", first.span, slots);
  return true;
}

function bindPositions(call: Call, positional: readonly Positional[], given: Map<string, Given>, c: Context): boolean {
  const { callee, names, bound, span } = call;
  const open = names.filter((name) => !bound.has(name));
  for (const [i, name] of open.entries()) {
    const position = positional[i];
    if (position) given.set(name, { value: position.value, span: position.arg.span });
  }
  if (positional.length <= open.length) return true;
  if (names.length === 0) {
    c.report("DM3102/none", span, { callee, given: positional.map(({ arg }) => sourceText(arg.value)).join(", ") });
    return false;
  }
  const count = bound.size > 0 ? `${open.length} more` : String(names.length);
  c.report("DM3102/many", span, { callee, count, names: names.join(", "), given: positional.length });
  return false;
}

function bindLabel(
  { callee, names }: Call,
  { label, span }: Argument,
  given: Map<string, Given>,
  value: Value,
  c: Context,
): boolean {
  if (!label) return true;
  const name = label.text;
  const first = given.get(name);
  if (!names.includes(name)) c.report("DM3102", label.span, { callee, name }, { help: suggestParameter(name, names) });
  else if (first) {
    const labels = [{ span: first.span, text: "first here" }];
    c.report("DM3102/twice", label.span, { callee, name }, { labels });
  } else {
    given.set(name, { value, span });
    return true;
  }
  return false;
}

/** All positional arguments as one list; a single list stands for its elements. */
function gathered(items: readonly Value[]): Value {
  return items.length === 1 && items[0]?.kind === "list" ? items[0] : { kind: "list", items };
}
