// One variable: exact. With v = m·k + r for each r in 1..m all floors become polynomials in k >= 0, known
// from their values at deg + 1 points, and their signs over k say where the relation holds.
import type { SymbolicDim } from "../dim/dim.ts";
import { costOf, degreeIn, evaluateAsBig, evaluatorIn, periodIn } from "../dim/evaluate.ts";
import { maximumPeriod, type Pattern } from "../set/pattern.ts";
import { type Piece, type SizeSet, sizesFromPieces } from "../set/set.ts";
import { holds, type Relation } from "./relation.ts";
import { direction, sizesAlong } from "./rising.ts";
import { differencesOf, differencesOfBig, type SignRun, signRuns } from "./sign.ts";
import type { Spend } from "./solution.ts";

/** From k = `at` on, residue `residue` changes sides. */
interface Toggle {
  readonly at: number;
  readonly residue: number;
}

/** Evaluations of one atom that take as long as a step. */
const stepsTogether = 12;
/** Of a polynomial that may turn, which takes big numbers, in steps. */
const curveCost = 50;
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
  const way = direction(difference);
  if (way !== undefined) return sizesAlong(difference, way, name, relation);
  const period = periodIn(difference, name);
  const degree = degreeIn(difference, name);
  if (period > maximumPeriod || period * degree > 2 * maximumPeriod) return undefined;
  spend((costOf(difference) * period * (degree + 1)) / stepsTogether);
  const bits = new Uint8Array(period);
  const toggles: Toggle[] = [];
  const signsFor = signsOf(difference, name, period, degree, spend);
  let curves = 0;
  for (let residue = 1; residue <= period; residue++) {
    let isMember = false;
    const signs = signsFor(residue);
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

/** The signs over k of the polynomial that each residue leaves. */
function signsOf(
  difference: SymbolicDim,
  name: string,
  period: number,
  degree: number,
  spend: Spend,
): (residue: number) => readonly SignRun[] {
  const valueAt = evaluatorIn(difference);
  const limit = Number.MAX_SAFE_INTEGER / 2 ** degree;
  const isLarge = (value: number) => !(Math.abs(value) <= limit);
  return (residue) => {
    const first = valueAt(residue);
    const next = degree === 1 ? valueAt(period + residue) : Number.NaN;
    // Where nothing changes with k, which is most of the time.
    if (first === next && !isLarge(first)) return constantRuns[Math.sign(first) + 1] ?? [];
    const values = Array.from({ length: degree + 1 }, (_, k) => valueAt(period * k + residue));
    if (degree > 1) spend(curveCost);
    if (values.some(isLarge)) return signsForLarge(difference, name, period, residue, degree);
    return signRuns(differencesOf(values));
  };
}

const constantRuns: readonly (readonly SignRun[])[] = [
  [{ from: 0, sign: -1 }],
  [{ from: 0, sign: 0 }],
  [{ from: 0, sign: 1 }],
];

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
