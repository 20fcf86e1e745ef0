// Of the sizes that cannot be told apart by what a part computes with, one that stands for all.
import {
  addDims,
  type Dim,
  isSymbolic,
  multiplyDims,
  substituteDim,
  variable,
  variablesOf,
} from "../../sizes/dim/dim.ts";
import { periodIn } from "../../sizes/dim/evaluate.ts";
import { leastCommonMultiple } from "../../sizes/dim/integers.ts";
import { nextSize, type SizeSet } from "../../sizes/set/set.ts";

interface Sizes {
  /** All that the part computes with. */
  readonly dims: readonly Dim[];
  /** The axes of its inputs. */
  readonly shown: readonly Dim[];
  /** What the size can be. */
  readonly sizes: SizeSet;
}

interface Remainder {
  readonly modulus: number;
  readonly residue: number;
}

/** More remainders than real networks have; beyond, a size is not looked for. */
const mostRemainders = 4096;

/** H = 4·v stands for every H where ⌈H/4⌉ is all that is known of it: each dim is the same for 4·v - 3 to 4·v. */
export function representative(name: string, { dims, shown, sizes }: Sizes): Remainder | undefined {
  const own = dims.filter((dim) => variablesOf(dim).has(name));
  const periods = shown.map((dim) => periodIn(dim, name)).filter((period) => period > 1);
  const all = own.reduce<number>((period, dim) => leastCommonMultiple(period, periodIn(dim, name)), 1);
  const last = sizes.pieces.at(-1)?.pattern.period ?? 1;
  const moduli = new Set([...periods.toSorted((a, b) => a - b), all, leastCommonMultiple(all, last)]);
  for (const modulus of moduli) {
    const residue = modulus <= mostRemainders ? alikeModulo(modulus, name, own, sizes) : undefined;
    if (residue !== undefined) return { modulus, residue };
  }
  return undefined;
}

function alikeModulo(modulus: number, name: string, own: readonly Dim[], sizes: SizeSet): number | undefined {
  const at = (residue: number): string => {
    const size = new Map([[name, addDims(multiplyDims(modulus, variable("v")), residue)]]);
    return own.map((dim) => keyOf(substituteDim(dim, size))).join();
  };
  const far = modulus * 2 ** 20;
  const isAllowed = (residue: number): boolean => nextSize(sizes, far + residue, modulus) !== undefined;
  const residues = Array.from({ length: 2 * modulus - 1 }, (_, i) => i + 1 - modulus);
  const keys = residues.map((residue) => (isAllowed(residue) ? at(residue) : undefined));
  const run = longRun(keys, modulus)?.map((i) => residues[i] ?? 0);
  return run?.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0];
}

const keyOf = (dim: Dim): string => (isSymbolic(dim) ? dim.key : String(dim));

/** Where so many neighbours hold one key; what is undefined goes with any. */
function longRun(keys: readonly (string | undefined)[], length: number): readonly number[] | undefined {
  let run: number[] = [];
  let start = 0;
  for (const [i, key] of keys.entries()) {
    const last = run.at(-1);
    if (key !== undefined && last !== undefined && keys[last] !== key) [start, run] = [last + 1, []];
    if (key !== undefined) run.push(i);
    if (i - start + 1 >= length && run.length > 0) return run;
  }
  return undefined;
}
