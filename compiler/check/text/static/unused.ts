// Parameters and values that nothing reads.
import type { Block, Model, Name, Param } from "../../../../grammar/index.ts";
import type { TextMemo } from "../memo.ts";
import { namesRead } from "../mentions.ts";
import type { Findings } from "./findings.ts";
import { namesIn } from "./statements.ts";

export function checkUnused(params: readonly Param[], owner: string, findings: Findings): void {
  for (const { name } of params) {
    if (!findings.used.has(name.text)) findings.report("DM8001", name.span, { name: name.text, owner });
  }
}

/** The names of `let`s and skips that nothing in the body reads. */
export function unreadNames(declaration: Block | Model, memo: TextMemo): ReadonlySet<string> {
  const known = memo.unread.get(declaration);
  if (known) return known;
  const { body } = declaration;
  // A part only points at values: what nothing else reads is no weight of the whole.
  const statements = body.kind === "statements" ? body.statements.filter(({ kind }) => kind !== "part") : [];
  const read = new Set(statements.flatMap((statement) => [...namesRead(statement, memo)]));
  const named = statements.filter(
    (statement) =>
      (statement.kind === "let" || statement.kind === "skip") && !aliasesIn(statement).some((name) => read.has(name)),
  );
  const unread = new Set(
    named
      .flatMap(namesIn)
      .map(({ text }) => text)
      .filter((name) => !read.has(name)),
  );
  memo.unread.set(declaration, unread);
  return unread;
}

/** The names that stages get with `as`, whatever the shape of the tree. */
export function aliasesIn(part: unknown): readonly string[] {
  if (Array.isArray(part)) return part.flatMap(aliasesIn);
  if (typeof part !== "object" || part === null) return [];
  const { alias } = part as { readonly alias?: Name };
  const below = Object.entries(part).flatMap(([key, child]) => (key.endsWith("pan") ? [] : aliasesIn(child)));
  return alias ? [alias.text, ...below] : below;
}
