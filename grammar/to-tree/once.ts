// What may be written once: a label in a record, a member of an enum, a column, an arm. The second one would be
// dropped, or win, without a word.
import type { Span } from "../span.ts";
import type { Arm, Name, Statement } from "../tree.ts";
import { type Builder, report } from "./builder.ts";

interface Part {
  readonly name: string;
  readonly span: Span;
}

/** Reports each part whose name came before; `thing` is what holds them. */
export function checkOnce(b: Builder, thing: string, parts: readonly Part[]): void {
  if (parts.length < 2) return;
  const first = new Map<string, Span>();
  for (const { name, span } of parts) {
    const known = first.get(name);
    if (!known) first.set(name, span);
    else report(b, "DM1119", span, { name, thing }, { labels: [{ span: known, text: "first here" }] });
  }
}

export const named = ({ text, span }: Name): Part => ({ name: text, span });

/** The labels of arguments or fields; those without one do not count. */
export function labelled(parts: readonly { readonly label?: Name }[]): Part[] {
  return parts.flatMap(({ label }) => (label ? [named(label)] : []));
}

/** `1 =>` and `"1" =>` differ. */
export function armNames(arms: readonly Arm[]): Part[] {
  return arms.map(({ pattern }) => ({ name: armName(pattern), span: pattern.span }));
}

function armName(pattern: Arm["pattern"]): string {
  switch (pattern.kind) {
    case "name":
      return pattern.text;
    case "else":
      return "else";
    case "number":
      return String(pattern.value);
    case "string":
      return JSON.stringify(pattern.value);
  }
}

export function checkReturns(b: Builder, statements: readonly Statement[]): void {
  const [first, ...others] = statements.filter(({ kind }) => kind === "return");
  if (first === undefined) return;
  const labels = [{ span: { ...first.span, end: first.span.start + 6 }, text: "first here" }];
  for (const { span } of others) report(b, "DM1119/return", { ...span, end: span.start + 6 }, {}, { labels });
}
