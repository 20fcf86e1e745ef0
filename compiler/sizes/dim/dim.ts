// Sizes of axes, exactly. A size is a polynomial with whole coefficients over variables and floors of
// such polynomials; convolution, pooling, resizing and concatenation never leave this family. Two
// rewrites keep it small: multiples of d leave a floor(·/d), and nested floors become one, so five
// ceil-halvings of H are ⌈H/32⌉. Which sizes satisfy an equation is the question of solve.ts.

import { evaluateAsBig, periodIn } from "./evaluate.ts";
import { greatestCommonDivisor, leastCommonMultiple } from "./integers.ts";
import {
  type Atom,
  addTerms,
  atomDim,
  type Dim,
  exact,
  fromSorted,
  fromTerms,
  multiplyTerms,
  type SymbolicDim,
  type Term,
  termsOf,
  withCoefficient,
} from "./terms.ts";

export { evaluateDim } from "./evaluate.ts";
export { formatDim, type Origin } from "./format.ts";
export { type Atom, type Dim, DimLimitError, type SymbolicDim, type Term } from "./terms.ts";

/** A size >= 1. */
export function variable(name: string): Dim {
  return atomDim({ kind: "variable", name, key: name, degree: 1 });
}

export const isSymbolic = (d: Dim): d is SymbolicDim => typeof d !== "number";

/** Same normal form. Different forms may still be equal for every size: ask `solve`. */
export function sameDim(a: Dim, b: Dim): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return a === b || a.key === b.key;
}

/**
 * Whether two sizes are equal where everything that is divided divides: H and 2·⌊H/2⌋. Tried at one large size
 * per variable, so it says which equation an author may have meant, and proves none.
 */
export function agreeWhereDivisible(a: Dim, b: Dim): boolean {
  if (sameDim(a, b)) return true;
  if (!isSymbolic(a) || !isSymbolic(b)) return false;
  const values = new Map<string, number>();
  for (const name of [...variablesOf(a), ...variablesOf(b)]) {
    const period = leastCommonMultiple(periodIn(a, name), periodIn(b, name));
    if (!values.has(name)) values.set(name, period * (1009 + 2 * values.size));
  }
  return [...values.values()].every(Number.isSafeInteger) && evaluateAsBig(a, values) === evaluateAsBig(b, values);
}

export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return exact(a + b);
  if (a === 0) return b;
  if (b === 0) return a;
  return fromSorted(addTerms(termsOf(a), termsOf(b)));
}

export const subtractDims = (a: Dim, b: Dim): Dim => addDims(a, negateDim(b));

export const negateDim = (a: Dim): Dim => multiplyDims(a, -1);

export function multiplyDims(a: Dim, b: Dim): Dim {
  if (typeof a !== "number") return typeof b === "number" ? scale(a, b) : multiplyTerms(a.terms, b.terms);
  return typeof b === "number" ? exact(a * b) : scale(b, a);
}

function scale(d: SymbolicDim, by: number): Dim {
  exact(by);
  if (by === 0) return 0;
  if (by === 1) return d;
  return fromSorted(d.terms.map((term) => withCoefficient(term, term.coefficient * by)));
}

/** a^n for a whole n >= 0. */
export function powerDim(a: Dim, n: number): Dim {
  if (!Number.isSafeInteger(n) || n < 0) throw new Error(`internal: power ${n} of a size`);
  if (a === 0 || a === 1) return n === 0 ? 1 : a;
  if (a === -1) return n % 2 === 0 ? 1 : -1;
  let result: Dim = 1;
  let square = a;
  for (let rest = n; ; square = multiplyDims(square, square)) {
    if (rest % 2 === 1) result = multiplyDims(result, square);
    rest = Math.floor(rest / 2);
    if (rest === 0) return result;
  }
}

export function ceilDivide(a: Dim, d: number): Dim {
  return typeof a === "number" ? negateDim(floorDivide(-a, d)) : floorDivide(addDims(a, d - 1), d);
}

export function modulo(a: Dim, m: number): Dim {
  if (typeof a === "number") return remainder(a, divisor(m));
  return subtractDims(a, multiplyDims(floorDivide(a, m), m));
}

export function floorDivide(a: Dim, d: number): Dim {
  divisor(d);
  if (typeof a === "number") return exact(Math.floor(a / d));
  if (d === 1) return a;
  const outside: Term[] = [];
  const inside: Term[] = [];
  for (const term of a.terms) {
    const quotient = Math.floor(term.coefficient / d);
    const rest = remainder(term.coefficient, d);
    if (quotient !== 0) outside.push(withCoefficient(term, quotient));
    if (rest !== 0) inside.push(withCoefficient(term, rest));
  }
  return addDims(fromSorted(outside), floorOfReduced(inside, d));
}

/** The floor of terms whose coefficients are in 1..d-1. */
function floorOfReduced(terms: readonly Term[], d: number): Dim {
  let common = d;
  for (const term of terms) if (term.key !== "") common = greatestCommonDivisor(common, term.coefficient);
  // floor((g·A + c) / (g·e)) = floor((A + floor(c/g)) / e)
  const smaller =
    common === 1 ? terms : terms.map((term) => withCoefficient(term, Math.floor(term.coefficient / common)));
  const inside = fromTerms(smaller);
  if (typeof inside === "number") return 0;
  return mergeNested(inside, d / common) ?? atomDim(floorAtom(inside, d / common));
}

function floorAtom(of: SymbolicDim, by: number): Atom {
  return { kind: "floor", of, by, key: `⌊(${of.key})/${by}⌋`, degree: of.terms[0]?.degree ?? 0 };
}

/**
 * floor((floor(A/b) + Q) / d) = floor((A + b·Q) / (b·d)), as Q is whole. Only where this is the one
 * floor inside, so that the result does not depend on which of several was merged first.
 */
function mergeNested(inside: SymbolicDim, d: number): Dim | undefined {
  const withFloor = inside.terms.filter((term) => term.factors.some(({ atom }) => atom.kind === "floor"));
  const [term] = withFloor;
  const [factor] = term?.factors ?? [];
  if (withFloor.length !== 1 || term?.coefficient !== 1 || term.factors.length !== 1) return undefined;
  if (factor?.power !== 1 || factor.atom.kind !== "floor") return undefined;
  const { of, by } = factor.atom;
  const others = fromSorted(inside.terms.filter((other) => other !== term));
  return floorDivide(addDims(of, multiplyDims(others, by)), exact(by * d));
}

function divisor(d: number): number {
  if (!Number.isSafeInteger(d) || d < 1) throw new Error(`internal: division of a size by ${d}`);
  return d;
}

function remainder(a: number, d: number): number {
  const rest = a % d;
  return (rest < 0 ? rest + d : rest) + 0;
}

export function variablesOf(d: Dim): ReadonlySet<string> {
  const names = new Set<string>();
  collectVariables(d, names);
  return names;
}

function collectVariables(d: Dim, names: Set<string>): void {
  if (typeof d === "number") return;
  for (const { factors } of d.terms) {
    for (const { atom } of factors) {
      if (atom.kind === "variable") names.add(atom.name);
      else collectVariables(atom.of, names);
    }
  }
}

/** Variables without a value stay. */
export function substituteDim(d: Dim, values: ReadonlyMap<string, Dim>): Dim {
  if (typeof d === "number" || values.size === 0) return d;
  let sum: Dim = 0;
  for (const { coefficient, factors } of d.terms) {
    let product: Dim = coefficient;
    for (const { atom, power } of factors)
      product = multiplyDims(product, powerDim(substituteAtom(atom, values), power));
    sum = addDims(sum, product);
  }
  return sum;
}

function substituteAtom(atom: Atom, values: ReadonlyMap<string, Dim>): Dim {
  if (atom.kind === "variable") return values.get(atom.name) ?? atomDim(atom);
  return floorDivide(substituteDim(atom.of, values), atom.by);
}

/** All variables at once, so that two names may be swapped. */
export function renameDim(d: Dim, names: ReadonlyMap<string, string>): Dim {
  return substituteDim(d, new Map([...names].map(([from, to]) => [from, variable(to)])));
}
