// The names that expressions and types read, and those that they define: stages with `as`, variables of loops.
import { type Expression, type Name, nearest, type Type, type TypeAtom } from "../../../../grammar/index.ts";
import { dtypes } from "../../../ir/graph.ts";
import { declarationNamed } from "../reach.ts";
import { subexpressions } from "../subexpressions.ts";
import { checkArms } from "./arms.ts";
import { find, type Names, within } from "./body-names.ts";
import { readerOf } from "./choices.ts";
import type { Findings } from "./findings.ts";
import { foreignModule } from "./foreign.ts";
import { define, helpFor, isGlobal, read, readSize } from "./names.ts";
import { operatorHelp } from "./suggestions.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;
type Read = typeof read;

export function checkExpression(e: Expression, names: Names, findings: Findings, readName: Read = read): void {
  const inside = (part: Expression) => checkExpression(part, names, findings, readName);
  switch (e.kind) {
    case "name":
      return readName(e.text, e.span, names, findings);
    case "chain":
    case "each":
      return checkLoop([e.variable], e, names, findings);
    case "grow":
      inside(e.start);
      return checkLoop([e.accumulator, e.variable], e, names, findings);
    case "flow":
      return checkFlow(e, names, findings);
    case "match":
      checkArms(e, findings);
      break;
    case "compare":
      checkCompared(e, names, findings);
      break;
    case "record":
    case "with":
      for (const { label, value } of e.fields) if (!value) readName(label.text, label.span, names, findings);
      break;
    case "call":
      inside(e.callee);
      for (const arg of e.args)
        checkExpression(
          arg.value,
          names,
          findings,
          readName === read && arg.value.kind === "name" ? readerOf(arg, e, findings) : readName,
        );
      return;
    case "member":
      if (checkForeign(e, names, findings)) return;
  }
  for (const part of subexpressions(e)) inside(part);
}

/** `kind == "wdie"`: what an enum has no member for is never equal to it. */
function checkCompared(e: Of<"compare">, names: Names, findings: Findings): void {
  for (const [subject, other] of [
    [e.left, e.right],
    [e.right, e.left],
  ] as const) {
    const members = subject.kind === "name" ? findings.enums.get(subject.text) : undefined;
    if (!members || (e.operator !== "==" && e.operator !== "!=")) continue;
    const isWord = other.kind === "string" || (other.kind === "name" && isMember(other.text, names, findings));
    const word = other.kind === "string" ? other.value : other.kind === "name" ? other.text : "";
    if (!isWord || members.includes(word)) continue;
    const guess = nearest(word, members);
    const slots = { what: "what an enum is compared with", expected: `one of ${members.join(", ")}`, actual: word };
    findings.report("DM3101/value", other.span, slots, { help: guess === undefined ? [] : [`did you mean ${guess}?`] });
  }
}

/** A member of some enum, and nothing that the body or the file names. */
function isMember(name: string, names: Names, { module }: Findings): boolean {
  return !find(names, name) && !module.declarations.has(name) && !module.imports.has(name) && module.members.has(name);
}

/** `nn.Conv2d`, `F.relu`: a module of another library is told once, with the word here. */
function checkForeign(e: Of<"member">, names: Names, findings: Findings): boolean {
  const name = foreignModule(e);
  if (name === undefined || find(names, name.split(".")[0] ?? "") || isGlobal(name.split(".")[0] ?? "", findings))
    return false;
  const word = name.startsWith("self.") ? "self" : e.label.text;
  findings.report("DM2001", e.span, { name }, { help: operatorHelp(word) });
  return true;
}

function checkFlow(e: Of<"flow">, names: Names, findings: Findings): void {
  checkExpression(e.head, names, findings);
  for (const { block, repeat, alias, aliasType } of e.stages) {
    checkExpression(block, names, findings);
    if (repeat) checkExpression(repeat, names, findings);
    if (alias) define(alias, names, findings);
    if (aliasType) checkTypeAtom(aliasType, names, findings);
  }
}

function checkLoop(variables: readonly Name[], e: Of<"chain" | "each" | "grow">, names: Names, findings: Findings) {
  checkExpression(e.range.from, names, findings);
  if (e.range.to) checkExpression(e.range.to, names, findings);
  const inner = within(names);
  for (const variable of variables) define(variable, inner, findings);
  checkExpression(e.body, inner, findings);
}

// ---- types

export function checkType(type: Type, findings: Findings): void {
  if (type.kind !== "arrow") checkTypeAtom(type, undefined, findings);
}

/** Without `names` the sizes of the type are not looked at. */
export function checkTypeAtom(type: TypeAtom, names: Names | undefined, findings: Findings): void {
  switch (type.kind) {
    case "named":
      return checkTypeName(type.name, findings);
    case "fields":
      for (const field of type.fields) checkTypeAtom(field.type, names, findings);
      return;
    case "tensor":
      if (type.dtype) checkTypeName(type.dtype, findings);
      if (names) for (const dim of type.dims) checkDimension(dim, names, findings);
      return;
  }
}

function checkTypeName({ text, span }: Name, findings: Findings): void {
  const { module } = findings;
  const builtin = ["int", "float", "bool", "str", "Block", ...dtypes];
  if (builtin.includes(text) || module.missing.has(text)) return;
  const kind = declarationNamed(module, text)?.declaration.kind;
  if (kind === "type" || kind === "enum") return;
  const guess = otherTypes.get(text.toLowerCase()) ?? nearest(text, [...builtin, ...module.declarations.keys()]);
  const help = guess === undefined ? [] : [`did you mean ${guess}?`];
  findings.report("DM2001", span, { name: text }, { help });
}

/** What other languages call our types. */
const otherTypes: ReadonlyMap<string, string> = new Map([
  ["integer", "int"],
  ["number", "float"],
  ["double", "float"],
  ["real", "float"],
  ["boolean", "bool"],
  ["string", "str"],
  ["text", "str"],
  ["float32", "f32"],
  ["fp32", "f32"],
  ["single", "f32"],
  ["int32", "i32"],
  ["module", "Block"],
  ["layer", "Block"],
]);

function checkDimension(dim: Expression, names: Names, findings: Findings): void {
  if (dim.kind !== "name" || find(names, dim.text) || isGlobal(dim.text, findings))
    return checkExpression(dim, names, findings, readSize);
  const capital = dim.text.toUpperCase();
  const help = /^[a-z]$/.test(dim.text)
    ? [`dimension variables start with a capital, ${capital}`]
    : helpFor(dim.text, dim.span, names, findings);
  findings.report("DM2010", dim.span, { name: dim.text }, { help });
}
