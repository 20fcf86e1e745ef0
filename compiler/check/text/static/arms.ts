// The arms of a `match` on a parameter whose type is an enum, or on the phase, told from the text alone: a
// member that no model uses yet is found before one does.
import { type Arm, type Expression, nearest, type Param } from "../../../../grammar/index.ts";
import type { Module } from "../program.ts";
import { enumMembers } from "../reach.ts";
import type { Findings } from "./findings.ts";

type Match = Extract<Expression, { kind: "match" }>;

/** Members of the enum that is the type of a parameter. */
export function membersOfParam({ type }: Param, module: Module): readonly string[] | undefined {
  return type?.kind === "named" ? enumMembers(module, type.name.text) : undefined;
}

export function checkArms(e: Match, findings: Findings): void {
  repeatedWords(e, findings);
  const members = e.subject.kind === "name" ? findings.enums.get(e.subject.text) : undefined;
  if (!members) return;
  const strangers = e.arms.map(({ pattern }) => pattern).filter((pattern) => isStranger(pattern, members));
  for (const pattern of strangers) {
    const text = wordOf(pattern) ?? "";
    const help = nearest(text, members) ?? undefined;
    const words = help === undefined ? `its members are ${members.join(", ")}` : `did you mean ${help}?`;
    findings.report("DM2001", pattern.span, { name: text }, { help: [words] });
  }
  const missing = strangers.length > 0 ? [] : uncovered(e, members);
  if (missing.length > 0) findings.report("DM3106", e.span, { value: missing.join(" and ") });
}

/** `"wide"` and `wide` are one word; the parser tells of what stands twice in one spelling. */
function repeatedWords({ arms }: Match, findings: Findings): void {
  const seen = new Map<string, Arm["pattern"]>();
  for (const { pattern } of arms) {
    const word = wordOf(pattern);
    const first = word === undefined ? undefined : seen.get(word);
    if (first && first.kind !== pattern.kind) {
      const labels = [{ span: first.span, text: "first here" }];
      findings.report("DM2002", pattern.span, { name: word ?? "", place: "match" }, { labels });
    }
    if (word !== undefined && !first) seen.set(word, pattern);
  }
}

const wordOf = (pattern: Arm["pattern"]): string | undefined =>
  pattern.kind === "name" ? pattern.text : pattern.kind === "string" ? pattern.value : undefined;

function isStranger(pattern: Arm["pattern"], members: readonly string[]): boolean {
  const word = wordOf(pattern);
  return word !== undefined && !members.includes(word);
}

function uncovered({ arms }: Match, members: readonly string[]): readonly string[] {
  const covered = new Set<string | undefined>();
  for (const { pattern } of arms) {
    if (pattern.kind === "else") return [];
    covered.add(wordOf(pattern));
  }
  return members.filter((member) => !covered.has(member));
}
