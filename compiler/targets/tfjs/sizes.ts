// Free sizes that a layer of ours computes when it runs. They are read off axes of the model's inputs and
// computed by polynomials with floors, written as lists: a size is a number or a list of terms, a term is
// its coefficient and its factors, a factor is ["size", index of a read] or ["floor", size, divisor].

import type { Value } from "../../ir/graph.ts";
import type { TfjsConfig } from "../../ops/kit/tfjs.ts";
import { type Atom, type Dim, evaluateDim, isSymbolic, type SymbolicDim, variablesOf } from "../../sizes/dim/dim.ts";

/** A variable v that an input shows on an axis as slope·v + offset. */
interface Read {
  readonly input: Value;
  readonly axis: number;
  readonly slope: number;
  readonly offset: number;
}

export interface SizeExpressions {
  readonly inputs: readonly Value[];
  readonly config: Readonly<Record<string, TfjsConfig>>;
}

export function sizeExpressions(dims: readonly Dim[], graphInputs: readonly Value[]): SizeExpressions {
  if (dims.every((dim) => !isSymbolic(dim))) return { inputs: [], config: { sizes: dims.map(Number) } };
  const names = [...new Set(dims.flatMap((dim) => [...variablesOf(dim)]))];
  const reads = names.map((name) => readOf(name, graphInputs));
  const inputs = [...new Set(reads.map(({ input }) => input))];
  return {
    inputs,
    config: {
      // Input 0 of the layer is what it works on.
      reads: reads.map(({ input, axis, slope, offset }) => [inputs.indexOf(input) + 1, axis, slope, offset]),
      sizes: dims.map((dim) => expressionOf(dim, names)),
    },
  };
}

function readOf(name: string, inputs: readonly Value[]): Read {
  for (const input of inputs) {
    for (const [axis, dim] of input.type.dims.entries()) {
      const line = isSymbolic(dim) && [...variablesOf(dim)].join() === name ? lineOf(dim, name) : undefined;
      if (line) return { input, axis, ...line };
    }
  }
  throw new Error(`internal: no input shows the size ${name}`);
}

function lineOf(dim: SymbolicDim, name: string): { readonly slope: number; readonly offset: number } | undefined {
  const isStraight = dim.terms.every(({ factors }) =>
    factors.every(({ atom, power }) => power === 1 && atom.kind === "variable"),
  );
  const at = (value: number): number => evaluateDim(dim, new Map([[name, value]]));
  return isStraight ? { slope: at(1) - at(0), offset: at(0) } : undefined;
}

function expressionOf(dim: Dim, names: readonly string[]): TfjsConfig {
  if (!isSymbolic(dim)) return dim;
  return dim.terms.map(({ coefficient, factors }) => [
    coefficient,
    ...factors.flatMap(({ atom, power }) => new Array<TfjsConfig>(power).fill(atomOf(atom, names))),
  ]);
}

function atomOf(atom: Atom, names: readonly string[]): TfjsConfig {
  if (atom.kind === "variable") return ["size", names.indexOf(atom.name)];
  return ["floor", expressionOf(atom.of, names), atom.by];
}
