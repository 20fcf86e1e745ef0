// The shortest text of a set of sizes. A description is a union of clauses, a clause is a conjunction of
// conditions; both the formula and the sentence are printed from that.

import {
  type Clause,
  type Condition,
  clausesInWords,
  clausesLength,
  clausesText,
  residueConditions,
} from "./clauses.ts";
import { describeFinite } from "./finite.ts";
import { inPattern, nowhere, type Pattern, samePattern } from "./pattern.ts";
import { nextSize, type Piece, previousSize, type SizeSet } from "./set.ts";

/** "S % 32 == 0", "S >= 3", "(S % 4 == 0 or S in {1, 2})"; "" for every size. ", " means and. */
export const describeSizes = (a: SizeSet, name: string): string => clausesText(shortestClauses(a), name);

/** "H mod 32 is 0, 29, 30 or 31", for notes; "H is any size". */
export const describeSizesInWords = (a: SizeSet, name: string): string => clausesInWords(shortestClauses(a), name);

/** The description as conditions, for targets that write it as code. */
export const clausesOf = (a: SizeSet): readonly Clause[] => shortestClauses(a);

/** Exceptions are listed one by one up to this size; beyond it, by the stretches of the set. */
const listedBelow = 4096;

function shortestClauses(a: SizeSet): readonly Clause[] {
  const exceptions = exceptionsToTail(a);
  if (exceptions === undefined) return clausesByPiece(a);
  const starts = [...exceptions.slice(0, 32), ...exceptions.slice(-32)].map((v) => v + 1);
  const candidates = [...new Set([...starts, 1])].sort((x, y) => y - x).filter((start) => start <= listedBelow);
  const described = candidates.map((start) => clausesFrom(a, start, exceptions));
  return described.reduce(
    (best, next) => (clausesLength(next) < clausesLength(best) ? next : best),
    described[0] ?? [],
  );
}

const tailOf = (a: SizeSet): Pattern => a.pieces.at(-1)?.pattern ?? nowhere;

/** The sizes where the set differs from its final pattern; undefined when there are too many to list. */
function exceptionsToTail(a: SizeSet): readonly number[] | undefined {
  const tail = tailOf(a);
  const exceptions: number[] = [];
  let listed = 0;
  for (const [i, { from, pattern }] of a.pieces.entries()) {
    const end = a.pieces[i + 1]?.from ?? from;
    if (samePattern(pattern, tail)) continue;
    listed += end - from;
    if (listed > listedBelow) return undefined;
    for (let v = from; v < end; v++) if (inPattern(pattern, v) !== inPattern(tail, v)) exceptions.push(v);
  }
  return exceptions;
}

/** The final pattern from `start` on, minus what it has too much, plus everything else one by one. */
function clausesFrom(a: SizeSet, start: number, exceptions: readonly number[]): readonly Clause[] {
  const tail = tailOf(a);
  const tailSet: SizeSet = { pieces: [{ from: 1, pattern: tail }] };
  const others = exceptions.filter((v) => v >= start && !inPattern(tail, v));
  const below: number[] = [];
  for (let v = nextSize(a, 1); v !== undefined && v < start; v = nextSize(a, v + 1)) below.push(v);
  const finite = describeFinite([...below, ...others]);
  if (tail === nowhere) return finite;
  const first = nextSize(tailSet, start) ?? start;
  const isBounded = (previousSize(tailSet, start - 1) ?? 0) > 0;
  const missing = exceptions.filter((v) => v >= start && inPattern(tail, v));
  const clause: Condition[] = residueConditions(tail);
  if (isBounded) clause.push({ kind: "at least", n: firstKept(first, missing, tailSet) });
  const bound = clause.at(-1);
  const named = missing.filter((v) => bound?.kind !== "at least" || v > bound.n);
  if (named.length > 0) clause.push({ kind: "sizes", members: named, negated: true });
  return [clause, ...finite];
}

/** A bound names a member: missing sizes right at the bound are already below it. */
function firstKept(first: number, missing: readonly number[], tail: SizeSet): number {
  let kept = first;
  while (missing.includes(kept)) kept = nextSize(tail, kept + 1) ?? kept;
  return kept;
}

function clausesByPiece(a: SizeSet): readonly Clause[] {
  return a.pieces.flatMap((piece, i) => {
    const end = a.pieces[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    const clause = pieceClause(a, piece, end);
    return clause ? [clause] : [];
  });
}

function pieceClause(a: SizeSet, { from, pattern }: Piece, end: number): Clause | undefined {
  const first = nextSize(a, from);
  if (first === undefined || first >= end) return undefined;
  const last = end === Number.POSITIVE_INFINITY ? end : (previousSize(a, end - 1) ?? first);
  if (first === last) return [{ kind: "sizes", members: [first], negated: false }];
  const clause: Condition[] = residueConditions(pattern);
  if ((previousSize({ pieces: [{ from: 1, pattern }] }, first - 1) ?? 0) > 0)
    clause.push({ kind: "at least", n: first });
  if (last !== Number.POSITIVE_INFINITY) clause.push({ kind: "at most", n: last });
  return clause;
}
