// Blocks that lie in each other without end, or deeper than the stack bears. What lies in each other is one mistake,
// wherever in it somebody begins to look: what was said of it is said again, at the same place.
import type { Declaration, Span } from "../../../grammar/index.ts";
import type { DeclaredBlock } from "../values/value.ts";
import type { Context } from "./context.ts";
import { frameLimit } from "./expansions.ts";

const recursionLimit = 120;

/** True after a report of a block whose use was too deep before, whatever it is used by. */
export function wasTooDeep(declaration: Declaration, c: Context): boolean {
  const { tooDeep } = c.session;
  const said = tooDeep.get(declaration);
  if (!said) return false;
  c.add(said);
  for (const { block } of c.frames) tooDeep.set(block.declaration, said);
  return true;
}

/** Levels that a recursion with an end hardly has where sizes outgrow what there is. */
const manyLevels = 16;

/** True after a report of a recursion where a size is too large: that it does not end is the reason. */
export function blamesRecursion(span: Span, tooLarge: string, c: Context): boolean {
  const [deepest] = [...c.levels].sort(([, a], [, b]) => b - a);
  if (!deepest || deepest[1] < manyLevels) return false;
  const [declaration, levels] = deepest;
  const name = "name" in declaration ? declaration.name.text : "this";
  c.report("DM3207", span, { name, levels }, { notes: [tooLarge] });
  return true;
}

/** False after a report. */
export function isShallow({ declaration }: DeclaredBlock, span: Span, c: Context): boolean {
  const levels = c.levels.get(declaration) ?? 0;
  if (levels < recursionLimit && c.frames.length < frameLimit) return true;
  const name = declaration.name.text;
  const [first] = c.frames;
  if (levels === 0 && first) {
    const said = c.report("DM3207/nested", span, { first: first.block.name, limit: frameLimit, name });
    c.rememberNesting(first.block, frameLimit, said);
    return false;
  }
  const said = c.report("DM3207", span, { name, levels: (levels < recursionLimit ? c.frames.length : levels) + 1 });
  const open = c.frames.map(({ block }) => block.declaration);
  // With other arguments it may end.
  const isEndless = open.every(({ signature }) => signature.params.length === 0);
  if (isEndless) for (const each of open) c.session.tooDeep.set(each, said);
  return false;
}
