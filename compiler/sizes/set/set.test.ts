import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { describeSizes, describeSizesInWords } from "./describe.ts";
import {
  complement,
  contains,
  everySize,
  intersect,
  isEmpty,
  isEvery,
  isSubset,
  nearestSizes,
  noSize,
  type SizeSet,
  sameSizes,
  singleResidue,
  sizesAtLeast,
  sizesAtMost,
  sizesModulo,
  sizesOf,
  sizesOfQuotient,
  unite,
} from "./set.ts";

// the seconds of a busy machine, not of this code
vi.setConfig({ testTimeout: 60_000 });

/** Reads a description back, independently of how it was made. */
function readDescription(text: string, v: number): boolean {
  if (text === "") return true;
  const isUnion = text.startsWith("(");
  const clauses = isUnion ? text.slice(1, -1).split(" or ") : [text];
  return clauses.some((clause) =>
    clause.split(isUnion ? " and " : /, (?![^{]*\})/).every((condition) => readCondition(condition, v)),
  );
}

function readCondition(text: string, v: number): boolean {
  const [, modulus, relation = "", right = ""] = /^S(?: % (\d+))? (==|!=|>=|<=|in|not in) (.+)$/.exec(text) ?? [];
  const value = modulus === undefined ? v : v % Number(modulus);
  const values = right
    .replace(/[{}]/g, "")
    .split(", ")
    .map((part) => part.split(" to ").map(Number));
  const isListed = values.some(([low = 0, high = low]) => low <= value && value <= high);
  if (relation === ">=") return value >= Number(right);
  if (relation === "<=") return value <= Number(right);
  if (!["==", "!=", "in", "not in"].includes(relation)) throw new Error(`cannot read ${text}`);
  return isListed === (relation === "==" || relation === "in");
}

const multiples = (n: number) => sizesModulo(n, [0]);
const members = (a: SizeSet, to: number) => Array.from({ length: to }, (_, i) => i + 1).filter((v) => contains(a, v));

const sets: fc.Arbitrary<SizeSet> = fc.letrec<{ set: SizeSet }>((tie) => {
  const modulo = fc
    .integer({ min: 1, max: 12 })
    .chain((m) => fc.array(fc.integer({ min: 0, max: m - 1 })).map((r) => sizesModulo(m, r)));
  const finite = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }).map(sizesOf);
  const bound = fc.integer({ min: 1, max: 40 });
  return {
    set: fc.oneof(
      { maxDepth: 3, depthIdentifier: "set" },
      modulo,
      finite,
      bound.map(sizesAtLeast),
      bound.map(sizesAtMost),
      fc.tuple(tie("set"), tie("set")).map(([a, b]) => intersect(a, b)),
      fc.tuple(tie("set"), tie("set")).map(([a, b]) => unite(a, b)),
      tie("set").map(complement),
    ),
  };
}).set;

describe("operations agree with membership", () => {
  it("joins, compares and finds neighbours", () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        const [inA, inB] = [members(a, 400), members(b, 400)];
        const both = inA.filter((v) => contains(b, v));
        expect(members(intersect(a, b), 400)).toEqual(both);
        expect(members(unite(a, b), 400)).toEqual([...new Set([...inA, ...inB])].sort((x, y) => x - y));
        expect(members(complement(a), 400).length).toBe(400 - inA.length);
        expect(isSubset(intersect(a, b), a)).toBe(true);
        expect(sameSizes(intersect(a, b), intersect(b, a))).toBe(true);
        expect(sameSizes(complement(complement(a)), a)).toBe(true);
        expect(isEmpty(intersect(a, complement(a)))).toBe(true);
        expect(isEvery(unite(a, complement(a)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("nearestSizes", () => {
    expect(nearestSizes(multiples(32), 48)).toEqual([32, 64]);
    expect(nearestSizes(multiples(32), 24)).toEqual([32]);
    expect(nearestSizes(multiples(32), 64)).toEqual([64]);
    expect(nearestSizes(sizesModulo(32, [0, 29, 30, 31]), 1000)).toEqual([992, 1021]);
    expect(nearestSizes(noSize, 5)).toEqual([]);
    expect(nearestSizes(sizesOf([4]), 1000)).toEqual([4]);
    fc.assert(
      fc.property(sets, fc.integer({ min: 1, max: 300 }), (a, n) => {
        const all = members(a, 6000);
        const below = all.findLast((v) => v <= n);
        const above = all.find((v) => v >= n);
        expect(nearestSizes(a, n)).toEqual([...new Set([below, above])].filter((v) => v !== undefined));
      }),
      { numRuns: 40 },
    );
  });

  it("singleResidue and the sizes of a quotient", () => {
    expect(singleResidue(everySize)).toEqual({ modulus: 1, residue: 0 });
    expect(singleResidue(multiples(32))).toEqual({ modulus: 32, residue: 0 });
    expect(singleResidue(intersect(sizesModulo(4, [1]), sizesAtLeast(7)))).toEqual({ modulus: 4, residue: 1 });
    expect(singleResidue(sizesOf([4]))).toEqual({ modulus: 0, residue: 4 });
    expect(singleResidue(sizesOf([4, 6]))).toBeUndefined();
    expect(singleResidue(noSize)).toBeUndefined();
    expect(singleResidue(unite(multiples(4), sizesOf([1])))).toBeUndefined();
    expect(singleResidue(intersect(multiples(4), complement(sizesOf([8]))))).toBeUndefined();
    fc.assert(
      fc.property(sets, fc.integer({ min: 1, max: 9 }), fc.integer({ min: -8, max: 8 }), (a, modulus, residue) => {
        const quotients = sizesOfQuotient(a, modulus, residue);
        for (let k = 1; k < 80; k++) expect(contains(quotients, k)).toBe(contains(a, modulus * k + residue));
      }),
    );
  });

  it("keeps far bounds small", () => {
    const a = intersect(sizesAtMost(1e12), multiples(6));
    expect(contains(a, 6e11)).toBe(true);
    expect(contains(a, 1e12 + 8)).toBe(false);
    expect(describeSizes(a, "S")).toBe("S % 6 == 0, S <= 999999999996");
    expect(describeSizes(complement(sizesOf([1e6])), "S")).toBe("S != 1000000");
  });
});

describe("descriptions", () => {
  it("of sets with far bounds", () => {
    const bound = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(sets, sets, sets, bound, bound, (a, b, c, x, y) => {
        const set = unite(
          intersect(a, sizesAtMost(x)),
          unite(intersect(b, sizesAtLeast(y)), intersect(c, sizesOf([x, y]))),
        );
        const text = describeSizes(set, "S");
        for (let v = 1; v <= 100_100; v += v < 400 || Math.abs(v - x) < 50 || Math.abs(v - y) < 50 ? 1 : 97) {
          if (readDescription(text, v) !== contains(set, v)) throw new Error(`${text} at ${v}`);
        }
      }),
      { numRuns: 20 },
    );
  });

  it.each<[SizeSet, string]>([
    [everySize, ""],
    [noSize, "S in {}"],
    [multiples(32), "S % 32 == 0"],
    [sizesModulo(4, [0, 2]), "S % 2 == 0"],
    [sizesModulo(128, [0, 125, 126, 127]), "S % 128 in {0, 125, 126, 127}"],
    [sizesModulo(3, [1, 2]), "S % 3 != 0"],
    [sizesModulo(2, [1]), "S % 2 == 1"],
    [sizesAtLeast(2), "S >= 2"],
    [sizesAtLeast(3), "S >= 3"],
    [sizesAtMost(10), "S <= 10"],
    [intersect(sizesAtLeast(30), sizesAtMost(60)), "S >= 30, S <= 60"],
    [intersect(multiples(2), sizesAtLeast(3)), "S % 2 == 0, S >= 4"],
    [sizesOf([4]), "S == 4"],
    [sizesOf([3, 5]), "S in {3, 5}"],
    [complement(sizesOf([7])), "S != 7"],
    [unite(multiples(4), sizesOf([1, 2])), "(S % 4 == 0 or S in {1, 2})"],
    [sizesAtLeast(1_000_000), "S >= 1000000"],
    [intersect(multiples(2), sizesAtMost(100)), "S % 2 == 0, S <= 100"],
    [unite(sizesAtMost(10), sizesAtLeast(100)), "(S >= 100 or S <= 10)"],
  ])("%#", (a, text) => {
    expect(describeSizes(a, "S")).toBe(text);
  });

  it("in words", () => {
    expect(describeSizesInWords(sizesModulo(32, [0, 29, 30, 31]), "H")).toBe("H mod 32 is 0, 29, 30 or 31");
    expect(describeSizesInWords(intersect(multiples(2), sizesAtLeast(3)), "H")).toBe(
      "H mod 2 is 0 and H is at least 4",
    );
    expect(describeSizesInWords(unite(multiples(4), sizesOf([1, 2])), "H")).toBe("H mod 4 is 0, or H is 1 or 2");
    expect(describeSizesInWords(everySize, "H")).toBe("H is any size");
  });

  it("say exactly the set, and the same of equal sets", () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        const text = describeSizes(a, "S");
        for (let v = 1; v <= 400; v++)
          if (readDescription(text, v) !== contains(a, v)) throw new Error(`${text} at ${v}`);
        expect(describeSizes(intersect(unite(a, b), unite(a, complement(b))), "S")).toBe(text);
      }),
      { numRuns: 400 },
    );
  });
});
