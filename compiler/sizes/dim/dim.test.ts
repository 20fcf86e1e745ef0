import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  addDims,
  agreeWhereDivisible,
  ceilDivide,
  type Dim,
  DimLimitError,
  evaluateDim,
  floorDivide,
  formatDim,
  isSymbolic,
  modulo,
  multiplyDims,
  negateDim,
  type Origin,
  powerDim,
  renameDim,
  sameDim,
  substituteDim,
  subtractDims,
  variable,
  variablesOf,
} from "./dim.ts";
import { samples } from "./samples.ts";

// the seconds of a busy machine, not of this code
vi.setConfig({ testTimeout: 60_000 });

const S = variable("S");
const H = variable("H");
const W = variable("W");

describe("normal form", () => {
  it("keeps constants plain", () => {
    expect(addDims(2, 3)).toBe(5);
    expect(subtractDims(addDims(S, 3), S)).toBe(3);
    expect(floorDivide(-7, 2)).toBe(-4);
    expect(ceilDivide(7, 2)).toBe(4);
    expect(modulo(-7, 4)).toBe(1);
    expect(Object.is(multiplyDims(-1, 0), 0)).toBe(true);
    expect(Object.is(ceilDivide(-1, 2), 0)).toBe(true);
    expect(powerDim(2, 10)).toBe(1024);
    expect(powerDim(S, 0)).toBe(1);
    expect(powerDim(-1, 2 ** 40 + 1)).toBe(-1);
  });

  it("takes multiples out of a floor and merges nested floors", () => {
    expect(sameDim(floorDivide(addDims(multiplyDims(2, S), 1), 2), S)).toBe(true);
    expect(formatDim(floorDivide(subtractDims(H, 1), 2))).toBe("⌈H/2⌉ - 1");
    expect(formatDim(floorDivide(addDims(multiplyDims(6, H), 5), 4))).toBe("H + ⌊H/2⌋ + 1");
    expect(sameDim(floorDivide(floorDivide(H, 3), 4), floorDivide(H, 12))).toBe(true);
    expect(sameDim(floorDivide(multiplyDims(6, H), 9), floorDivide(multiplyDims(2, H), 3))).toBe(true);
  });

  it("means what was written", () => {
    const value = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(samples(["H", "W"], 4), value, value, ({ dim, meaning }, h, w) => {
        const expected = meaning(
          new Map([
            ["H", BigInt(h)],
            ["W", BigInt(w)],
          ]),
        );
        expect(
          BigInt(
            evaluateDim(
              dim,
              new Map([
                ["H", h],
                ["W", w],
              ]),
            ),
          ),
        ).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("does not depend on the order of operations", () => {
    fc.assert(
      fc.property(samples(["H", "W"], 2), samples(["H", "S"], 2), samples(["W"], 2), (x, y, z) => {
        const [a, b, c] = [x.dim, y.dim, z.dim];
        expect(sameDim(addDims(addDims(a, b), c), addDims(c, addDims(b, a)))).toBe(true);
        expect(sameDim(multiplyDims(a, addDims(b, c)), addDims(multiplyDims(c, a), multiplyDims(b, a)))).toBe(true);
        expect(subtractDims(multiplyDims(a, b), multiplyDims(b, a))).toBe(0);
        expect(sameDim(negateDim(negateDim(a)), a)).toBe(true);
      }),
    );
  });

  it("knows its variables, renames and substitutes", () => {
    const d = addDims(multiplyDims(H, floorDivide(W, 2)), 1);
    expect([...variablesOf(d)]).toEqual(["H", "W"]);
    expect(
      formatDim(
        renameDim(
          d,
          new Map([
            ["H", "W"],
            ["W", "H"],
          ]),
        ),
      ),
    ).toBe("W·⌊H/2⌋ + 1");
    expect(formatDim(substituteDim(d, new Map<string, Dim>([["W", multiplyDims(4, S)]])))).toBe("2·H·S + 1");
    expect(
      substituteDim(
        d,
        new Map<string, Dim>([
          ["W", 5],
          ["H", 3],
        ]),
      ),
    ).toBe(7);
    expect(isSymbolic(d) && d.key).toBe("H·⌊(W)/2⌋+1");
  });

  it("substitutes as it evaluates", () => {
    const small = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(samples(["H", "W"], 3), samples(["W"], 2), small, ({ dim }, { dim: value }, w) => {
        const at = new Map([["W", w]]);
        const h = evaluateDim(value, at);
        expect(evaluateDim(substituteDim(dim, new Map([["H", value]])), at)).toBe(
          evaluateDim(
            dim,
            new Map([
              ["H", h],
              ["W", w],
            ]),
          ),
        );
      }),
    );
  });
});

describe("agreeWhereDivisible", () => {
  const [h, w] = [variable("H"), variable("W")];
  const half = floorDivide(h, 2);
  it.each([
    [h, multiplyDims(half, 2), true],
    [multiplyDims(h, w), multiplyDims(multiplyDims(half, 2), w), true],
    [multiplyDims(h, w), multiplyDims(h, h), false],
    [h, half, false],
    [h, 12, false],
    [12, 12, true],
  ] as const)("%#", (a, b, agree) => expect(agreeWhereDivisible(a, b)).toBe(agree));
});

describe("limits", () => {
  it("throws instead of rounding", () => {
    const large = 2 ** 52;
    expect(() => addDims(large, large)).toThrow(DimLimitError);
    expect(() => multiplyDims(multiplyDims(S, large), 3)).toThrow(DimLimitError);
    expect(() => addDims(multiplyDims(S, large), multiplyDims(S, large))).toThrow(DimLimitError);
    expect(() => powerDim(3, 60)).toThrow(DimLimitError);
    expect(() => powerDim(S, 1_000_000)).toThrow(DimLimitError);
    expect(() => evaluateDim(powerDim(S, 6), new Map([["S", 1000]]))).toThrow(DimLimitError);
  });

  it("refuses formulas that double with each layer", () => {
    let d: Dim = H;
    const grow = () => {
      for (let i = 0; i < 200; i++) d = floorDivide(addDims(multiplyDims(3, d), floorDivide(multiplyDims(5, d), 7)), 2);
    };
    expect(grow).toThrow(DimLimitError);
  });

  it("evaluates where only a step on the way passes 2^53", () => {
    const d = subtractDims(powerDim(S, 4), multiplyDims(powerDim(S, 3), W));
    expect(
      evaluateDim(
        d,
        new Map([
          ["S", 100_000],
          ["W", 100_000],
        ]),
      ),
    ).toBe(0);
  });
});

describe("formatDim", () => {
  const halved = (d: Dim, times: number): Dim => (times === 0 ? d : halved(ceilDivide(d, 2), times - 1));
  const square = powerDim(S, 2);
  it.each<[Dim, string]>([
    [0, "0"],
    [-3, "-3"],
    [S, "S"],
    [subtractDims(S, 2), "S - 2"],
    [subtractDims(2, S), "2 - S"],
    [multiplyDims(8, square), "8·S^2"],
    [addDims(multiplyDims(2, square), multiplyDims(3, S)), "2·S^2 + 3·S"],
    [halved(H, 5), "⌈H/32⌉"],
    [floorDivide(H, 4), "⌊H/4⌋"],
    [ceilDivide(addDims(multiplyDims(3, H), W), 4), "⌈(3·H + W)/4⌉"],
    [floorDivide(addDims(H, 1), 4), "⌊(H + 1)/4⌋"],
    [modulo(H, 2), "H - 2·⌊H/2⌋"],
    [negateDim(ceilDivide(H, 2)), "-⌈H/2⌉"],
    [floorDivide(negateDim(H), 2), "⌊H/2⌋ - H"],
    [multiplyDims(powerDim(ceilDivide(H, 2), 2), W), "W·⌈H/2⌉^2"],
  ])("%#", (d, text) => {
    expect(formatDim(d)).toBe(text);
  });

  const s = variable("s");
  const origin = (modulus: number, residue: number): ReadonlyMap<string, Origin> =>
    new Map([["s", { name: "S", modulus, residue }]]);
  it.each<[Dim, ReadonlyMap<string, Origin>, string]>([
    [multiplyDims(16, s), origin(32, 0), "S/2"],
    [multiplyDims(32, s), origin(32, 0), "S"],
    [multiplyDims(48, s), origin(32, 0), "3·S/2"],
    [s, origin(32, 0), "S/32"],
    [addDims(multiplyDims(16, s), 1), origin(32, 0), "S/2 + 1"],
    [multiplyDims(1755860 * 1024, powerDim(s, 2)), origin(32, 0), "1755860·S^2"],
    [ceilDivide(s, 2), origin(32, 0), "⌈S/64⌉"],
    [addDims(multiplyDims(4, s), 1), origin(4, 1), "S"],
    [s, origin(4, 1), "(S - 1)/4"],
    [s, origin(4, -3), "(S + 3)/4"],
    [multiplyDims(4, s), origin(4, 1), "S - 1"],
    [powerDim(addDims(multiplyDims(4, s), 1), 2), origin(4, 1), "S^2"],
  ])("origins %#", (d, origins, text) => {
    expect(formatDim(d, origins)).toBe(text);
  });
});
