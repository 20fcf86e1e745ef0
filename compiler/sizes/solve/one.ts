// One variable: exact. With v = m·k + r for each r in 1..m all floors become polynomials in k >= 0, known
// from their values at deg + 1 points, and their signs over k say where the relation holds.
import type { SymbolicDim } from "../dim/dim.ts";
import { costOf, degreeIn, evaluateAsBig, evaluateFast, periodIn } from "../dim/evaluate.ts";
import { maximumPeriod, type Pattern } from "../set/pattern.ts";
import { type Piece, type SizeSet, sizesFromPieces } from "../set/set.ts";
import { holds, type Relation } from "./relation.ts";
import { differencesOf, differencesOfBig, type SignRun, signRuns } from "./sign.ts";
import type { Spend } from "./solution.ts";

/** From k = `at` on, residue `residue` changes sides. */
interface Toggle {
  readonly at: number;
  readonly residue: number;
}

/** Evaluations of one atom that take as long as a step. */
const stepsTogether = 8;
/** Memory for the stretches between changes, in bits. */
const maximumBits = 2 ** 25;
/** Residues whose polynomial of degree 2 or more changes sign: each takes bisection in BigInt. */
const maximumCurves = 2 ** 15;

/** The sizes of `name` for which `difference relation 0`; undefined when there are too many residues. */
export function sizesSolving(
  difference: SymbolicDim,
  name: string,
  relation: Relation,
  spend: Spend,
): SizeSet | undefined {
  const period = periodIn(difference, name);
  const degree = degreeIn(difference, name);
  if (period > maximumPeriod || period * degree > 2 * maximumPeriod) return undefined;
  spend((costOf(difference) * period * (degree + 1)) / stepsTogether);
  const bits = new Uint8Array(period);
  const toggles: Toggle[] = [];
  let curves = 0;
  for (let residue = 1; residue <= period; residue++) {
    let isMember = false;
    const signs = signsFor(difference, name, period, residue, degree);
    if (degree > 1 && signs.length > 1 && ++curves > maximumCurves) return undefined;
    for (const { from, sign } of signs) {
      if (holds(sign, relation) === isMember) continue;
      isMember = !isMember;
      if (from === 0) bits[residue % period] = 1;
      else toggles.push({ at: from, residue });
    }
  }
  return assemble({ period, bits }, toggles);
}

function signsFor(
  difference: SymbolicDim,
  name: string,
  period: number,
  residue: number,
  degree: number,
): readonly SignRun[] {
  const values: number[] = [];
  const limit = Number.MAX_SAFE_INTEGER / 2 ** degree;
  for (let k = 0; k <= degree; k++) {
    const value = evaluateFast(difference, new Map([[name, period * k + residue]]));
    if (!(Math.abs(value) <= limit)) return signsForLarge(difference, name, period, residue, degree);
    values.push(value);
  }
  return signRuns(differencesOf(values));
}

function signsForLarge(
  difference: SymbolicDim,
  name: string,
  period: number,
  residue: number,
  degree: number,
): readonly SignRun[] {
  const points = Array.from({ length: degree + 1 }, (_, k) => new Map([[name, period * k + residue]]));
  return signRuns(differencesOfBig(points.map((point) => evaluateAsBig(difference, point))));
}

function assemble({ period, bits }: Pattern, toggles: readonly Toggle[]): SizeSet | undefined {
  const changes = new Map<number, number[]>();
  for (const { at, residue } of toggles) {
    const together = changes.get(at);
    if (together) together.push(residue);
    else changes.set(at, [residue]);
  }
  if ((changes.size + 1) * period > maximumBits) return undefined;
  const pieces: Piece[] = [{ from: 1, pattern: { period, bits } }];
  let current = bits;
  for (const [k, residues] of [...changes].sort(([a], [b]) => a - b)) {
    const from = period * k + 1;
    if (!Number.isSafeInteger(from)) break;
    current = current.slice();
    for (const residue of residues) current[residue % period] = 1 - (current[residue % period] ?? 0);
    pieces.push({ from, pattern: { period, bits: current } });
  }
  return sizesFromPieces(pieces);
}
