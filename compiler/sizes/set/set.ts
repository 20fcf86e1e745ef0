// Exact sets of sizes v >= 1, as a question about one size leaves them: periodic from some size on, with
// finitely many exceptions. Stored as stretches with one periodic pattern each, so that `S <= 10^9` is
// as small as `S <= 10`. Sizes beyond 2^53 do not exist.
import {
  type Connective,
  everywhere,
  inPattern,
  joinPatterns,
  maximumPeriod,
  minimalPattern,
  nowhere,
  type Pattern,
  residuesOf,
  samePattern,
} from "./pattern.ts";

/** Sizes from `from` up to the next piece follow `pattern`. */
export interface Piece {
  readonly from: number;
  readonly pattern: Pattern;
}

/** The first piece starts at 1, the last one never ends and starts as early as it can. */
export interface SizeSet {
  readonly pieces: readonly Piece[];
}

export const everySize: SizeSet = { pieces: [{ from: 1, pattern: everywhere }] };
export const noSize: SizeSet = { pieces: [{ from: 1, pattern: nowhere }] };

/** The sizes v >= 1 with v mod modulus among the residues. */
export function sizesModulo(modulus: number, residues: Iterable<number>): SizeSet {
  if (modulus > maximumPeriod) throw new Error(`internal: modulus ${modulus}`);
  const bits = new Uint8Array(modulus);
  for (const residue of residues) bits[((residue % modulus) + modulus) % modulus] = 1;
  return sizesFromPieces([{ from: 1, pattern: { period: modulus, bits } }]);
}

export function sizesAtLeast(n: number): SizeSet {
  if (n <= 1) return everySize;
  return {
    pieces: [
      { from: 1, pattern: nowhere },
      { from: n, pattern: everywhere },
    ],
  };
}

export const sizesAtMost = (n: number): SizeSet => complement(sizesAtLeast(n + 1));

/** Exactly these sizes. */
export function sizesOf(members: Iterable<number>): SizeSet {
  const pieces: Piece[] = [{ from: 1, pattern: nowhere }];
  for (const v of [...new Set(members)].filter((v) => v >= 1).sort((a, b) => a - b)) {
    pieces.push({ from: v, pattern: everywhere }, { from: v + 1, pattern: nowhere });
  }
  return sizesFromPieces(pieces);
}

/** Pieces in order of `from`; of several with one start the last counts. Makes the stored form minimal. */
export function sizesFromPieces(pieces: readonly Piece[]): SizeSet {
  const kept: Piece[] = [];
  let later: Piece | undefined;
  for (const piece of pieces.toReversed()) {
    if (later && piece.from >= later.from) continue;
    const pattern = minimalPattern(piece.pattern);
    if (later) later = { from: extendedDown(later, pattern, piece.from), pattern: later.pattern };
    if (later?.from === piece.from) continue;
    if (later) kept.push(later);
    later = { from: piece.from, pattern };
  }
  return {
    pieces: later
      ? [...kept, later].toReversed().map((piece, i) => (i === 0 ? { ...piece, from: 1 } : piece))
      : noSize.pieces,
  };
}

/** The earliest start of `piece` when the pattern before it begins at `from`. */
function extendedDown(piece: Piece, before: Pattern, from: number): number {
  if (samePattern(piece.pattern, before)) return from;
  let start = piece.from;
  // different patterns differ within the sum of their periods, so this walk is short
  while (start > from && inPattern(before, start - 1) === inPattern(piece.pattern, start - 1)) start--;
  return start;
}

function combine(a: SizeSet, b: SizeSet, join: Connective): SizeSet {
  const starts = [...new Set([...a.pieces, ...b.pieces].map((piece) => piece.from))].sort((x, y) => x - y);
  const pieces = starts.map((from, i): Piece => {
    const length = (starts[i + 1] ?? Number.POSITIVE_INFINITY) - from;
    return { from, pattern: joinPatterns(patternAt(a, from), patternAt(b, from), join, from, length) };
  });
  return sizesFromPieces(pieces);
}

function patternAt(a: SizeSet, v: number): Pattern {
  return a.pieces.findLast((piece) => piece.from <= v)?.pattern ?? nowhere;
}

/** What it takes to join two sets, in bits looked at. */
export function costOfJoining(a: SizeSet, b: SizeSet): number {
  const period = ({ pieces }: SizeSet) => pieces.reduce((most, piece) => Math.max(most, piece.pattern.period), 1);
  return (a.pieces.length + b.pieces.length) * Math.min(period(a) * period(b), maximumPeriod);
}

/** Throws a DimLimitError where the common period passes 2^22; so do the other joins of two sets. */
export function intersect(a: SizeSet, b: SizeSet): SizeSet {
  if (isEvery(a) || a === b) return b;
  return isEvery(b) ? a : combine(a, b, (x, y) => x && y);
}

export const unite = (a: SizeSet, b: SizeSet): SizeSet => combine(a, b, (x, y) => x || y);

export const complement = (a: SizeSet): SizeSet => combine(a, everySize, (x) => !x);

export const isEmpty = (a: SizeSet): boolean => a.pieces.length === 1 && a.pieces[0]?.pattern === nowhere;

export const isEvery = (a: SizeSet): boolean => a.pieces.length === 1 && a.pieces[0]?.pattern === everywhere;

export const contains = (a: SizeSet, n: number): boolean => n >= 1 && inPattern(patternAt(a, n), n);

export const isSubset = (a: SizeSet, b: SizeSet): boolean => isEvery(b) || isEmpty(combine(a, b, (x, y) => x && !y));

export const sameSizes = (a: SizeSet, b: SizeSet): boolean => a === b || isEmpty(combine(a, b, (x, y) => x !== y));

/** The least member among n, n + step, n + 2·step, … */
export function nextSize(a: SizeSet, n: number, step = 1): number | undefined {
  for (const [i, { from, pattern }] of a.pieces.entries()) {
    const end = a.pieces[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    const start = n + step * Math.max(0, Math.ceil((from - n) / step));
    const stop = Math.min(end, start + pattern.period * step);
    for (let v = start; v < stop; v += step) if (inPattern(pattern, v)) return v;
  }
  return undefined;
}

/** The greatest member <= n. */
export function previousSize(a: SizeSet, n: number): number | undefined {
  let end = n;
  for (const { from, pattern } of a.pieces.toReversed()) {
    const stop = Math.max(from, end - pattern.period + 1);
    for (let v = end; v >= stop; v--) if (inPattern(pattern, v)) return v;
    end = Math.min(end, from - 1);
  }
  return undefined;
}

/** The closest members below and above n, or n itself: 48 among multiples of 32 -> [32, 64]. */
export function nearestSizes(a: SizeSet, n: number): readonly number[] {
  if (contains(a, n)) return [n];
  return [previousSize(a, n), nextSize(a, Math.max(1, n))].filter((v) => v !== undefined);
}

/** The largest member; undefined when there is none or no end. */
export function largestSize(a: SizeSet): number | undefined {
  const last = a.pieces.at(-1);
  return last?.pattern === nowhere ? previousSize(a, last.from - 1) : undefined;
}

/**
 * Set when the sizes are v = modulus·k + residue (0 <= residue < modulus), all of them from some size
 * on and no other. A single size has modulus 0. With a residue > 0, k = 0 gives a size as well: a
 * variable k >= 1 must stand for v = modulus·k + residue - modulus. `sizesOfQuotient` gives its sizes.
 */
export function singleResidue(a: SizeSet): { readonly modulus: number; readonly residue: number } | undefined {
  const last = a.pieces.at(-1);
  const first = nextSize(a, 1);
  if (last === undefined || first === undefined) return undefined;
  if (last.pattern === nowhere) return largestSize(a) === first ? { modulus: 0, residue: first } : undefined;
  const [residue, ...others] = residuesOf(last.pattern);
  if (residue === undefined || others.length > 0) return undefined;
  return nextSize(a, last.from) === first ? { modulus: last.pattern.period, residue } : undefined;
}

/** The k >= 1 with modulus·k + residue in the set: what is known of s after S = modulus·s + residue. */
export function sizesOfQuotient(a: SizeSet, modulus: number, residue: number): SizeSet {
  const pieces = a.pieces.map(({ from, pattern }): Piece => {
    const bits = new Uint8Array(pattern.period);
    const member = (k: number) =>
      inPattern(pattern, (((modulus * k + residue) % pattern.period) + pattern.period) % pattern.period);
    for (let k = 0; k < pattern.period; k++) bits[k] = member(k) ? 1 : 0;
    return { from: Math.max(1, Math.ceil((from - residue) / modulus)), pattern: { period: pattern.period, bits } };
  });
  const firstValid = Math.max(1, Math.ceil((1 - residue) / modulus));
  return intersect(sizesFromPieces(pieces), sizesAtLeast(firstValid));
}
