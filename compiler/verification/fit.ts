// Arrays of the user and a model whose sizes are free: what the sizes must be.
import { type Graph, resultsOfGraph } from "../ir/graph.ts";
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

/** Sizes by the variables of the graph, where whole numbers do. */
function solvedSizes({ inputs }: Graph, shapes: ReadonlyMap<string, readonly number[]>): Map<string, number> {
  const known = new Map<string, number>();
  for (const { name, value } of inputs)
    value.type.dims.forEach((dim, axis) => {
      const solved = solvedFor(dim, shapes.get(name)?.[axis] ?? Number.NaN, known);
      if (solved && Number.isFinite(solved.value)) known.set(solved.name, solved.value);
    });
  return known;
}

/**
 * The shapes of what comes out where so little flows in that nothing can: no boxes in a picture, and every output is
 * one for each box. Undefined where something is to be computed, or where the shapes do not fit.
 */
export function emptyOutputs(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
): readonly (readonly number[])[] | undefined {
  const isEmpty = (dims: readonly number[]): boolean => dims.includes(0);
  const given = [...shapes.values()];
  // A batch has at least one sample.
  if (given.some(([batch]) => batch === 0) || !given.some(isEmpty)) return undefined;
  const known = solvedSizes(graph, shapes);
  if (![...known.values()].every((size) => Number.isSafeInteger(size) && size >= 0)) return undefined;
  const at = (dims: readonly Dim[]): readonly number[] =>
    dims.map((dim) => {
      const isTold = !isSymbolic(dim) || [...variablesOf(dim)].every((name) => known.has(name));
      return isTold ? evaluateDim(dim, known) : Number.NaN;
    });
  const fits = graph.inputs.every(({ name, value }) => String(at(value.type.dims)) === String(shapes.get(name)));
  const results = resultsOfGraph(graph).map(({ value }) => at(value.type.dims));
  return fits && results.every((dims) => isEmpty(dims) && !dims.some(Number.isNaN)) ? results : undefined;
}

/**
 * The free sizes under the names of the text, as arrays of these shapes ask for them, by input name. Whether the model
 * takes the sizes, and whether every axis fits, is seen when it is elaborated at them. A size that no whole number is
 * right for is left out.
 */
export function sizesFor(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
): Readonly<Record<string, number>> {
  const known = solvedSizes(graph, shapes);
  const { rules } = graph;
  const named = [...known].map(([name, value]): [string, number] => {
    const origin = rules.origins.get(name);
    return origin ? [origin.name, origin.modulus * value + origin.residue] : [name, value];
  });
  return Object.fromEntries(named.filter(([, size]) => Number.isSafeInteger(size) && size >= 1));
}
