// Does an expression read a name? Purely from the text; the answer is remembered per expression.
import type { Declaration, Expression, Statement } from "../../../grammar/index.ts";
import type { TextMemo } from "./memo.ts";

export const mentions = (expression: Expression, name: string, memo: TextMemo): boolean =>
  namesRead(expression, memo).has(name);

export function namesRead(expression: Expression | Statement, memo: TextMemo): ReadonlySet<string> {
  let names = memo.names.get(expression);
  if (!names) {
    const found = new Set<string>();
    collect(expression, found);
    names = found;
    memo.names.set(expression, names);
  }
  return names;
}

/** The same of a whole declaration; asked once. */
export function namesOfDeclaration(declaration: Declaration): ReadonlySet<string> {
  const found = new Set<string>();
  collect(declaration, found);
  return found;
}

/** Every name node below, and every field that stands for a name, whatever the shape of the tree. */
function collect(part: unknown, names: Set<string>): void {
  if (Array.isArray(part)) {
    for (const item of part) collect(item, names);
    return;
  }
  if (typeof part !== "object" || part === null) return;
  const node = part as { kind?: string; text?: string; label?: { text: string }; value?: unknown };
  if (node.kind === "name" && node.text !== undefined) names.add(node.text);
  if (node.label !== undefined && node.value === undefined) names.add(node.label.text);
  for (const [key, child] of Object.entries(part)) if (!key.endsWith("pan")) collect(child, names);
}
