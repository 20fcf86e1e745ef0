// Arguments bound to the names of parameters, by position or by label.
import type { Argument, Expression, Name, Span } from "../../../grammar/index.ts";
import type { Context } from "../state/context.ts";
import { otherParameter, suggestParameter } from "../text/argument-names.ts";
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
  /** Parameters without a default. */
  readonly required?: readonly string[];
  /** What to say of a value that the parameter does not take. */
  readonly refusedValue?: (parameter: string, value: Value) => readonly string[];
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
  const isInside = c.awaitedCall === span;
  const positional = args
    .filter((arg) => !arg.label)
    .map((arg) => ({ arg, value: positionalValue(arg.value, call, scope, c) }));
  const given = new Map<string, Given>();
  if (!call.takesTensors && tensorsGiven(call, positional, isInside, c)) return undefined;
  let sound = rest !== undefined || bindPositions(call, positional, given, c);
  if (rest !== undefined && positional.length > 0)
    given.set(rest, { value: gathered(positional.map(({ value }) => value)), span });
  const foreign: Labelled[] = [];
  for (const { label, value: e, span: place } of args) {
    if (!label) continue;
    const labelled = { label, value: evaluate(e, scope, c), span: place };
    if (!names.includes(label.text)) foreign.push(labelled);
    else if (!bindLabel(call, labelled, given, c)) sound = false;
  }
  reportForeign(call, foreign, given, c);
  if (sound && foreign.length === 0) return given;
  for (const name of names) if (!given.has(name) && !bound.has(name)) given.set(name, { value: unknown, span });
  return given;
}

interface Labelled {
  readonly label: Name;
  readonly value: Value;
  readonly span: Span;
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

/** Without parentheses around the whole. */
const inside = (e: Expression): Expression => (e.kind === "group" ? inside(e.inner) : e);

/** What a call inside the parentheses of a block says of tensors is left to the block: one mistake, one message. */
function positionalValue(written: Expression, call: Call, scope: Scope, c: Context): Value {
  const e = inside(written);
  const outer = c.awaitedCall;
  c.awaitedCall = call.takesTensors ? undefined : e.span;
  const value = evaluate(e, scope, c);
  c.awaitedCall = outer;
  return value;
}

/** `relu(y)`, `concat(x, y)`, `conv(x, 8)`: tensors flow in from the left, also through `max_pool(relu(y))`. */
function tensorsGiven(call: Call, positional: readonly Positional[], isInside: boolean, c: Context): boolean {
  const { callee, args, required = [], span } = call;
  const tensors = positional.filter(({ value }) => isTensor(value)).map(({ arg }) => arg);
  const [first, second] = tensors;
  if (first === undefined) return false;
  const written = tensors.map((arg) => sourceText(arg.value));
  const sources = tensors.map((arg) => c.meantFlows.get(inside(arg.value).span) ?? sourceText(arg.value));
  const left = second === undefined ? sources.join("") : `(${sources.join(", ")})`;
  const kept = args.filter((arg) => !tensors.includes(arg)).map((arg) => shortText(arg.span));
  const parentheses = kept.length > 0 ? `(${kept.join(", ")})` : required.length > 0 ? "(…)" : "";
  const what = second === undefined ? "is a tensor" : "are tensors";
  const flow = `${left} -> ${callee}${parentheses}`;
  if (isInside) c.meantFlows.set(span, flow);
  else c.report("DM3103/flow", first.span, { callee, given: `${written.join(" and ")} ${what}`, flow });
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
  const most = bound.size > 0 ? open.length : names.length;
  const count = `${most}${bound.size > 0 ? " more" : ""} parameter${most === 1 ? "" : "s"}`;
  c.report("DM3102/many", span, { callee, count, names: names.join(", "), given: positional.length });
  return false;
}

/** False after a report: the parameter is there, but it has its value already. */
function bindLabel({ callee }: Call, { label, value, span }: Labelled, given: Map<string, Given>, c: Context): boolean {
  const name = label.text;
  const first = given.get(name);
  if (first) {
    const labels = [{ span: first.span, text: "first here" }];
    c.report("DM3102/twice", label.span, { callee, name }, { labels });
    return false;
  }
  given.set(name, { value, span });
  return true;
}

/** Parameters that there are not, mostly the words of another library: all of one call in one message. */
function reportForeign(
  { callee, names, bound, required = [], refusedValue }: Call,
  foreign: readonly Labelled[],
  given: ReadonlyMap<string, Given>,
  c: Context,
): void {
  const [first, ...others] = foreign;
  if (!first) return;
  const help = foreign.flatMap(({ label: { text }, value }) => {
    const said = suggestParameter(text, names);
    const meant = otherParameter(text, names);
    const values = meant === undefined ? [] : (refusedValue?.(meant, value) ?? []);
    return [...(others.length === 0 ? said : said.map((line) => `${text}: ${line}`)), ...values];
  });
  const meant = foreign.map(({ label }) => otherParameter(label.text, names) ?? label.text);
  const missing = required.filter((name) => !given.has(name) && !bound.has(name) && !meant.includes(name));
  if (missing.length > 0) help.push(`${callee} needs a value for ${missing.join(" and ")} as well`);
  const { span, text } = first.label;
  const all = foreign.map(({ label }) => label.text);
  if (others.length === 0) c.report("DM3102", span, { callee, name: text }, { help });
  else
    c.report("DM3102/several", span, { callee, names: `${all.slice(0, -1).join(", ")} and ${all.at(-1)}` }, { help });
}

/** All positional arguments as one list; a single list stands for its elements. */
function gathered(items: readonly Value[]): Value {
  return items.length === 1 && items[0]?.kind === "list" ? items[0] : { kind: "list", items };
}
