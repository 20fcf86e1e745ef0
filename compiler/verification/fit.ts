// Arrays of the user and a model whose sizes are free: what the sizes must be.
import type { Graph } from "../ir/graph.ts";
import { type Dim, evaluateDim, isSymbolic, variablesOf } from "../sizes/dim/dim.ts";

/** What the one variable of a dim that has no value yet must be for the dim to have this size; maybe no whole number. */
export function solvedFor(
  dim: Dim,
  size: number,
  known: ReadonlyMap<string, number>,
): { readonly name: string; readonly value: number } | undefined {
  if (!isSymbolic(dim)) return undefined;
  const [name, second] = [...variablesOf(dim)].filter((each) => !known.has(each));
  if (name === undefined || second !== undefined) return undefined;
  const at = (value: number): number => evaluateDim(dim, new Map([...known, [name, value]]));
  return { name, value: (size - at(0)) / (at(1) - at(0)) };
}

/**
 * The free sizes under the names of the text, as arrays of these shapes ask for them, by input name. Whether the model
 * takes the sizes, and whether every axis fits, is seen when it is elaborated at them. A size that no whole number is
 * right for is left out.
 */
export function sizesFor(
  { inputs, rules }: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
): Readonly<Record<string, number>> {
  const known = new Map<string, number>();
  for (const { name, value } of inputs)
    value.type.dims.forEach((dim, axis) => {
      const solved = solvedFor(dim, shapes.get(name)?.[axis] ?? Number.NaN, known);
      if (solved && Number.isFinite(solved.value)) known.set(solved.name, solved.value);
    });
  const named = [...known].map(([name, value]): [string, number] => {
    const origin = rules.origins.get(name);
    return origin ? [origin.name, origin.modulus * value + origin.residue] : [name, value];
  });
  return Object.fromEntries(named.filter(([, size]) => Number.isSafeInteger(size) && size >= 1));
}
