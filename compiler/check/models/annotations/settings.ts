// Annotations that a machine reads: named settings, checked like the arguments of an operator and kept as JSON.
import type { Annotation, Argument, Expression, Span } from "../../../../grammar/index.ts";
import { bindArguments } from "../../evaluate/arguments.ts";
import type { Context } from "../../state/context.ts";
import { holdsUnknown } from "../../values/data.ts";
import { show } from "../../values/show.ts";
import { type Given, numberOf, type Scope, type Value } from "../../values/value.ts";

/** One setting: how its value is read (undefined where it is another one), and what to say then. */
export interface Setting {
  read(value: Value): Json | undefined;
  readonly expected: string;
  /** Names that stand for themselves. */
  readonly words?: readonly string[];
  /** What each choice means, or how a value is written. */
  readonly help?: string;
  /** Absent where it must be given. */
  readonly default?: Json;
}

type Json = string | number | readonly Json[];
export type Settings = Readonly<Record<string, Json>>;
export type Schema = Readonly<Record<string, Setting>>;

export const choice = (choices: readonly string[], more: Pick<Setting, "help" | "default"> = {}): Setting => ({
  read: (value) => (value.kind === "str" && choices.includes(value.value) ? value.value : undefined),
  expected: choices.join(" or "),
  words: choices,
  ...more,
});

export const positive = (value: Value): number | undefined => {
  const number = numberOf(value);
  return number !== undefined && number > 0 && Number.isFinite(Math.fround(number)) ? number : undefined;
};

/** The arguments with words as strings, and `fit(512)`, a call of nothing that can be called, as ("fit", 512). */
const worded = (args: readonly Argument[], schema: Schema, scope: Scope): readonly Argument[] =>
  args.map((argument) => {
    const { words } = schema[argument.label?.text ?? ""] ?? {};
    return words ? { ...argument, value: asWord(argument.value, words, scope) } : argument;
  });

function asWord(value: Expression, words: readonly string[], scope: Scope): Expression {
  if (value.kind === "call" && value.callee.kind === "name") {
    const [first, ...rest] = [value.callee, ...value.args.map((arg) => arg.value)];
    return { kind: "tuple", items: [asWord(first, words, scope), ...rest], span: value.span };
  }
  if (value.kind !== "name") return value;
  const isKnown = scope.names.has(value.text) || scope.module.declarations.has(value.text);
  return isKnown && !words.includes(value.text) ? value : { kind: "string", value: value.text, span: value.span };
}

/** A call that was made a tuple, as it was written. */
function shown(value: Value): string {
  const [first, ...rest] = value.kind === "tuple" ? value.items : [];
  return first?.kind === "str" ? `${first.value}(${rest.map(show).join(", ")})` : show(value);
}

/** All settings with their defaults; undefined where one is wrong, which has been reported then. */
export function readSettings(annotation: Annotation, schema: Schema, scope: Scope, c: Context): Settings | undefined {
  const { span } = annotation;
  const callee = `@${annotation.name.text}`;
  const names = Object.keys(schema);
  const args = worded(annotation.args, schema, scope);
  const given = bindArguments({ callee, names, args, bound: new Map(), span }, scope, c);
  if (!given) return undefined;
  const settings = names.map((key) => [key, readSetting(callee, key, schema[key] as Setting, given, span, c)] as const);
  return settings.every((entry): entry is readonly [string, Json] => entry[1] !== undefined)
    ? Object.fromEntries(settings)
    : undefined;
}

function readSetting(
  callee: string,
  param: string,
  setting: Setting,
  given: ReadonlyMap<string, Given>,
  span: Span,
  c: Context,
): Json | undefined {
  const found = given.get(param);
  const help = setting.help === undefined ? [] : [setting.help];
  if (!found) {
    if (setting.default === undefined) c.report("DM3111", span, { callee, param }, { help });
    return setting.default;
  }
  if (holdsUnknown(found.value)) return undefined;
  const read = setting.read(found.value);
  if (read !== undefined) return read;
  const slots = { callee, param, expected: setting.expected, actual: shown(found.value) };
  c.report("DM3114", found.span, slots, { help });
  return undefined;
}
