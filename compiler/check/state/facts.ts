// What is known of the free sizes of one model. Shape rules ask questions; a question that holds only
// for some sizes narrows what is known and leaves a reason, which is how the size rule of a model is
// inferred without a `where`.
import type { Expansion, Span } from "../../../grammar/index.ts";
import type { SizeReason } from "../../ir/graph.ts";
import {
  type Dim,
  formatDim,
  isSymbolic,
  modulo,
  type Origin,
  subtractDims,
  variablesOf,
} from "../../sizes/dim/dim.ts";
import { describeSizes } from "../../sizes/set/describe.ts";
import { intersect, isEmpty, isEvery, type SizeSet } from "../../sizes/set/set.ts";
import { type Relation, type Solution, solve } from "../../sizes/solve/solve.ts";

import { relationHelp } from "./relations.ts";

/** Two rules that exclude each other, or an equation over several sizes: reported by whoever asked. */
export type Conflict =
  | { readonly kind: "empty"; readonly variable: string; readonly first: string; readonly second: string }
  | {
      readonly kind: "relation";
      readonly variables: readonly string[];
      readonly condition: string;
      readonly help: string;
    };

/** Where a question comes from, for the reason that it may leave. */
export interface Asker {
  readonly text: string;
  readonly span: Span;
  readonly chain: () => readonly Expansion[];
}

export class SizeFacts {
  readonly known = new Map<string, SizeSet>();
  readonly reasons: SizeReason[] = [];
  /** How variables of this pass print: s with S = 32·s prints as S/32. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly #answers = new Map<string, Solution>();
  #conflicts: Conflict[] = [];

  readonly #spend: (steps: number, place?: Span) => void;

  constructor(
    origins: ReadonlyMap<string, Origin> = new Map(),
    spend: (steps: number, place?: Span) => void = () => {},
  ) {
    this.origins = origins;
    this.#spend = spend;
  }

  show(dim: Dim): string {
    return formatDim(dim, this.origins);
  }

  /** Decides without recording anything. */
  solve(left: Dim, relation: Relation, right: Dim, place?: Span): Solution {
    const difference = subtractDims(left, right);
    if (!isSymbolic(difference)) return holds(difference, relation) ? { kind: "always" } : { kind: "never" };
    const key = `${difference.key} ${relation}`;
    const answer =
      this.#answers.get(key) ?? solve(left, relation, right, this.known, (steps) => this.#spend(steps, place));
    this.#answers.set(key, answer);
    return answer;
  }

  /** As if nothing were known of the sizes. */
  solveAlone(left: Dim, relation: Relation, right: Dim, place?: Span): Solution {
    return solve(left, relation, right, new Map(), (steps) => this.#spend(steps, place));
  }

  /** True, or true under a recorded requirement; false where no size works. */
  require(left: Dim, relation: Relation, right: Dim, asker: Asker): boolean {
    const solution = this.solve(left, relation, right, asker.span);
    if (solution.kind === "always") return true;
    const equation = `${this.show(left)} ${relation} ${this.show(right)}`;
    switch (solution.kind) {
      case "never":
        return this.#clash(left, relation, right, equation, asker);
      case "relation":
        this.#conflicts.push({
          kind: "relation",
          variables: solution.variables,
          condition: equation,
          help: relationHelp(left, relation, right, solution.variables),
        });
        return true;
      case "when":
        for (const [variable, sizes] of solution.sizes) this.narrow(variable, sizes, equation, asker);
        return true;
    }
  }

  /** False where no size works at all; true after noting that sizes would work but for an earlier rule. */
  #clash(left: Dim, relation: Relation, right: Dim, equation: string, asker: Asker): boolean {
    const alone = this.known.size === 0 ? undefined : this.solveAlone(left, relation, right, asker.span);
    if (alone?.kind !== "when") return false;
    for (const [variable, sizes] of alone.sizes) this.narrow(variable, sizes, equation, asker);
    return this.#conflicts.length > 0;
  }

  narrow(variable: string, sizes: SizeSet, equation: string, asker: Asker): void {
    const before = this.known.get(variable);
    const after = before ? intersect(before, sizes) : sizes;
    if (isEmpty(after)) {
      const first = this.reasons.find((reason) => reason.variable === variable);
      const describe = (set: SizeSet, text: string) => `${describeSizes(set, variable) || "every size"} (from ${text})`;
      this.#conflicts.push({
        kind: "empty",
        variable,
        first: first ? describe(first.sizes, first.text) : "every size",
        second: describe(sizes, asker.text),
      });
      return;
    }
    if (isEvery(sizes)) return;
    this.known.set(variable, after);
    this.#answers.clear();
    const reason = { variable, sizes, equation, text: asker.text, span: asker.span, chain: asker.chain() };
    this.reasons.push(reason);
  }

  /** Conflicts since the last call: the asker reports them at its place. */
  takeConflicts(): readonly Conflict[] {
    const conflicts = this.#conflicts;
    this.#conflicts = [];
    return conflicts;
  }

  divisible(dim: Dim, by: number, asker: Asker): boolean {
    return this.require(modulo(dim, by), "==", 0, asker);
  }
}

export function holds(difference: number, relation: Relation): boolean {
  switch (relation) {
    case "==":
      return difference === 0;
    case "!=":
      return difference !== 0;
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
  }
}

/** "H and W" of the free sizes in a dim. */
export function variablesText(dims: readonly Dim[]): string {
  const names = new Set(dims.flatMap((dim) => (isSymbolic(dim) ? [...variablesOf(dim)] : [])));
  return [...names].join(" and ");
}
