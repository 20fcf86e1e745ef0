// Which members of an enum the arms of a `match` leave out, told from the text alone: a member that no
// model uses yet is found before one does.
import type { Expression, Param } from "../../../../grammar/index.ts";
import type { Module } from "../program.ts";
import { enumMembers } from "../reach.ts";

type Match = Extract<Expression, { kind: "match" }>;

/** Members of the enum that is the type of a parameter. */
export function membersOfParam({ type }: Param, module: Module): readonly string[] | undefined {
  return type?.kind === "named" ? enumMembers(module, type.name.text) : undefined;
}

export function uncovered({ arms }: Match, members: readonly string[]): readonly string[] {
  const covered = new Set<string>();
  for (const { pattern } of arms) {
    if (pattern.kind === "else") return [];
    if (pattern.kind === "name") covered.add(pattern.text);
    if (pattern.kind === "string") covered.add(pattern.value);
  }
  return members.filter((member) => !covered.has(member));
}
