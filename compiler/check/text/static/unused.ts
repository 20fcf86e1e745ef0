// Parameters and values that nothing reads.
import type { Block, Model, Param } from "../../../../grammar/index.ts";
import type { TextMemo } from "../memo.ts";
import { namesRead } from "../mentions.ts";
import type { Findings } from "./findings.ts";
import { namesIn } from "./statements.ts";

export function checkUnused(params: readonly Param[], owner: string, findings: Findings): void {
  for (const { name } of params) {
    if (!findings.used.has(name.text)) findings.report("DM8001", name.span, { name: name.text, owner });
  }
}

/** The names of `let`s that nothing in the body reads. */
export function unreadNames(declaration: Block | Model, memo: TextMemo): ReadonlySet<string> {
  const known = memo.unread.get(declaration);
  if (known) return known;
  const { body } = declaration;
  const statements = body.kind === "statements" ? body.statements : [];
  const read = new Set(statements.flatMap((statement) => [...namesRead(statement, memo)]));
  const lets = statements.filter((statement) => statement.kind === "let").flatMap(namesIn);
  const unread = new Set(lets.map(({ text }) => text).filter((name) => !read.has(name)));
  memo.unread.set(declaration, unread);
  return unread;
}
