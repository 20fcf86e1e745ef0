// One variable, where a size only rises with it: S, ⌊S/2⌋ + 3, ⌊⌊(S - 1)/2⌋/2⌋. Two bisections say where it turns
// positive, whatever its period; most questions that shape rules ask are of this kind.
import type { Dim, SymbolicDim } from "../dim/dim.ts";
import { evaluateAsBig } from "../dim/evaluate.ts";
import { everywhere, nowhere } from "../set/pattern.ts";
import { type Piece, type SizeSet, sizesFromPieces } from "../set/set.ts";
import { holds, type Relation } from "./relation.ts";

/** 1 where the difference never falls, -1 where it never rises; undefined where neither is plain to see. */
export function direction(difference: SymbolicDim): 1 | -1 | undefined {
  const signs = new Set(
    difference.terms.flatMap(({ coefficient, factors }) => (factors.length === 0 ? [] : [Math.sign(coefficient)])),
  );
  if (signs.size !== 1 || !difference.terms.every(({ factors }) => isLinear(factors))) return undefined;
  return signs.has(1) ? 1 : -1;
}

const isLinear = (factors: SymbolicDim["terms"][number]["factors"]): boolean => {
  const [factor, second] = factors;
  if (!factor) return true;
  if (second || factor.power !== 1) return false;
  return factor.atom.kind === "variable" || isRising(factor.atom.of);
};

const isRising = (dim: Dim): boolean => typeof dim === "number" || direction(dim) === 1;

/** The sizes of `name` for which `difference relation 0`, for a difference with a direction. */
export function sizesAlong(difference: SymbolicDim, way: 1 | -1, name: string, relation: Relation): SizeSet {
  const signAt = (size: number): -1 | 0 | 1 => {
    const value = evaluateAsBig(difference, new Map([[name, size]]));
    return value > 0n ? 1 : value < 0n ? -1 : 0;
  };
  const pieces: Piece[] = [];
  for (const sign of way === 1 ? ([-1, 0, 1] as const) : ([1, 0, -1] as const)) {
    const from = firstSize((size) => way * signAt(size) >= way * sign);
    if (from !== undefined) pieces.push({ from, pattern: holds(sign, relation) ? everywhere : nowhere });
  }
  return sizesFromPieces(pieces);
}

/** The least size from which a condition that stays true is true; undefined where no size is that large. */
function firstSize(isTrue: (size: number) => boolean): number | undefined {
  if (isTrue(1)) return 1;
  let low = 1;
  let high = 2;
  while (!isTrue(high)) {
    if (high === Number.MAX_SAFE_INTEGER) return undefined;
    low = high;
    high = Math.min(2 * high, Number.MAX_SAFE_INTEGER);
  }
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (isTrue(middle)) high = middle;
    else low = middle;
  }
  return high;
}
