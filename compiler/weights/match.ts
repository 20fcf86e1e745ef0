// Applies rules to a name: which weights may it stand for? All ways are tried together and remembered by
// (mapping, part of the name, place in the tree of paths), so that no text makes this exponential.
import type { WeightRule } from "../../grammar/index.ts";
import type { Module } from "../check/text/program.ts";
import { bareName, evaluateLinear, solveLinear } from "../check/text/rules/linear.ts";
import { mappingNamed } from "../check/text/rules/mappings.ts";
import { type Part, parseRule, type Rule, type Step } from "../check/text/rules/patterns.ts";
import type { PathNode } from "./tree.ts";

/** Rules in order, and the mappings that their `<Name>`s mean. */
export interface RuleSet {
  readonly id: number;
  readonly rules: readonly Rule[];
  /** As they are written, in the same order. */
  readonly texts: readonly WeightRule[];
  named(name: string): RuleSet | undefined;
}

/** Rules of a declaration that is known to be free of mistakes. */
export function ruleSetOf(rules: readonly WeightRule[], module: Module): RuleSet {
  const known = new Map<readonly WeightRule[], RuleSet>();
  const make = (texts: readonly WeightRule[], from: Module): RuleSet => {
    const made = known.get(texts);
    if (made) return made;
    const sound = texts.flatMap((text) => {
      const rule = parseRule(text);
      return "reason" in rule ? [] : [{ rule, text }];
    });
    const set: RuleSet = {
      id: known.size,
      rules: sound.map(({ rule }) => rule),
      texts: sound.map(({ text }) => text),
      named(name) {
        const found = mappingNamed(from, name);
        return found && make(found.declaration.rules, found.module);
      },
    };
    known.set(texts, set);
    return set;
  };
  return make(rules, module);
}

/** Steps that all names together may take; those of a detector with 1,240 weights take a hundred thousand. */
const stepLimit = 2_000_000;
/** One is quicker than a step of the evaluator, which the budget of a command counts in. */
const stepCost = 0.25;
/** Steps between two entries in the budget of the command. */
const stride = 1024;

export class TooManySteps extends Error {}

/** Takes steps of the budget of a command; false where nothing is left. */
export type Spend = (steps: number) => boolean;

/** Counts the steps of one set of rules on one file, and charges the command for them. */
class Steps {
  readonly #spend: Spend;
  #taken = 0;
  #charged = 0;

  constructor(spend: Spend) {
    this.#spend = spend;
  }

  take(steps: number): void {
    this.#taken += steps;
    if (this.#taken > stepLimit) throw new TooManySteps();
    if (this.#taken - this.#charged < stride) return;
    if (!this.#spend((this.#taken - this.#charged) * stepCost)) throw new TooManySteps();
    this.#charged = this.#taken;
  }
}

/** A stretch of the name: steps `from` up to `to`, without it. */
interface Range {
  readonly from: number;
  readonly to: number;
}

interface Captures {
  readonly ones: readonly string[];
  readonly anys: readonly Range[];
  readonly texts: ReadonlyMap<string, string>;
  readonly mappings: readonly { readonly name: string; readonly range: Range }[];
}
const nothing: Captures = { ones: [], anys: [], texts: new Map(), mappings: [] };

export interface Matcher {
  /** Where the steps of a name lead, best first. Throws `TooManySteps`. */
  follow(steps: readonly string[]): readonly PathNode[];
  /** Where the first rule that fits would lead, whether or not the model has such a path: for messages. */
  aim(steps: readonly string[]): string | undefined;
}

export function matcherOf(rules: RuleSet, root: PathNode, spend: Spend = () => true): Matcher {
  const taken = new Steps(spend);
  const start = (steps: readonly string[]): Following | undefined =>
    steps.length > mostSteps ? undefined : new Following(steps, taken);
  return {
    follow: (steps) => start(steps)?.apply(rules, wholeOf(steps), root) ?? [],
    aim: (steps) => start(steps)?.aim(rules, wholeOf(steps)),
  };
}

/** A rule that binds nothing, and whether names of the file fit its left side at all. */
export interface IdleRule {
  readonly text: WeightRule;
  readonly fits: boolean;
}

/** The rules of a set, each alone, that lead none of the names to a weight. Throws `TooManySteps`. */
export function idleRules(
  set: RuleSet,
  root: PathNode,
  names: readonly (readonly string[])[],
  spend?: Spend,
): readonly IdleRule[] {
  return set.texts.flatMap((text, index) => {
    const matcher = matcherOf({ ...set, id: -1, rules: set.rules.slice(index, index + 1) }, root, spend);
    if (names.some((steps) => matcher.follow(steps).some(({ weight }) => weight))) return [];
    return [{ text, fits: names.some((steps) => matcher.aim(steps) !== undefined) }];
  });
}

/** Longer than any path that means something; bounds the table of what is remembered. */
const mostSteps = 200;
const wholeOf = (steps: readonly string[]): Range => ({ from: 0, to: steps.length });

/** One name on its way. */
class Following {
  readonly #steps: readonly string[];
  readonly #count: Steps;
  readonly #known = new Map<string, readonly PathNode[]>();
  readonly #aims = new Map<string, string | undefined>();

  constructor(steps: readonly string[], taken: Steps) {
    this.#steps = steps;
    this.#count = taken;
  }

  apply(set: RuleSet, range: Range, start: PathNode): readonly PathNode[] {
    const key = `${set.id} ${range.from} ${range.to} ${start.id}`;
    const known = this.#known.get(key);
    if (known) return known;
    // Whoever asks again while this is being found out has consumed nothing since.
    this.#known.set(key, []);
    const found = new Set<PathNode>();
    for (const rule of set.rules) {
      for (const captures of this.#matches(rule, rule.left, range, nothing)) {
        this.#spend();
        for (const end of this.#emit(rule, set, captures, start)) found.add(end);
      }
    }
    const ends = [...found];
    this.#known.set(key, ends);
    return ends;
  }

  aim(set: RuleSet, range: Range): string | undefined {
    const key = `${set.id} ${range.from} ${range.to}`;
    if (this.#aims.has(key)) return this.#aims.get(key);
    this.#aims.set(key, undefined);
    for (const rule of set.rules) {
      for (const captures of this.#matches(rule, rule.left, range, nothing)) {
        const path = this.#path(rule, set, captures);
        if (path === undefined) continue;
        this.#aims.set(key, path);
        return path;
      }
    }
    return undefined;
  }

  /** The right side as text. */
  #path(rule: Rule, set: RuleSet, captures: Captures): string | undefined {
    const used = nothingUsed();
    const steps: string[] = [];
    for (const step of rule.right) {
      const text = this.#textOf(this.#taken(step, rule, captures, used), set);
      if (text === undefined) return undefined;
      if (text !== "") steps.push(text);
    }
    return steps.join("/");
  }

  #textOf(taken: Taken | undefined, set: RuleSet): string | undefined {
    if (!taken) return undefined;
    if ("steps" in taken) return taken.steps.join("/");
    const inner = set.named(taken.mapping);
    return inner && this.aim(inner, taken.range);
  }

  #spend(steps = 1): void {
    this.#count.take(steps);
  }

  /** Every way in which the left side covers the range. */
  *#matches(rule: Rule, left: readonly Step[], range: Range, captures: Captures): Generator<Captures> {
    this.#spend();
    const [step, ...rest] = left;
    if (!step) {
      if (range.from === range.to) yield captures;
      return;
    }
    if (step.kind === "any" || step.kind === "mapping") {
      for (const to of endsOf(step, rest, range)) {
        const taken = captured(step, { from: range.from, to }, captures);
        yield* this.#matches(rule, rest, { from: to, to: range.to }, taken);
      }
      return;
    }
    if (range.from >= range.to) return;
    const text = this.#steps[range.from] as string;
    const taken =
      step.kind === "one"
        ? { ...captures, ones: [...captures.ones, text] }
        : fitParts(rule, step.parts, text, captures);
    if (taken) yield* this.#matches(rule, rest, { from: range.from + 1, to: range.to }, taken);
  }

  /** Where the right side leads from a place in the tree. */
  #emit(rule: Rule, set: RuleSet, captures: Captures, start: PathNode): readonly PathNode[] {
    const used = nothingUsed();
    let places: readonly PathNode[] = [start];
    for (const step of rule.right) {
      this.#spend(places.length);
      const taken = this.#taken(step, rule, captures, used);
      places = taken ? [...new Set(this.#advance(taken, set, places))] : [];
    }
    return places;
  }

  #advance(taken: Taken, set: RuleSet, places: readonly PathNode[]): readonly PathNode[] {
    if ("steps" in taken) return taken.steps.reduce<readonly PathNode[]>(children, places);
    const inner = set.named(taken.mapping);
    return inner ? places.flatMap((place) => [...this.apply(inner, taken.range, place)]) : [];
  }

  /** What one step of the right side stands for. */
  #taken(step: Step, rule: Rule, captures: Captures, used: Used): Taken | undefined {
    switch (step.kind) {
      case "one":
        return stepsOf(captures.ones[used.one++]);
      case "any": {
        const { from, to } = captures.anys[used.any++] ?? { from: 0, to: 0 };
        return { steps: this.#steps.slice(from, to) };
      }
      case "parts":
        return stepsOf(filled(rule, step.parts, captures.texts));
      case "mapping": {
        const index = captures.mappings.findIndex(({ name }, i) => name === step.name && !used.mappings.has(i));
        used.mappings.add(index);
        const range = captures.mappings[index]?.range;
        return range && { mapping: step.name, range };
      }
    }
  }
}

/** Text, or a stretch of the name for a mapping to go on with. */
type Taken = { readonly steps: readonly string[] } | { readonly mapping: string; readonly range: Range };

const stepsOf = (text: string | undefined): Taken | undefined => (text === undefined ? undefined : { steps: [text] });

/** How many captures of each kind the right side has used. */
interface Used {
  one: number;
  any: number;
  readonly mappings: Set<number>;
}
const nothingUsed = (): Used => ({ one: 0, any: 0, mappings: new Set() });

function children(places: readonly PathNode[], step: string | undefined): readonly PathNode[] {
  return places.flatMap((place) => (step === undefined ? undefined : place.children.get(step)) ?? []);
}

const isOpen = ({ kind }: Step): boolean => kind === "any" || kind === "mapping";

/** Where a step of open length may end: anywhere, or at one place where everything behind it has a fixed length. */
function endsOf(step: Step, rest: readonly Step[], { from, to }: Range): readonly number[] {
  const fixed = rest.filter((each) => !isOpen(each)).length;
  const first = from + (step.kind === "mapping" ? 1 : 0);
  const last = to - fixed;
  if (last < first) return [];
  return rest.some(isOpen) ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : [last];
}

function captured(step: Step, range: Range, captures: Captures): Captures {
  return step.kind === "mapping"
    ? { ...captures, mappings: [...captures.mappings, { name: step.name, range }] }
    : { ...captures, anys: [...captures.anys, range] };
}

/** `layer-{2 * i + 1}` against one step of a name: leftmost and without going back. */
function fitParts(rule: Rule, parts: readonly Part[], text: string, captures: Captures): Captures | undefined {
  let at = 0;
  let texts = captures.texts;
  for (const [i, part] of parts.entries()) {
    if (part.kind === "text") {
      if (!text.startsWith(part.text, at)) return undefined;
      at += part.text.length;
      continue;
    }
    const [name = ""] = part.form.factors.keys();
    const isNumber = rule.numbers.has(name);
    const piece = isNumber ? digitsAt(text, at) : textUntil(parts, i, text, at);
    const value = isNumber ? solveLinear(part.form, Number(piece || Number.NaN)) : piece;
    if (piece === "" || value === undefined) return undefined;
    if (texts.has(name) && texts.get(name) !== String(value)) return undefined;
    texts = new Map(texts).set(name, String(value));
    at += piece.length;
  }
  return at === text.length ? { ...captures, texts } : undefined;
}

/** A number as such names write it: without zeros in front. */
function digitsAt(text: string, at: number): string {
  const pattern = /(?:0|[1-9]\d{0,15})(?!\d)/y;
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/** A capture of text ends where the text behind it begins, or with the step. */
function textUntil(parts: readonly Part[], index: number, text: string, at: number): string {
  const next = parts[index + 1];
  if (next?.kind !== "text") return text.slice(at);
  const isLast = index + 2 === parts.length;
  const end = isLast ? text.length - next.text.length : text.indexOf(next.text, at + 1);
  return end > at ? text.slice(at, end) : "";
}

function filled(rule: Rule, parts: readonly Part[], texts: ReadonlyMap<string, string>): string | undefined {
  let result = "";
  for (const part of parts) {
    const value = part.kind === "text" ? part.text : hole(part, rule, texts);
    if (value === undefined) return undefined;
    result += value;
  }
  return result;
}

function hole(
  { form }: Extract<Part, { kind: "hole" }>,
  rule: Rule,
  texts: ReadonlyMap<string, string>,
): string | undefined {
  const name = bareName(form);
  if (name !== undefined && !rule.numbers.has(name)) return texts.get(name);
  const numbers = new Map(
    [...texts].filter(([each]) => rule.numbers.has(each)).map(([each, text]) => [each, Number(text)]),
  );
  return evaluateLinear(form, numbers)?.toString();
}
