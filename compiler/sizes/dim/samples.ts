// For tests only: random sizes next to what they mean, a plain BigInt function.
import fc from "fast-check";
import { addDims, ceilDivide, type Dim, floorDivide, modulo, multiplyDims, subtractDims, variable } from "./dim.ts";

export interface Sample {
  readonly dim: Dim;
  readonly meaning: (values: ReadonlyMap<string, bigint>) => bigint;
}

const floorBig = (a: bigint, d: bigint): bigint => (a - (((a % d) + d) % d)) / d;

const constant = fc.integer({ min: -6, max: 9 }).map((n): Sample => ({ dim: n, meaning: () => BigInt(n) }));

function join(a: Sample, b: Sample, kind: "+" | "-" | "*"): Sample {
  const dims = { "+": addDims, "-": subtractDims, "*": multiplyDims };
  const bigs = {
    "+": (x: bigint, y: bigint) => x + y,
    "-": (x: bigint, y: bigint) => x - y,
    "*": (x: bigint, y: bigint) => x * y,
  };
  return { dim: dims[kind](a.dim, b.dim), meaning: (values) => bigs[kind](a.meaning(values), b.meaning(values)) };
}

function divide(a: Sample, d: number, kind: "floor" | "ceil" | "mod"): Sample {
  const big = BigInt(d);
  switch (kind) {
    case "floor":
      return { dim: floorDivide(a.dim, d), meaning: (values) => floorBig(a.meaning(values), big) };
    case "ceil":
      return { dim: ceilDivide(a.dim, d), meaning: (values) => -floorBig(-a.meaning(values), big) };
    case "mod":
      return { dim: modulo(a.dim, d), meaning: (values) => a.meaning(values) - big * floorBig(a.meaning(values), big) };
  }
}

export function samples(names: readonly string[], depth: number): fc.Arbitrary<Sample> {
  const variables = fc
    .constantFrom(...names)
    .map((name): Sample => ({ dim: variable(name), meaning: (values) => values.get(name) ?? 0n }));
  const leaf = fc.oneof({ arbitrary: variables, weight: 3 }, { arbitrary: constant, weight: 1 });
  if (depth === 0) return leaf;
  const inner = samples(names, depth - 1);
  const sums = fc
    .tuple(inner, inner, fc.constantFrom("+" as const, "-" as const))
    .map(([a, b, kind]) => join(a, b, kind));
  const products = fc.tuple(inner, leaf).map(([a, b]) => join(a, b, "*"));
  const divisions = fc.tuple(
    inner,
    fc.integer({ min: 1, max: 6 }),
    fc.constantFrom("floor" as const, "ceil" as const, "mod" as const),
  );
  return fc.oneof(
    leaf,
    sums,
    products,
    divisions.map(([a, d, kind]) => divide(a, d, kind)),
  );
}
