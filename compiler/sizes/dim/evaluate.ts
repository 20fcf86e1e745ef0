// The value of a size for concrete numbers. Plain numbers where every step stays below 2^53, BigInt
// otherwise: a sum may pass the limit on the way although its value does not.

import { leastCommonMultiple } from "./integers.ts";
import { type Dim, DimLimitError, type Factor, type SymbolicDim } from "./terms.ts";

export type Values = ReadonlyMap<string, number>;

export function evaluateDim(d: Dim, values: Values): number {
  if (typeof d === "number") return d;
  const fast = evaluateFast(d, values);
  if (!Number.isNaN(fast)) return fast + 0;
  const value = Number(evaluateBig(d, values));
  if (!Number.isSafeInteger(value)) throw new DimLimitError("a size passed 2^53");
  return value;
}

/** NaN where a step passed 2^53. */
function evaluateFast(d: SymbolicDim, values: Values): number {
  let sum = 0;
  for (const { coefficient, factors } of d.terms) {
    let product = coefficient;
    for (const factor of factors) {
      const value = factorFast(factor, values);
      for (let i = 0; i < factor.power; i++) product = checked(product * value);
    }
    sum = checked(sum + product);
  }
  return sum;
}

const checked = (value: number): number => (Number.isSafeInteger(value) ? value : Number.NaN);

// The rounded quotient of two integers below 2^53 never reaches the next integer, so this floor is exact.
function factorFast({ atom }: Factor, values: Values): number {
  return atom.kind === "variable" ? givenValue(atom.name, values) : Math.floor(evaluateFast(atom.of, values) / atom.by);
}

/** `evaluateFast` in one variable, made once for many values. */
export function evaluatorIn(d: SymbolicDim): (value: number) => number {
  const terms = d.terms.map(({ coefficient, factors }) => {
    const parts = factors.flatMap(({ atom, power }) => Array.from({ length: power }, () => partOf(atom)));
    const [only, second] = parts;
    if (!only) return () => coefficient;
    if (!second) return (value: number) => checked(coefficient * only(value));
    return (value: number) => parts.reduce((product, part) => checked(product * part(value)), coefficient);
  });
  return (value) => {
    let sum = 0;
    for (const term of terms) sum = checked(sum + term(value));
    return sum;
  };
}

function partOf(atom: Factor["atom"]): (value: number) => number {
  if (atom.kind === "variable") return (value) => value;
  const { by } = atom;
  const inside = evaluatorIn(atom.of);
  return (value) => Math.floor(inside(value) / by);
}

/** Any size of value, plain numbers on the way where they do. */
export function evaluateAsBig(d: SymbolicDim, values: Values): bigint {
  const fast = evaluateFast(d, values);
  return Number.isNaN(fast) ? evaluateBig(d, values) : BigInt(fast);
}

function evaluateBig(d: SymbolicDim, values: Values): bigint {
  let sum = 0n;
  for (const { coefficient, factors } of d.terms) {
    let product = BigInt(coefficient);
    for (const factor of factors) product *= factorBig(factor, values) ** BigInt(factor.power);
    sum += product;
  }
  return sum;
}

function factorBig({ atom }: Factor, values: Values): bigint {
  if (atom.kind === "variable") return BigInt(givenValue(atom.name, values));
  return floorBig(evaluateBig(atom.of, values), BigInt(atom.by));
}

const floorBig = (a: bigint, d: bigint): bigint => (a >= 0n ? a / d : -((d - 1n - a) / d));

function givenValue(name: string, values: Values): number {
  const value = values.get(name);
  if (value === undefined) throw new Error(`internal: size ${name} has no value`);
  return value;
}

/**
 * A number m such that v = m·k + r turns every floor that contains v into a polynomial in k: the lcm,
 * over the atoms, of the products of divisors on each nesting path. Infinity beyond 2^53.
 */
export function periodIn(d: Dim, name: string): number {
  let period = 1;
  for (const { atom } of factorsOf(d)) {
    if (atom.kind === "floor" && mentions(atom.of, name))
      period = capped(leastCommonMultiple(period, atom.by * periodIn(atom.of, name)));
  }
  return period;
}

const capped = (period: number): number => (Number.isSafeInteger(period) ? period : Number.POSITIVE_INFINITY);

/** The degree in one variable of the polynomial that `periodIn` speaks of; never too low. */
export function degreeIn(d: Dim, name: string): number {
  if (typeof d === "number") return 0;
  let degree = 0;
  for (const { factors } of d.terms) {
    let sum = 0;
    for (const { atom, power } of factors) {
      if (atom.kind === "floor") sum += power * degreeIn(atom.of, name);
      else if (atom.name === name) sum += power;
    }
    degree = Math.max(degree, sum);
  }
  return degree;
}

/** Atoms that one evaluation looks at. */
export function costOf(d: Dim): number {
  let cost = 1;
  for (const { atom } of factorsOf(d)) cost += atom.kind === "floor" ? 1 + costOf(atom.of) : 1;
  return cost;
}

function mentions(d: Dim, name: string): boolean {
  return factorsOf(d).some(({ atom }) => (atom.kind === "variable" ? atom.name === name : mentions(atom.of, name)));
}

const factorsOf = (d: Dim): readonly Factor[] => (typeof d === "number" ? [] : d.terms.flatMap((term) => term.factors));
