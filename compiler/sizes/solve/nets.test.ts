// The rules that real networks lead to: the six models of the design by name, and random chains of
// layers against running the same chain with plain numbers.
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  addDims,
  ceilDivide,
  type Dim,
  evaluateDim,
  floorDivide,
  formatDim,
  multiplyDims,
  subtractDims,
  variable,
} from "../dim/dim.ts";
import { describeSizes, describeSizesInWords } from "../set/describe.ts";
import { contains, everySize, intersect, nearestSizes, type SizeSet, singleResidue } from "../set/set.ts";
import { solve } from "./solve.ts";

// the seconds of a busy machine, not of this code
vi.setConfig({ testTimeout: 60_000 });

/** What is known of S while a net is built; undefined when no size works. */
interface Facts {
  sizes: SizeSet | undefined;
}

function require(facts: Facts, left: Dim, relation: "==" | ">=", right: Dim): void {
  if (facts.sizes === undefined) return;
  const solution = solve(left, relation, right, new Map([["S", facts.sizes]]));
  if (solution.kind === "relation") throw new Error("one variable is always decided");
  if (solution.kind === "never") facts.sizes = undefined;
  else if (solution.kind === "when") facts.sizes = intersect(facts.sizes, solution.sizes.get("S") ?? everySize);
}

const S = variable("S");
const half = (d: Dim) => ceilDivide(d, 2);
const sizesOfNet = (build: (facts: Facts) => void): SizeSet => {
  const facts: Facts = { sizes: everySize };
  build(facts);
  return facts.sizes ?? everySize;
};

function hourglass(d: Dim, levels: number, facts: Facts): void {
  if (levels === 0) return;
  require(facts, multiplyDims(2, half(d)), "==", d);
  hourglass(half(d), levels - 1, facts);
}

describe("models of the design", () => {
  it.each([
    [1, "S % 2 == 0"],
    [2, "S % 4 == 0"],
    [5, "S % 32 == 0"],
  ])("HG with %i levels: %s", (levels, rule) => {
    const sizes = sizesOfNet((facts) => hourglass(S, levels, facts));
    expect(describeSizes(sizes, "S")).toBe(rule);
  });

  it("HG-52 names its nearest sizes and one residue", () => {
    const sizes = sizesOfNet((facts) => hourglass(S, 5, facts));
    expect(singleResidue(sizes)).toEqual({ modulus: 32, residue: 0 });
    expect(nearestSizes(sizes, 48)).toEqual([32, 64]);
  });

  it("Hourglass-104", () => {
    const sizes = sizesOfNet((facts) => hourglass(half(half(S)), 5, facts));
    expect(describeSizes(sizes, "H")).toBe("H % 128 in {0, 125, 126, 127}");
  });

  it("FPN on ceil halves", () => {
    const sizes = sizesOfNet((facts) => hourglass(half(half(S)), 3, facts));
    expect(describeSizes(sizes, "H")).toBe("H % 32 in {0, 29, 30, 31}");
    expect(describeSizesInWords(sizes, "H")).toBe("H mod 32 is 0, 29, 30 or 31");
    expect(nearestSizes(sizes, 1000)).toEqual([992, 1021]);
  });

  it("a valid convolution", () => {
    const sizes = sizesOfNet((facts) => require(facts, subtractDims(S, 2), ">=", 1));
    expect(describeSizes(sizes, "S")).toBe("S >= 3");
  });

  it("five halvings print as one", () => {
    expect(formatDim(half(half(half(half(half(S))))))).toBe("⌈S/32⌉");
  });
});

type Layer =
  | { readonly kind: "conv"; readonly k: number; readonly stride: number; readonly pad: number }
  | { readonly kind: "upsample" }
  | { readonly kind: "mark" }
  | { readonly kind: "add" };

const layer: fc.Arbitrary<Layer> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(1, 2, 3, 5, 7).chain((k) =>
      fc.record({
        kind: fc.constant("conv" as const),
        k: fc.constant(k),
        stride: fc.constantFrom(1, 1, 2, 2, 3),
        pad: fc.constantFrom(0, Math.floor(k / 2), Math.floor(k / 2)),
      }),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Layer>({ kind: "upsample" }) },
  { weight: 2, arbitrary: fc.constant<Layer>({ kind: "mark" }) },
  { weight: 1, arbitrary: fc.constant<Layer>({ kind: "add" }) },
);

/** The size after the layers; every "add" meets the latest mark. */
function symbolic(layers: readonly Layer[], facts: Facts): Dim {
  let d = S;
  let marked = S;
  for (const step of layers) {
    if (step.kind === "mark") marked = d;
    if (step.kind === "add") require(facts, d, "==", marked);
    if (step.kind === "upsample") d = multiplyDims(2, d);
    if (step.kind !== "conv") continue;
    d = addDims(floorDivide(subtractDims(addDims(d, 2 * step.pad), step.k), step.stride), 1);
    require(facts, d, ">=", 1);
  }
  return d;
}

/** The same with a number; undefined where the net fails. */
function concrete(layers: readonly Layer[], size: number): number | undefined {
  let d = size;
  let marked = size;
  for (const step of layers) {
    if (step.kind === "mark") marked = d;
    if (step.kind === "add" && d !== marked) return undefined;
    if (step.kind === "upsample") d *= 2;
    if (step.kind === "conv") d = Math.floor((d + 2 * step.pad - step.k) / step.stride) + 1;
    if (d < 1) return undefined;
  }
  return d;
}

/** Half of the nets go down and up again and join at each level, so that joins hold for some sizes. */
const nets: fc.Arbitrary<readonly Layer[]> = fc.oneof(
  fc.array(layer, { minLength: 1, maxLength: 14 }),
  fc
    .tuple(
      fc.array(layer, { maxLength: 3 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(1, 2, 3),
      fc.constantFrom(0, 1),
    )
    .map(([first, levels, k, pad]) => {
      const down: Layer = { kind: "conv", k, stride: 2, pad: Math.min(pad, k - 1) };
      const mark: Layer = { kind: "mark" };
      const up: Layer = { kind: "upsample" };
      return [
        ...first,
        mark,
        ...new Array<Layer>(levels).fill(down),
        ...new Array<Layer>(levels).fill(up),
        { kind: "add" } as const,
      ];
    }),
);

it("random nets work for exactly the sizes that the algebra finds", () => {
  fc.assert(
    fc.property(nets, (layers) => {
      const facts: Facts = { sizes: everySize };
      const result = symbolic(layers, facts);
      for (let size = 1; size <= 400; size++) {
        const expected = concrete(layers, size);
        const isMember = facts.sizes !== undefined && contains(facts.sizes, size);
        if (isMember !== (expected !== undefined))
          throw new Error(`at ${size}: ${isMember}, but the net gives ${expected}`);
        if (expected !== undefined && evaluateDim(result, new Map([["S", size]])) !== expected)
          throw new Error(`at ${size}: wrong result`);
      }
    }),
    { numRuns: 1000 },
  );
});
