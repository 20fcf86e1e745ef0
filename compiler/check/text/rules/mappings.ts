// What is wrong with the rules of `weights` and `mapping`, told from the text alone.
import { type Diagnostic, diagnose, type Mapping, nearest, type WeightRule } from "../../../../grammar/index.ts";
import { messages } from "../../../messages/messages.ts";
import type { Module } from "../program.ts";
import { declarationNamed } from "../reach.ts";
import { parseRule, type Step } from "./patterns.ts";

export interface MappingInModule {
  readonly declaration: Mapping;
  readonly module: Module;
}

/** The mapping that a file calls `name`, own or imported. */
export function mappingNamed(module: Module, name: string): MappingInModule | undefined {
  const found = declarationNamed(module, name);
  return found?.declaration.kind === "mapping" ? { declaration: found.declaration, module: found.module } : undefined;
}

/** Every mapping that a file can name. */
const mappingsInReach = (module: Module): readonly string[] =>
  [...module.declarations.keys(), ...module.imports.keys()].filter((name) => mappingNamed(module, name));

/** What is wrong with the mappings of other files that rules lead to. */
export function importedDiagnostics(rules: readonly WeightRule[], module: Module): readonly Diagnostic[] {
  const imported = [...reachableFrom(rules, module)].filter((each) => each.module !== module);
  return imported.flatMap(({ declaration, module: from }) => mappingDiagnostics(declaration, from));
}

function reachableFrom(rules: readonly WeightRule[], module: Module): ReadonlySet<MappingInModule> {
  const found = new Map<Mapping, MappingInModule>();
  const queue = [{ rules, module }];
  for (const next of queue) {
    for (const name of next.rules.flatMap(namesIn)) {
      const mapping = mappingNamed(next.module, name);
      if (!mapping || found.has(mapping.declaration)) continue;
      found.set(mapping.declaration, mapping);
      queue.push({ rules: mapping.declaration.rules, module: mapping.module });
    }
  }
  return new Set(found.values());
}

/** The mappings that a rule names; none where it is no rule. */
export function namesIn(text: WeightRule): readonly string[] {
  const rule = parseRule(text);
  if ("reason" in rule) return [];
  return [...new Set(rule.left.flatMap((step) => (step.kind === "mapping" ? [step.name] : [])))];
}

export function mappingDiagnostics(declaration: Mapping, module: Module): readonly Diagnostic[] {
  const wrong = ruleDiagnostics(declaration.rules, module);
  if (wrong.length > 0) return wrong;
  return declaration.rules.flatMap((rule) =>
    circles(rule, { declaration, module })
      ? [badPattern(rule, "from", `it takes no step of its own, and leads back to ${declaration.name.text}`)]
      : [],
  );
}

export function ruleDiagnostics(rules: readonly WeightRule[], module: Module): readonly Diagnostic[] {
  return rules.flatMap((rule) => {
    const parsed = parseRule(rule);
    return "reason" in parsed ? [badPattern(rule, parsed.side, parsed.reason)] : unknownNames(rule, module);
  });
}

function badPattern(rule: WeightRule, side: "from" | "to", reason: string): Diagnostic {
  const [text, span] = side === "from" ? [rule.from, rule.fromSpan] : [rule.to, rule.toSpan];
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return diagnose(messages, "DM5403", span, { pattern: `"${shown}"`, reason });
}

function unknownNames(rule: WeightRule, module: Module): readonly Diagnostic[] {
  return namesIn(rule).flatMap((name) => {
    if (mappingNamed(module, name) || module.missing.has(name)) return [];
    const guess = nearest(name, mappingsInReach(module));
    const help = guess === undefined ? [] : [`did you mean <${guess}>?`];
    const found = declarationNamed(module, name)?.declaration.kind;
    const slots = { what: `<${name}>`, expected: "the name of a mapping", actual: `a ${found}` };
    return found
      ? [diagnose(messages, "DM3101/value", rule.fromSpan, slots, { help })]
      : [diagnose(messages, "DM2001", rule.fromSpan, { name }, { help })];
  });
}

const takesNoStep = (left: readonly Step[]): boolean => left.every(({ kind }) => kind === "any" || kind === "mapping");

/** A rule that hands on everything it gets must not come back to its own mapping. */
function circles(rule: WeightRule, start: MappingInModule): boolean {
  const seen = new Set<Mapping>();
  const leadsBack = (text: WeightRule, module: Module): boolean => {
    const parsed = parseRule(text);
    if ("reason" in parsed || !takesNoStep(parsed.left)) return false;
    return parsed.left.some((step) => {
      const next = step.kind === "mapping" ? mappingNamed(module, step.name) : undefined;
      if (!next || seen.has(next.declaration)) return false;
      if (next.declaration === start.declaration) return true;
      seen.add(next.declaration);
      return next.declaration.rules.some((each) => leadsBack(each, next.module));
    });
  };
  return leadsBack(rule, start.module);
}
