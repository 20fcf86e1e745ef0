// Names of a body: what defines them, what reads them, and what to say about those that mean nothing.
import type { Name, Span } from "../../../../grammar/index.ts";
import { isWord } from "../reach.ts";
import { find, type Names } from "./body-names.ts";
import type { Findings } from "./findings.ts";
import { belowHelp, dimensionHelp, suggestions } from "./suggestions.ts";

const bound = "a name is bound once; give the new value a name of its own";

export function define(name: Name, names: Names, findings: Findings): void {
  const first = find(names, name.text);
  if (!first) {
    names.defined.set(name.text, name.span);
    return;
  }
  const labels = [{ span: first, text: "first defined here" }];
  findings.report("DM2002", name.span, { name: name.text, place: "body" }, { labels, help: [bound] });
}

export function read(name: string, span: Span, names: Names, findings: Findings): void {
  if (find(names, name)) findings.used.add(name);
  else if (!isGlobal(name, findings)) unknownName(name, span, names, findings);
}

/** In `[.., 2 * S, C]` a name with a capital is meant as a dimension. */
export function readSize(name: string, span: Span, names: Names, findings: Findings): void {
  if (find(names, name)) findings.used.add(name);
  else if (isGlobal(name, findings)) return;
  else if (/^[A-Z]/.test(name)) {
    findings.report("DM2001", span, { name }, { help: [dimensionHelp(name)] });
    names.defined.set(name, span);
  } else unknownName(name, span, names, findings);
}

export function isGlobal(name: string, { module }: Findings): boolean {
  return module.declarations.has(name) || module.imports.has(name) || module.missing.has(name) || isWord(name, module);
}

export function unknownName(name: string, span: Span, names: Names, findings: Findings): void {
  findings.report("DM2001", span, { name }, { help: helpFor(name, span, names, findings) });
}

export function helpFor(name: string, span: Span, names: Names, { module, memo, lacksInputs }: Findings): string[] {
  const below = definedBelow(name, names);
  if (below) return [belowHelp(name, below, span)];
  const meant = suggestions(name, namesOf(names), module, memo);
  const isInput = meant.length === 0 && lacksInputs && /^[a-z]/.test(name);
  return isInput ? [`what flows in stands behind \`on\`: \`on ${name}: [.., H, W, C]\``] : meant;
}

function definedBelow(name: string, names: Names): Span | undefined {
  for (let here: Names | undefined = names; here; here = here.parent) {
    const span = here.below?.get(name);
    if (span) return span;
  }
  return undefined;
}

function namesOf(names: Names): readonly string[] {
  const local: string[] = [];
  for (let here: Names | undefined = names; here; here = here.parent) local.push(...here.defined.keys());
  return local;
}
