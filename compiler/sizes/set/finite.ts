// Short descriptions of finitely many sizes: a list, a range, or a periodic stretch.
import { type Clause, type Condition, clausesLength, residueConditions } from "./clauses.ts";
import { type Pattern, residuesOf } from "./pattern.ts";

export function describeFinite(unsorted: readonly number[]): readonly Clause[] {
  const members = [...new Set(unsorted)].sort((a, b) => a - b);
  if (members.length === 0) return [];
  const listed: readonly Clause[] = [listClause(members)];
  if (members.length <= 2) return listed;
  return [listed, [stretchClause(members)], runClauses(members)].reduce((best, next) =>
    clausesLength(next) < clausesLength(best) ? next : best,
  );
}

const listClause = (members: readonly number[]): Clause => [{ kind: "sizes", members, negated: false }];

/** One pattern from the first member to the last. */
function stretchClause(members: readonly number[]): Clause {
  const first = members[0] ?? 1;
  const last = members.at(-1) ?? first;
  const pattern = shortestPattern(members, first, last);
  const clause: Condition[] = residueConditions(pattern);
  if (residuesOf(pattern).some((residue) => (residue || pattern.period) < first))
    clause.push({ kind: "at least", n: first });
  return [...clause, { kind: "at most", n: last }];
}

function shortestPattern(members: readonly number[], first: number, last: number): Pattern {
  const present = new Uint8Array(last - first + 1);
  for (const v of members) present[v - first] = 1;
  const period = smallestPeriod(present);
  const bits = new Uint8Array(period);
  for (let i = 0; i < period; i++) bits[(first + i) % period] = present[i] ?? 0;
  return { period, bits };
}

/** Knuth, Morris and Pratt's border table: the length minus the longest border. */
function smallestPeriod(text: Uint8Array): number {
  const border = new Int32Array(text.length);
  for (let i = 1, length = 0; i < text.length; i++) {
    while (length > 0 && text[i] !== text[length]) length = border[length - 1] ?? 0;
    if (text[i] === text[length]) length++;
    border[i] = length;
  }
  return text.length - (border[text.length - 1] ?? 0);
}

/** Runs of neighbours as ranges, the rest as one list. */
function runClauses(members: readonly number[]): readonly Clause[] {
  const runs: number[][] = [];
  for (const v of members) {
    const run = runs.at(-1);
    if (run?.at(-1) === v - 1) run.push(v);
    else runs.push([v]);
  }
  const long = runs.filter((run) => run.length > 2);
  const rest = runs.filter((run) => run.length <= 2).flat();
  return [...long.map((run) => stretchClause(run)), ...(rest.length > 0 ? [listClause(rest)] : [])];
}
