// Words that a parameter chooses from, where it is given: `mode = linear`, `B(alfa)`.
import {
  type Argument,
  type Declaration,
  type Expression,
  nearest,
  type Param,
  type Span,
} from "../../../../grammar/index.ts";
import { declarationNamed } from "../reach.ts";
import { definition, isOperator } from "../vocabulary.ts";
import { membersOfParam } from "./arms.ts";
import { find } from "./body-names.ts";
import type { Findings } from "./findings.ts";
import { isGlobal, read } from "./names.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** How the name is read that is an argument of the call: where words are chosen from, an unknown one is told them. */
export function readerOf(arg: Argument, { callee, args }: Call, findings: Findings): typeof read {
  const place = arg.label?.text ?? args.filter(({ label }) => !label).indexOf(arg);
  const choices = callee.kind === "name" ? choicesOf(callee.text, place, findings) : undefined;
  if (!choices) return read;
  return (name, span, names) => {
    if (find(names, name) || isGlobal(name, findings)) read(name, span, names, findings);
    else unknownChoice(name, span, choices, findings);
  };
}

function unknownChoice(name: string, span: Span, choices: readonly string[], findings: Findings): void {
  const guess = nearest(name, choices);
  const help = guess === undefined ? `one of ${choices.join(", ")} stands here` : `did you mean ${guess}?`;
  findings.report("DM2001", span, { name }, { help: [help] });
}

/** The words of a parameter, by its name or its place. */
function choicesOf(callee: string, place: string | number, { module }: Findings): readonly string[] | undefined {
  const found = declarationNamed(module, callee);
  if (found) {
    const params = paramsOf(found.declaration);
    const param = typeof place === "number" ? params[place] : params.find(({ name }) => name.text === place);
    return param && membersOfParam(param, found.module);
  }
  if (!isOperator(callee)) return undefined;
  const { params } = definition(callee);
  const param = typeof place === "number" ? Object.values(params)[place] : params[place];
  return param?.kind === "choice" ? param.choices : undefined;
}

const paramsOf = (declaration: Declaration): readonly Param[] =>
  declaration.kind === "block" || declaration.kind === "model" ? declaration.signature.params : [];
