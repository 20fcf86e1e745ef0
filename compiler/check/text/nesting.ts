// How deep declarations lie in each other, as far as the text tells: each name counts as a use.
import type { Declaration } from "../../../grammar/index.ts";
import { namesOfDeclaration } from "./mentions.ts";
import type { Module } from "./program.ts";
import { declarationNamed } from "./reach.ts";

interface Nested {
  readonly declaration: Declaration;
  readonly module: Module;
}

/** Those at or below a declaration that may hold more than `limit` levels. Takes time in the size of the text. */
export function deeplyNested(start: Nested, limit: number): readonly Declaration[] {
  const levels = new Map<Declaration, number>([[start.declaration, 0]]);
  const open = [walkOf(start)];
  // Without recursion: the text may be deeper than the stack.
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const next = top.uses[top.seen++];
    if (!next) {
      open.pop();
      const depths = top.uses.map(({ declaration }) => levels.get(declaration) ?? 0);
      levels.set(top.declaration, depths.reduce((most, depth) => Math.max(most, depth), 0) + 1);
    } else if (!levels.has(next.declaration)) {
      levels.set(next.declaration, 0);
      open.push(walkOf(next));
    }
  }
  return [...levels].flatMap(([declaration, depth]) => (depth > limit ? [declaration] : []));
}

const walkOf = ({ declaration, module }: Nested) => ({
  declaration,
  uses: [...namesOfDeclaration(declaration)].flatMap((name): Nested[] => {
    const found = declarationNamed(module, name);
    return found ? [found] : [];
  }),
  seen: 0,
});
