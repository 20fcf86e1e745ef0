import { describe, expect, it } from "vitest";
import { halfBytes, halfToNumber, TooLargeForHalf } from "./half.ts";

const bitsOf = (...values: readonly number[]) => [...new Uint16Array(halfBytes(values, "w").buffer)];

describe("half precision", () => {
  it("keeps every half as it is", () => {
    const halves = Array.from({ length: 0x7c00 }, (_, bits) => bits);
    expect(bitsOf(...halves.map(halfToNumber))).toEqual(halves);
    expect([0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400].map(halfToNumber)).toEqual([1, -2, 65_504, 2 ** -24, 2 ** -14]);
  });

  it("rounds to the nearest one, and a tie to the even one", () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const [below, above] = [halfToNumber(bits), halfToNumber(bits + 1)];
      const middle = (below + above) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      const step = (above - below) / 64;
      expect(bitsOf(middle, middle - step, middle + step, -middle)).toEqual([even, bits, bits + 1, even | 0x8000]);
    }
  });

  it("keeps what is not finite", () => {
    const [infinite, negative, nothing] = bitsOf(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN);
    expect([infinite, negative]).toEqual([0x7c00, 0xfc00]);
    expect((nothing ?? 0) & 0x7c00).toBe(0x7c00);
    expect((nothing ?? 0) & 0x3ff).not.toBe(0);
  });

  it("refuses a number that would become infinite, by name", () => {
    expect(bitsOf(65_519)).toEqual([0x7bff]);
    expect(() => halfBytes([1, -65_520], "head/kernel")).toThrow(TooLargeForHalf);
    expect(() => halfBytes([1e20], "head/kernel")).toThrow("head/kernel holds 100000002004087730000");
  });
});
