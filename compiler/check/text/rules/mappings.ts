// What is wrong with the rules of `weights` and `mapping`, told from the text alone.
import {
  type Diagnostic,
  diagnose,
  type Mapping,
  nearest,
  type Source,
  type WeightRule,
} from "../../../../grammar/index.ts";
import { messages } from "../../../messages/messages.ts";
import type { MistakesBySource, TextMemo } from "../memo.ts";
import type { Module } from "../program.ts";
import { declarationNamed } from "../reach.ts";
import { mayAsk } from "../static/suggestions.ts";
import { components } from "./components.ts";
import { type ParsedRule, parseRule, type Step } from "./patterns.ts";

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
export function importedDiagnostics(
  rules: readonly WeightRule[],
  module: Module,
  memo: TextMemo,
): readonly Diagnostic[] {
  const found = namedBy(rules, module, memo).flatMap((mapping) =>
    [...mistakesBelow(mapping, memo)].flatMap(([source, mistakes]) =>
      source === module.file.source ? [] : [...mistakes],
    ),
  );
  return [...new Set(found)];
}

/** What is wrong with a mapping and with all that it leads to. */
function mistakesBelow(mapping: MappingInModule, memo: TextMemo): MistakesBySource {
  const modules = new Map([[mapping.declaration, mapping.module]]);
  const placed = (declaration: Mapping): MappingInModule => ({
    declaration,
    module: modules.get(declaration) ?? mapping.module,
  });
  const next = (declaration: Mapping) =>
    namedBy(declaration.rules, placed(declaration).module, memo).flatMap((named) => {
      modules.set(named.declaration, named.module);
      return memo.mistakesBelow.has(named.declaration) ? [] : [named.declaration];
    });
  if (!memo.mistakesBelow.has(mapping.declaration))
    for (const group of components(mapping.declaration, next)) rememberMistakes(group.map(placed), memo);
  return memo.mistakesBelow.get(mapping.declaration) ?? new Map();
}

/** Of mappings that lead to each other; what they lead to beside themselves is known. */
function rememberMistakes(group: readonly MappingInModule[], memo: TextMemo): void {
  const mistakes = new Map<Source, Set<Diagnostic>>();
  const add = (source: Source, found: Iterable<Diagnostic>) => {
    const known = mistakes.get(source) ?? new Set();
    for (const each of found) known.add(each);
    if (known.size > 0) mistakes.set(source, known);
  };
  for (const { declaration, module } of group) {
    memo.mistakesBelow.set(declaration, mistakes);
    add(module.file.source, mappingDiagnostics(declaration, module, memo));
    for (const named of namedBy(declaration.rules, module, memo))
      for (const [source, found] of memo.mistakesBelow.get(named.declaration) ?? [])
        if (found !== mistakes.get(source)) add(source, found);
  }
}

const namedBy = (rules: readonly WeightRule[], module: Module, memo: TextMemo): readonly MappingInModule[] =>
  rules.flatMap((rule) => namesOf(parsed(rule, memo))).flatMap((name) => mappingNamed(module, name) ?? []);

function parsed(rule: WeightRule, { rules }: TextMemo): ParsedRule {
  const known = rules.get(rule) ?? parseRule(rule);
  rules.set(rule, known);
  return known;
}

/** The mappings that a rule names; none where it is no rule. */
export const namesIn = (text: WeightRule): readonly string[] => namesOf(parseRule(text));

function namesOf(rule: ParsedRule): readonly string[] {
  if ("reason" in rule) return [];
  return [...new Set(rule.left.flatMap((step) => (step.kind === "mapping" ? [step.name] : [])))];
}

export function mappingDiagnostics(declaration: Mapping, module: Module, memo: TextMemo): readonly Diagnostic[] {
  const wrong = ruleDiagnostics(declaration.rules, module, memo);
  if (wrong.length > 0) return wrong;
  return declaration.rules.flatMap((rule) =>
    circles(rule, { declaration, module }, memo)
      ? [badPattern(rule, "from", `it takes no step of its own, and leads back to ${declaration.name.text}`)]
      : [],
  );
}

export function ruleDiagnostics(rules: readonly WeightRule[], module: Module, memo: TextMemo): readonly Diagnostic[] {
  return rules.flatMap((rule) => {
    const found = parsed(rule, memo);
    return "reason" in found ? [badPattern(rule, found.side, found.reason)] : unknownNames(rule, module, memo);
  });
}

function badPattern(rule: WeightRule, side: "from" | "to", reason: string): Diagnostic {
  const [text, span] = side === "from" ? [rule.from, rule.fromSpan] : [rule.to, rule.toSpan];
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return diagnose(messages, "DM5403", span, { pattern: `"${shown}"`, reason });
}

function unknownNames(rule: WeightRule, module: Module, memo: TextMemo): readonly Diagnostic[] {
  return namesOf(parsed(rule, memo)).flatMap((name) => {
    if (mappingNamed(module, name) || module.missing.has(name)) return [];
    const guess = mayAsk(module, memo) ? nearest(name, mappingsInReach(module)) : undefined;
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
function circles(rule: WeightRule, { declaration, module }: MappingInModule, memo: TextMemo): boolean {
  const own = circleOf({ declaration, module }, memo);
  return handedOn(rule, module, memo).some(
    (named) => named.declaration === declaration || circleOf(named, memo) === own,
  );
}

/** The mappings that lead to each other by rules that hand on everything, named by one of them. */
function circleOf(mapping: MappingInModule, memo: TextMemo): Mapping {
  const modules = new Map([[mapping.declaration, mapping.module]]);
  const next = (declaration: Mapping) =>
    declaration.rules.flatMap((rule) =>
      handedOn(rule, modules.get(declaration) ?? mapping.module, memo).flatMap((named) => {
        modules.set(named.declaration, named.module);
        return memo.circles.has(named.declaration) ? [] : [named.declaration];
      }),
    );
  if (!memo.circles.has(mapping.declaration))
    for (const group of components(mapping.declaration, next))
      for (const declaration of group) memo.circles.set(declaration, group[0] ?? declaration);
  return memo.circles.get(mapping.declaration) ?? mapping.declaration;
}

/** The mappings that get all that a rule got. */
function handedOn(rule: WeightRule, module: Module, memo: TextMemo): readonly MappingInModule[] {
  const found = parsed(rule, memo);
  return "reason" in found || !takesNoStep(found.left) ? [] : namedBy([rule], module, memo);
}
