// Interval bounds of a size over the known sizes: cheap, never wrong, and enough for H·W >= 1.
import type { Atom, SymbolicDim } from "../dim/dim.ts";
import { everySize, largestSize, nextSize } from "../set/set.ts";
import type { SignRange } from "./relation.ts";
import type { Known } from "./solution.ts";

interface Bounds {
  readonly low: number;
  readonly high: number;
}

const unknownBounds: Bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

export function signBounds(d: SymbolicDim, known: Known): SignRange {
  const { low, high } = boundsOf(d, known);
  return { low: sign(low), high: sign(high) };
}

const sign = (n: number): -1 | 0 | 1 => (n > 0 ? 1 : n < 0 ? -1 : 0);

function boundsOf(d: SymbolicDim, known: Known): Bounds {
  let sum: Bounds = { low: 0, high: 0 };
  for (const { coefficient, factors } of d.terms) {
    let term: Bounds = { low: coefficient, high: coefficient };
    for (const { atom, power } of factors) {
      const atomBounds = boundsOfAtom(atom, known);
      for (let i = 0; i < power; i++) term = multiplyBounds(term, atomBounds);
    }
    sum = widened({ low: sum.low + term.low, high: sum.high + term.high });
  }
  return sum;
}

function boundsOfAtom(atom: Atom, known: Known): Bounds {
  if (atom.kind === "variable") {
    const sizes = known.get(atom.name) ?? everySize;
    return widened({ low: nextSize(sizes, 1) ?? 1, high: largestSize(sizes) ?? Number.POSITIVE_INFINITY });
  }
  const { low, high } = boundsOf(atom.of, known);
  return { low: Math.floor(low / atom.by), high: Math.floor(high / atom.by) };
}

function multiplyBounds(a: Bounds, b: Bounds): Bounds {
  const corners = [times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)];
  return widened({ low: Math.min(...corners), high: Math.max(...corners) });
}

// 0 times an unbounded factor is 0: every size is finite
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

/** Rounded numbers bound nothing. */
function widened({ low, high }: Bounds): Bounds {
  if (Number.isNaN(low) || Number.isNaN(high)) return unknownBounds;
  const isExact = (n: number) => Math.abs(n) <= Number.MAX_SAFE_INTEGER;
  return { low: isExact(low) ? low : lowest(low), high: isExact(high) ? high : highest(high) };
}

const lowest = (n: number): number => (n > 0 ? Number.MAX_SAFE_INTEGER : Number.NEGATIVE_INFINITY);

const highest = (n: number): number => (n < 0 ? Number.MIN_SAFE_INTEGER : Number.POSITIVE_INFINITY);
