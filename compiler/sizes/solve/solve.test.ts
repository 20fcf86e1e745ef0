import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  addDims,
  ceilDivide,
  type Dim,
  floorDivide,
  modulo,
  multiplyDims,
  powerDim,
  subtractDims,
  variable,
} from "../dim/dim.ts";
import { samples } from "../dim/samples.ts";
import { describeSizes } from "../set/describe.ts";
import {
  contains,
  everySize,
  intersect,
  type SizeSet,
  sizesAtLeast,
  sizesAtMost,
  sizesModulo,
  sizesOf,
} from "../set/set.ts";
import { holds, type Known, type Relation, type Solution, solve } from "./solve.ts";

// the seconds of a busy machine, not of this code
vi.setConfig({ testTimeout: 60_000 });

const relations: readonly Relation[] = ["==", "!=", "<", "<=", ">", ">="];
const H = variable("H");
const W = variable("W");
const N = variable("N");
const S = variable("S");
const nothing: Known = new Map();

/** "always", "never", or the rules; what a reader of a message sees. */
function answer(solution: Solution): string {
  if (solution.kind === "relation") return `relation between ${solution.variables.join(" and ")}`;
  if (solution.kind !== "when") return solution.kind;
  return [...solution.sizes].map(([name, sizes]) => describeSizes(sizes, name)).join(" and ");
}

function works(solution: Solution, values: ReadonlyMap<string, number>): boolean | undefined {
  if (solution.kind === "relation") return undefined;
  if (solution.kind !== "when") return solution.kind === "always";
  return [...solution.sizes].every(([name, sizes]) => contains(sizes, values.get(name) ?? 0));
}

const sign = (n: bigint): number => (n > 0n ? 1 : n < 0n ? -1 : 0);

describe("one variable", () => {
  const far = Array.from({ length: 46 }, (_, i) => 401 + i * 101);
  const sizes = [...Array.from({ length: 400 }, (_, i) => i + 1), ...far];

  it("agrees with trying every size", () => {
    fc.assert(
      fc.property(samples(["S"], 4), samples(["S"], 2), (left, right) => {
        const signs = sizes.map((v) => {
          const values = new Map([["S", BigInt(v)]]);
          return sign(left.meaning(values) - right.meaning(values));
        });
        for (const relation of relations) {
          const solution = solve(left.dim, relation, right.dim, nothing);
          if (solution.kind === "relation") throw new Error("one variable is always decided");
          sizes.forEach((v, i) => {
            if (works(solution, new Map([["S", v]])) !== holds(signs[i] ?? 0, relation))
              throw new Error(`${relation} at ${v}: ${answer(solution)}`);
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is relative to what is known", () => {
    const known = fc.constantFrom(
      sizesModulo(4, [0]),
      sizesModulo(6, [1, 5]),
      sizesAtLeast(5),
      sizesAtMost(9),
      sizesOf([3, 8]),
      intersect(sizesModulo(3, [0]), sizesAtLeast(7)),
    );
    fc.assert(
      fc.property(samples(["S"], 3), fc.constantFrom(...relations), known, ({ dim, meaning }, relation, some) => {
        const solution = solve(dim, relation, 0, new Map([["S", some]]));
        const tried = sizes.filter((v) => contains(some, v));
        const results = tried.map((v) => holds(sign(meaning(new Map([["S", BigInt(v)]]))), relation));
        tried.forEach((v, i) => expect(works(solution, new Map([["S", v]]))).toBe(results[i]));
        if (solution.kind === "when" && tried.length > 5) return;
        if (solution.kind === "when") expect(new Set(results).size).toBe(2);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[Dim, Relation, Dim, string]>([
    [multiplyDims(2, subtractDims(S, 2)), "==", S, "S == 4"],
    [subtractDims(S, 2), ">=", 1, "S >= 3"],
    [floorDivide(subtractDims(S, 3), 2), ">=", 1, "S >= 5"],
    [modulo(S, 4), "==", 0, "S % 4 == 0"],
    [modulo(S, 4), "==", 5, "never"],
    [floorDivide(S, 2 ** 16), ">=", 5, "S >= 327680"],
    [multiplyDims(3, floorDivide(S, 4)), "==", 21, "S >= 28, S <= 31"],
    [powerDim(S, 2), "==", 49, "S == 7"],
    [powerDim(S, 2), "==", 50, "never"],
    [powerDim(S, 3), "!=", 27, "S != 3"],
    [powerDim(S, 2), "<=", 1_000_000, "S <= 1000"],
    [addDims(powerDim(S, 2), 20), ">", multiplyDims(9, S), "S not in {4, 5}"],
    [multiplyDims(powerDim(S, 2), 2 ** 50), ">", 2 ** 52, "S >= 3"],
    [addDims(floorDivide(S, 2), ceilDivide(S, 2)), "==", S, "always"],
    [S, ">=", 1, "always"],
    [S, "<", 1, "never"],
    [S, "<=", 2 ** 52, "S <= 4503599627370496"],
    [multiplyDims(modulo(S, 3), subtractDims(S, 7)), "==", 0, "(S % 3 == 0 or S == 7)"],
    [multiplyDims(2 ** 40, modulo(S, 3)), "==", multiplyDims(2 ** 40, modulo(S, 6)), "S % 6 in {0, 1, 2}"],
  ])("%#", (left, relation, right, text) => {
    expect(answer(solve(left, relation, right, nothing))).toBe(text);
  });

  it("gives up beyond the largest period, and only there", () => {
    const rare = (d: number) => solve(modulo(S, d), "==", 0, nothing);
    expect(answer(rare(100_003))).toBe("S % 100003 == 0");
    expect(answer(rare(2 ** 23))).toBe("relation between S");
    const known = new Map([["S", sizesModulo(100_003, [0])]]);
    expect(answer(solve(modulo(S, 1009), "==", 0, known))).toBe("relation between S");
  });
});

describe("several variables", () => {
  const halves = (d: Dim) => multiplyDims(2, ceilDivide(d, 2));
  it.each<[Dim, Relation, Dim, string]>([
    [addDims(modulo(H, 2), modulo(W, 2)), "==", 0, "H % 2 == 0 and W % 2 == 0"],
    [addDims(modulo(H, 2), modulo(W, 2)), "==", 1, "relation between H and W"],
    [addDims(modulo(H, 2), modulo(W, 2)), "<=", 2, "always"],
    [multiplyDims(modulo(H, 2), modulo(W, 3)), "!=", 0, "H % 2 == 1 and W % 3 != 0"],
    [multiplyDims(modulo(H, 2), modulo(W, 3)), "==", 0, "relation between H and W"],
    [multiplyDims(modulo(H, 2), modulo(W, 3)), ">", 0, "H % 2 == 1 and W % 3 != 0"],
    [H, "==", W, "relation between H and W"],
    [H, "<", W, "relation between H and W"],
    [multiplyDims(H, W), ">=", 1, "always"],
    [multiplyDims(H, W), "<", 1, "never"],
    [addDims(H, W), ">", 0, "always"],
    [addDims(H, W), "==", 0, "never"],
    [addDims(H, W), "!=", 1, "always"],
    [multiplyDims(N, ceilDivide(H, 4)), ">=", 1, "always"],
    [multiplyDims(N, halves(H)), "==", multiplyDims(N, H), "H % 2 == 0"],
    [multiplyDims(N, halves(H)), "!=", multiplyDims(N, H), "H % 2 == 1"],
    [multiplyDims(halves(H), halves(W)), "==", multiplyDims(H, W), "H % 2 == 0 and W % 2 == 0"],
    [multiplyDims(halves(H), halves(W)), ">=", multiplyDims(H, W), "always"],
    [modulo(multiplyDims(H, W), 3), "!=", 0, "H % 3 != 0 and W % 3 != 0"],
    [modulo(multiplyDims(H, multiplyDims(W, 4)), 4), "==", 0, "always"],
    [addDims(modulo(H, 300), modulo(W, 300)), "==", 0, "relation between H and W"],
  ])("%#", (left, relation, right, text) => {
    expect(answer(solve(left, relation, right, nothing))).toBe(text);
  });

  it("uses what is known", () => {
    const even = new Map([["H", sizesModulo(2, [0])]]);
    expect(answer(solve(addDims(modulo(H, 2), modulo(W, 2)), "==", 0, even))).toBe("W % 2 == 0");
    expect(answer(solve(addDims(modulo(H, 2), modulo(W, 2)), "==", 1, even))).toBe("W % 2 == 1");
    expect(answer(solve(H, "==", W, new Map([["H", sizesOf([12])]])))).toBe("W == 12");
    expect(
      answer(
        solve(
          H,
          ">",
          multiplyDims(2, W),
          new Map([
            ["H", sizesAtLeast(21)],
            ["W", sizesAtMost(10)],
          ]),
        ),
      ),
    ).toBe("always");
    expect(
      answer(
        solve(
          multiplyDims(subtractDims(H, 2), subtractDims(W, 4)),
          ">=",
          1,
          new Map([
            ["H", sizesAtLeast(3)],
            ["W", sizesAtLeast(5)],
          ]),
        ),
      ),
    ).toBe("always");
  });

  it("is never wrong, with one variable known or not", () => {
    const known = fc.constantFrom<SizeSet>(
      everySize,
      sizesModulo(4, [0]),
      sizesAtLeast(5),
      sizesOf([6]),
      sizesAtMost(7),
    );
    let decided = 0;
    fc.assert(
      fc.property(samples(["H", "W"], 3), fc.constantFrom(...relations), known, ({ dim, meaning }, relation, someH) => {
        const solution = solve(dim, relation, 0, new Map([["H", someH]]));
        if (solution.kind === "relation") return;
        decided++;
        for (let h = 1; h <= 36; h++) {
          if (!contains(someH, h)) continue;
          for (let w = 1; w <= 36; w++) {
            const expected = holds(
              sign(
                meaning(
                  new Map([
                    ["H", BigInt(h)],
                    ["W", BigInt(w)],
                  ]),
                ),
              ),
              relation,
            );
            if (
              works(
                solution,
                new Map([
                  ["H", h],
                  ["W", w],
                ]),
              ) !== expected
            )
              throw new Error(`${answer(solution)} at ${h}, ${w}`);
          }
        }
      }),
      { numRuns: 600 },
    );
    expect(decided).toBeGreaterThan(200);
  });
});
