// Several variables. Residue by residue the relation becomes a polynomial in k1, k2, …; where every
// combination of residues has a definite answer, and the combinations that work are a product of residues
// per variable, the answer is one rule per variable. Everything else needs a relation between variables.
import type { SymbolicDim } from "../dim/dim.ts";
import { costOf, degreeIn, evaluateAsBig, periodIn } from "../dim/evaluate.ts";
import { everySize, nextSize, type SizeSet, sizesModulo } from "../set/set.ts";
import { signBounds } from "./bounds.ts";
import { holdsForAll, type Relation, type SignRange } from "./relation.ts";
import { differencesOfBig } from "./sign.ts";
import type { Known, Solution, Spend } from "./solution.ts";

/** One variable: v = period·k + start with k >= 0 covers the known sizes of one residue. */
interface Axis {
  readonly name: string;
  readonly period: number;
  readonly degree: number;
  readonly starts: readonly number[];
}

const maximumCombinations = 65_536;
/** Points of evaluation in all; a combination costs (degree + 1) per variable. */
const maximumPoints = 2 ** 20;

export function solveMany(
  difference: SymbolicDim,
  relation: Relation,
  variables: readonly string[],
  known: Known,
  spend: Spend,
): Solution {
  const bounded = holdsForAll(signBounds(difference, known), relation);
  if (bounded !== undefined) return { kind: bounded ? "always" : "never" };
  const axes = axesOf(difference, variables, known);
  if (axes) spend(16 * costOf(difference) * product(axes.map((axis) => axis.starts.length * (axis.degree + 1))));
  const working = axes && workingCombinations(difference, relation, axes);
  return (working && asProduct(working, axes)) ?? { kind: "relation", variables };
}

function axesOf(difference: SymbolicDim, variables: readonly string[], known: Known): readonly Axis[] | undefined {
  const periods = variables.map((name) => periodIn(difference, name));
  const degrees = variables.map((name) => degreeIn(difference, name));
  const combinations = product(periods);
  if (!(combinations <= maximumCombinations && combinations * product(degrees.map((d) => d + 1)) <= maximumPoints))
    return undefined;
  return variables.map((name, i) => {
    const period = periods[i] ?? 1;
    return { name, period, degree: degrees[i] ?? 0, starts: startsOf(known.get(name) ?? everySize, period) };
  });
}

const product = (numbers: readonly number[]): number => numbers.reduce((a, b) => a * b, 1);

/** The least known size of each residue; residues without known sizes do not count. */
function startsOf(known: SizeSet, period: number): readonly number[] {
  const starts: number[] = [];
  for (let residue = 1; residue <= period; residue++) {
    const start = nextSize(known, residue, period);
    if (start !== undefined) starts.push(start);
  }
  return starts;
}

/** The starts, one per axis, from which the relation always holds; undefined if some combination is undecided. */
function workingCombinations(
  difference: SymbolicDim,
  relation: Relation,
  axes: readonly Axis[],
): readonly (readonly number[])[] | undefined {
  const working: (readonly number[])[] = [];
  for (const starts of combinations(axes.map((axis) => axis.starts))) {
    const answer = holdsForAll(signRange(difference, axes, starts), relation);
    if (answer === undefined) return undefined;
    if (answer) working.push(starts);
  }
  return working;
}

function* combinations(choices: readonly (readonly number[])[]): Generator<readonly number[]> {
  const [first, ...others] = choices;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const rest of combinations(others)) for (const choice of first) yield [choice, ...rest];
}

/**
 * In the basis of products of binomials C(k, i) >= 0 a polynomial whose coefficients all have one sign
 * has that sign everywhere; its least absolute value is the one at k = 0.
 */
function signRange(difference: SymbolicDim, axes: readonly Axis[], starts: readonly number[]): SignRange {
  const coefficients = mixedDifferences(axes, starts, 0, new Map(), (point) => evaluateAsBig(difference, point));
  const [constant = 0n] = coefficients;
  if (coefficients.every((c) => c === 0n)) return { low: 0, high: 0 };
  if (coefficients.every((c) => c >= 0n)) return { low: constant > 0n ? 1 : 0, high: 1 };
  if (coefficients.every((c) => c <= 0n)) return { low: -1, high: constant < 0n ? -1 : 0 };
  return { low: -1, high: 1 };
}

/** Forward differences along every axis, from values on the grid of deg + 1 points per axis. */
function mixedDifferences(
  axes: readonly Axis[],
  starts: readonly number[],
  depth: number,
  point: ReadonlyMap<string, number>,
  evaluate: (point: ReadonlyMap<string, number>) => bigint,
): readonly bigint[] {
  const axis = axes[depth];
  if (axis === undefined) return [evaluate(point)];
  const slices = Array.from({ length: axis.degree + 1 }, (_, k) => {
    const here = new Map(point).set(axis.name, (starts[depth] ?? 1) + axis.period * k);
    return mixedDifferences(axes, starts, depth + 1, here, evaluate);
  });
  const columns = (slices[0] ?? []).map((_, column) => differencesOfBig(slices.map((slice) => slice[column] ?? 0n)));
  return slices.flatMap((_, order) => columns.map((column) => column[order] ?? 0n));
}

/** A rule per variable, if the combinations are all the combinations of what each variable may be. */
function asProduct(working: readonly (readonly number[])[], axes: readonly Axis[]): Solution | undefined {
  if (working.length === 0) return { kind: "never" };
  const allowed = axes.map((_, i) => new Set(working.map((starts) => starts[i] ?? 1)));
  if (product(allowed.map((starts) => starts.size)) !== working.length) return undefined;
  const sizes = new Map<string, SizeSet>();
  axes.forEach(({ name, period, starts }, i) => {
    const residues = allowed[i] ?? new Set();
    if (residues.size < starts.length) sizes.set(name, sizesModulo(period, residues));
  });
  return sizes.size === 0 ? { kind: "always" } : { kind: "when", sizes };
}
