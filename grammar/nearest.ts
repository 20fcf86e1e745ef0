// "Did you mean": the candidate that is the fewest slips of the keyboard away. A swap of neighbours is
// one slip (`lsr` for `lrs`), which plain edit distance counts as two.

/** How many inserted, deleted, changed or swapped letters lie between two words. */
function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      current[column] = slips(from, to, row, column, { beforeLast, last, current });
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}

interface Rows {
  readonly beforeLast: readonly number[];
  readonly last: readonly number[];
  readonly current: readonly number[];
}

function slips(from: string, to: string, row: number, column: number, { beforeLast, last, current }: Rows): number {
  const same = from[row - 1] === to[column - 1];
  const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
  return Math.min(
    (last[column] ?? 0) + 1,
    (current[column - 1] ?? 0) + 1,
    (last[column - 1] ?? 0) + (same ? 0 : 1),
    swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
  );
}

/** Longer words forgive more slips; a word of two letters forgives one. */
function allowed(word: string): number {
  return word.length <= 4 ? 1 : word.length <= 7 ? 2 : 3;
}

// Nobody misspells a word of this length by three letters, and the table would grow with its square.
const longest = 100;

/** The candidate closest to `word`, or nothing when all are too far; `word` itself is never the answer. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > longest) return undefined;
  let best: string | undefined;
  let bestScore = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const score = scoreOf(word, candidate);
    if (score < bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

/** Case counts a little: `hg` is nearer to `HG` than to anything, and `unit` prefers `unit` to `Unit`. */
function scoreOf(word: string, candidate: string): number {
  const limit = allowed(word);
  if (candidate === word || Math.abs(candidate.length - word.length) > limit) return Number.POSITIVE_INFINITY;
  const loose = distance(word.toLowerCase(), candidate.toLowerCase());
  if (loose > limit || loose >= Math.max(word.length, candidate.length)) return Number.POSITIVE_INFINITY;
  return loose + distance(word, candidate) / 1000;
}
