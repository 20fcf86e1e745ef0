// For which sizes a model works: the rule that was found, and how the second pass is told.

import type { Phase, SizeRules } from "../../ir/graph.ts";
import type { Origin } from "../../sizes/dim/dim.ts";
import { describeSizes, describeSizesInWords } from "../../sizes/set/describe.ts";
import { contains, nearestSizes, type SizeSet } from "../../sizes/set/set.ts";
import { Context } from "../state/context.ts";
import type { SizeFacts } from "../state/facts.ts";
import { findingSizes } from "../state/modes.ts";
import type { Elaborated, Session } from "../state/session.ts";
import { inputDimensions } from "../text/signature.ts";
import type { DeclaredBlock } from "../values/value.ts";
import { runRoot } from "./root.ts";

export function sizeRules(
  facts: SizeFacts,
  origins: ReadonlyMap<string, Origin>,
  model: DeclaredBlock,
  relations: readonly string[],
): SizeRules {
  const order = inputDimensions(model.declaration);
  const names = [...facts.known.keys()].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const texts = names
    .map((name) => describeSizes(facts.known.get(name) as SizeSet, name))
    .filter((rule) => rule !== "");
  const text = [...texts, ...relations].join(", ");
  return { sizes: new Map(facts.known), reasons: facts.reasons, text, origins };
}

/** Where fixed sizes fail, the same model with free sizes tells which sizes work. */
export function withFreedSizes(model: DeclaredBlock, phase: Phase, session: Session, result: Elaborated): Elaborated {
  const index = result.diagnostics.findIndex(
    ({ code, help }) => /^DM4[12]/.test(code) && !help.some((line) => line.startsWith("nearest")),
  );
  const diagnostic = result.diagnostics[index];
  if (!diagnostic || model.at.size === 0) return result;
  for (const [name, { dim }] of model.at) {
    if (typeof dim !== "number") continue;
    const at = new Map([...model.at].filter(([other]) => other !== name));
    const freed = new Context(session, phase, findingSizes);
    runRoot({ ...model, at }, freed, new Map());
    const sizes = freed.failed ? undefined : freed.sizes.known.get(name);
    // A rule that this size keeps is not what failed.
    if (!sizes || contains(sizes, dim)) continue;
    const nearest = nearestSizes(sizes, dim);
    const notes = [...diagnostic.notes, `this holds when ${describeSizesInWords(sizes, name)}`];
    const help = nearest.length === 0 ? diagnostic.help : [...diagnostic.help, `nearest are ${nearest.join(" and ")}`];
    const diagnostics = [...result.diagnostics];
    diagnostics[index] = { ...diagnostic, notes, help };
    return { ...result, diagnostics };
  }
  return result;
}
