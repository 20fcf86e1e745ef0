// For which sizes does a relation between two size expressions hold? In one variable the answer is always
// exact (one.ts); in several it is exact where a product of independent rules says it all, and
// otherwise the author has to state a relation (many.ts).
import { type Dim, DimLimitError, type SymbolicDim, substituteDim, subtractDims, variablesOf } from "../dim/dim.ts";
import { costOfJoining, everySize, intersect, isEmpty, isEvery, isSubset, singleResidue } from "../set/set.ts";
import { signBounds } from "./bounds.ts";
import { solveMany } from "./many.ts";
import { sizesSolving } from "./one.ts";
import { holds, holdsForAll, type Relation } from "./relation.ts";
import type { Known, Solution, Spend } from "./solution.ts";

export { holds, type Relation } from "./relation.ts";

export type { Known, Solution } from "./solution.ts";

/** Bits that take as long as a step. */
const bitsTogether = 32;

const always: Solution = { kind: "always" };
const never: Solution = { kind: "never" };

/** `spend` hears of the work before it is done, and throws where it is too much. */
export function solve(left: Dim, relation: Relation, right: Dim, known: Known, spend: Spend = () => {}): Solution {
  const difference = subtractDims(left, right);
  if (typeof difference === "number") return holds(difference, relation) ? always : never;
  const variables = [...variablesOf(difference)];
  try {
    return decide(difference, relation, variables, known, spend);
  } catch (error) {
    if (error instanceof DimLimitError) return { kind: "relation", variables };
    throw error;
  }
}

function decide(
  difference: SymbolicDim,
  relation: Relation,
  variables: readonly string[],
  known: Known,
  spend: Spend,
): Solution {
  const [name = "", ...others] = variables;
  if (others.length === 0) return decideOne(difference, relation, name, known, spend);
  const fixed = fixedSizes(variables, known);
  if (fixed.size > 0) return solve(substituteDim(difference, fixed), relation, 0, known, spend);
  return solveMany(difference, relation, variables, known, spend);
}

function decideOne(difference: SymbolicDim, relation: Relation, name: string, known: Known, spend: Spend): Solution {
  const bounded = holdsForAll(signBounds(difference, known), relation);
  if (bounded !== undefined) return bounded ? always : never;
  const sizes = sizesSolving(difference, name, relation, spend);
  if (sizes === undefined) return { kind: "relation", variables: [name] };
  if (isEvery(sizes)) return always;
  const before = known.get(name) ?? everySize;
  spend(costOfJoining(before, sizes) / bitsTogether);
  if (isEmpty(intersect(before, sizes))) return never;
  return isSubset(before, sizes) ? always : { kind: "when", sizes: new Map([[name, sizes]]) };
}

/** Variables of which a single size is known. */
function fixedSizes(variables: readonly string[], known: Known): ReadonlyMap<string, number> {
  const fixed = new Map<string, number>();
  for (const name of variables) {
    const single = known.has(name) ? singleResidue(known.get(name) ?? everySize) : undefined;
    if (single?.modulus === 0) fixed.set(name, single.residue);
  }
  return fixed;
}
