// What a relation between sizes is asked about, and what the answer can be.
import type { SizeSet } from "../set/set.ts";

/** What is known of each variable; absent = every size >= 1. */
export type Known = ReadonlyMap<string, SizeSet>;

/** Hears of work before it is done, in steps; throws where it is too much. */
export type Spend = (steps: number) => void;

/**
 * "always" and "never" speak of the known sizes. "when" gives, per variable that matters, a rule to be
 * intersected with what is known: exactly then the relation holds. In one variable the rule is the full
 * answer, whatever is known. "relation": several variables depend on each other, or the question is too
 * large (a period beyond 2^22, more than 65,536 combinations of residues).
 */
export type Solution =
  | { readonly kind: "always" }
  | { readonly kind: "never" }
  | { readonly kind: "when"; readonly sizes: ReadonlyMap<string, SizeSet> }
  | { readonly kind: "relation"; readonly variables: readonly string[] };
