import { describe, expect, it } from "vitest";
import type { Weight } from "./graph.ts";
import { freshWeights, readExact, weightsFrom } from "./weights.ts";

const zero = { kind: "constant", value: 0 } as const;
const perChannel = (path: string, count: number): Weight => ({
  path,
  axes: "C",
  dims: [count],
  initialiser: zero,
  trainable: true,
});
const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i);

const kernel: Weight = {
  path: "k",
  axes: "HWIO",
  dims: [2, 1, 3, 4],
  initialiser: { kind: "glorot_uniform", fanIn: 6, fanOut: 8 },
  trainable: true,
};
const [gamma, beta, mean, variance, bias] = ["g", "b", "m", "v", "bias"].map((path) => perChannel(path, 4)) as [
  Weight,
  Weight,
  Weight,
  Weight,
  Weight,
];
const eps = 0.5;
const folded: Weight = {
  ...kernel,
  derived: { kind: "folded_kernel", base: kernel, gamma, beta, mean, variance, eps },
};
const foldedBias: Weight = { ...bias, derived: { kind: "folded_bias", base: bias, gamma, beta, mean, variance, eps } };
const given = new Map([
  ["k", numbers(24)],
  ["g", [1, 2, 3, 4]],
  ["b", [0.1, 0.2, 0.3, 0.4]],
  ["m", [5, 6, 7, 8]],
  ["v", [0.5, 1.5, 2.5, 3.5]],
  ["bias", [9, 8, 7, 6]],
]);
const scale = [0, 1, 2, 3].map((c) => (c + 1) / Math.sqrt(c + 0.5 + eps));

describe("weights", () => {
  it("come in the order of any axes", () => {
    const reader = weightsFrom(given);
    expect([...reader.read(kernel, "logical")]).toEqual(numbers(24));
    expect([...reader.read(kernel, "OIHW")].slice(0, 6)).toEqual([1, 13, 5, 17, 9, 21]);
    const turned: Weight = { ...kernel, axes: "HWOI", dims: [2, 1, 3, 4] };
    expect([...reader.read(turned, "IOHW")].slice(0, 6)).toEqual([1, 13, 5, 17, 9, 21]);
    const dense: Weight = { ...kernel, axes: "IO", dims: [6, 4] };
    expect([...reader.read(dense, "OI")].slice(0, 6)).toEqual([1, 5, 9, 13, 17, 21]);
  });

  it("derive a folded kernel per output channel, whatever the order", () => {
    const reader = weightsFrom(given);
    const logical = numbers(24).map((v, i) => v * (scale[i % 4] as number));
    expect([...readExact(reader, folded, "logical")]).toEqual(logical);
    expect([...reader.read(folded, "logical")]).toEqual(logical.map(Math.fround));
    const oihw = weightsFrom(new Map([["k", logical]])).read(kernel, "OIHW");
    expect(reader.read(folded, "OIHW")).toEqual(oihw);
  });

  it("derive a folded bias, with and without one before", () => {
    const reader = weightsFrom(given);
    const expected = [0, 1, 2, 3].map((c) => (9 - c - (5 + c)) * (scale[c] as number) + (c + 1) * 0.1);
    [...readExact(reader, foldedBias, "C")].forEach((value, c) => expect(value).toBeCloseTo(expected[c] as number, 6));
    const { base: _, ...without } = foldedBias.derived as NonNullable<Weight["derived"]>;
    const fresh = readExact(reader, { ...foldedBias, derived: without }, "C");
    [...fresh].forEach((value, c) => expect(value).toBeCloseTo(-(5 + c) * (scale[c] as number) + (c + 1) * 0.1, 6));
  });

  it("fold twice without rounding between", () => {
    const twice: Weight = {
      ...folded,
      derived: { ...(folded.derived as NonNullable<Weight["derived"]>), base: folded },
    };
    const exact = readExact(weightsFrom(given), twice, "logical");
    exact.forEach((value, i) => expect(value).toBeCloseTo((i + 1) * (scale[i % 4] as number) ** 2, 12));
  });

  it("are drawn where none are given", () => {
    const fresh = freshWeights(7);
    expect(weightsFrom(new Map(), fresh).read(kernel, "OIHW")).toEqual(fresh.read(kernel, "OIHW"));
    expect(() => weightsFrom(new Map()).read(kernel, "OIHW")).toThrow("no values for weight k");
    expect(() => weightsFrom(new Map([["k", [1]]])).read(kernel, "OIHW")).toThrow("24 elements, but 1");
  });

  it("refuse an order that the weight does not have", () => {
    expect(() => freshWeights(7).read(gamma, "OIHW")).toThrow("cannot become");
  });
});
