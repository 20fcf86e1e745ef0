// What `--with` is told before a value is computed: there is no such parameter, or a word in it means nothing. On a
// command line words come without quotes and in other languages' spelling, so the help says what the parameter takes.
import { type Argument, nearest, type Param, textOf } from "../grammar/index.ts";
import type { Context } from "./check/state/context.ts";
import { suggestParameter } from "./check/text/argument-names.ts";
import type { Module } from "./check/text/program.ts";
import { enumMembers, resolvableNames } from "./check/text/reach.ts";
import type { DeclaredBlock } from "./check/values/value.ts";

export function isUnderstood({ label, value }: Argument, model: DeclaredBlock, entry: Module, c: Context): boolean {
  const { params } = model.declaration.signature;
  const callee = model.declaration.name.text;
  const param = params.find((each) => each.name.text === label?.text);
  if (label && !param) {
    const known = params.map((each) => each.name.text);
    c.report("DM3102", label.span, { callee, name: label.text }, { help: suggestParameter(label.text, known) });
    return false;
  }
  if (!param?.type || value.kind !== "name") return true;
  const names = resolvableNames(entry);
  if (names.includes(value.text)) return true;
  const expected = textOf(param.type.span);
  const actual = `${value.text}, which is no name here`;
  const help = [wanted(param, expected, value.text, model.module, names), usualOf(param)].filter((line) => line !== "");
  c.report("DM3101", value.span, { param: param.name.text, callee, expected, actual }, { help });
  return false;
}

const truths: Readonly<Record<string, boolean>> = {
  yes: true,
  on: true,
  True: true,
  no: false,
  off: false,
  False: false,
};

/** What to write instead of a word, by the type of the parameter; "" where nobody can tell. */
function wanted({ name }: Param, type: string, word: string, module: Module, names: readonly string[]): string {
  const write = (value: string): string => `--with '${name.text}=${value}'`;
  const members = enumMembers(module, type);
  if (members) return `${type} is ${members.join(", ")}`;
  if (type.endsWith("[]")) return `a list stands in brackets: ${write(type === "str[]" ? `["${word}"]` : "[1, 2]")}`;
  const known: Readonly<Record<string, string>> = {
    int: `write a whole number: ${write("64")}`,
    float: `write a number: ${write("0.5")}`,
    bool: `write ${write(String(truths[word] ?? true))}`,
    str: `text stands in quotes: ${write(`"${word}"`)}`,
  };
  const guess = nearest(word, names);
  return known[type] ?? (guess === undefined ? "" : `did you mean ${guess}?`);
}

const usualOf = ({ default: usual }: Param): string =>
  usual === undefined ? "" : `where nobody says, it is ${textOf(usual.span)}`;
