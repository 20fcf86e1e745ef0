// Periodic sets of integers: v belongs when bit v mod period is set.
import { leastCommonMultiple, primeFactors } from "../dim/integers.ts";
import { DimLimitError } from "../dim/terms.ts";

export interface Pattern {
  readonly period: number;
  readonly bits: Uint8Array;
}

/** A period is a block of memory, so there is a cap; real networks stay below 10,000. */
export const maximumPeriod = 2 ** 22;

export const nowhere: Pattern = { period: 1, bits: Uint8Array.of(0) };
export const everywhere: Pattern = { period: 1, bits: Uint8Array.of(1) };

export const inPattern = (pattern: Pattern, v: number): boolean => pattern.bits[v % pattern.period] === 1;

export function residuesOf({ bits }: Pattern): readonly number[] {
  const residues: number[] = [];
  bits.forEach((bit, residue) => bit === 1 && residues.push(residue));
  return residues;
}

/** The same set with its smallest period. */
export function minimalPattern(pattern: Pattern): Pattern {
  let { period } = pattern;
  for (const prime of primeFactors(period)) {
    while (period % prime === 0 && repeats(pattern.bits, period, period / prime)) period /= prime;
  }
  if (period === 1) return pattern.bits[0] === 1 ? everywhere : nowhere;
  return period === pattern.period ? pattern : { period, bits: pattern.bits.slice(0, period) };
}

function repeats(bits: Uint8Array, length: number, period: number): boolean {
  for (let i = period; i < length; i++) if (bits[i] !== bits[i - period]) return false;
  return true;
}

export const samePattern = (a: Pattern, b: Pattern): boolean =>
  a === b || (a.period === b.period && a.bits.every((bit, i) => bit === b.bits[i]));

export type Connective = (a: boolean, b: boolean) => boolean;

/** Joins two patterns on from … from + length - 1; a short stretch may have a shorter period than the lcm. */
export function joinPatterns(a: Pattern, b: Pattern, join: Connective, from: number, length: number): Pattern {
  if (a.period === 1) return mapPattern(b, (bit) => join(a.bits[0] === 1, bit));
  if (b.period === 1) return mapPattern(a, (bit) => join(bit, b.bits[0] === 1));
  const period = Math.min(leastCommonMultiple(a.period, b.period), length);
  if (period > maximumPeriod) throw new DimLimitError("a rule for sizes repeats too rarely to be stored");
  const bits = new Uint8Array(period);
  for (let v = from; v < from + period; v++) bits[v % period] = join(inPattern(a, v), inPattern(b, v)) ? 1 : 0;
  return { period, bits };
}

function mapPattern({ period, bits }: Pattern, map: (bit: boolean) => boolean): Pattern {
  return { period, bits: bits.map((bit) => (map(bit === 1) ? 1 : 0)) };
}
