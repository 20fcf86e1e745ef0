import { describe, expect, it } from "vitest";
import { permutationTo } from "./axes.ts";
import type { Initialiser, Weight } from "./graph.ts";
import { drawingOf, drawWeight, quantile } from "./initial.ts";

const kernel = (
  initialiser: Initialiser,
  dims: readonly number[] = [3, 3, 64, 96],
  path = "trunk/conv/kernel",
): Weight => ({
  path,
  axes: "HWIO",
  dims,
  initialiser,
  trainable: true,
});
const fans = { fanIn: 3 * 3 * 64, fanOut: 3 * 3 * 96 };

function moments(values: Float32Array) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  const fourth = values.reduce((a, b) => a + (b - mean) ** 4, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance), kurtosis: fourth / variance ** 2 };
}

function correlation(a: Float32Array, b: Float32Array): number {
  return (
    a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / a.length / moments(a).deviation / moments(b).deviation
  );
}

describe("fresh weights", () => {
  it.each(["glorot_uniform", "he_uniform"] as const)("%s fills its range evenly", (kind) => {
    const weight = kernel({ kind, ...fans });
    const limit = drawingOf(weight.initialiser, "").amount;
    const values = drawWeight(weight, "logical", 7);
    const { mean, deviation, kurtosis } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(limit / 100);
    expect(deviation / (limit / Math.sqrt(3))).toBeCloseTo(1, 2);
    expect(kurtosis).toBeCloseTo(1.8, 1);
    expect(Math.max(...values)).toBeLessThanOrEqual(limit);
    expect(new Set(values).size).toBeGreaterThan(values.length * 0.99);
  });

  it.each(["glorot_normal", "he_normal", "he_normal_fan_out", "lecun_normal"] as const)(
    "%s is a plain normal",
    (kind) => {
      const weight = kernel({ kind, ...fans });
      const { mean, deviation, kurtosis } = moments(drawWeight(weight, "logical", 7));
      const wanted = drawingOf(weight.initialiser, "").amount;
      expect(Math.abs(mean)).toBeLessThan(wanted / 50);
      expect(deviation / wanted).toBeCloseTo(1, 2);
      expect(kurtosis).toBeGreaterThan(2.9);
      expect(kurtosis).toBeLessThan(3.1);
    },
  );

  it("has the limits that the names stand for", () => {
    const amount = (kind: Exclude<Initialiser["kind"], "constant" | "normal">) =>
      drawingOf({ kind, fanIn: 8, fanOut: 16 }, "").amount;
    expect(amount("glorot_uniform")).toBe(Math.sqrt(6 / 24));
    expect(amount("glorot_normal")).toBe(Math.sqrt(2 / 24));
    expect(amount("he_uniform")).toBe(Math.sqrt(6 / 8));
    expect(amount("he_normal")).toBe(Math.sqrt(2 / 8));
    expect(amount("he_normal_fan_out")).toBe(Math.sqrt(2 / 16));
    expect(amount("lecun_normal")).toBe(Math.sqrt(1 / 8));
  });

  it("draws each value from its logical place, whatever the axis order", () => {
    for (const initialiser of [
      { kind: "glorot_uniform", ...fans },
      { kind: "he_normal", ...fans },
    ] as const) {
      const dims = [2, 3, 4, 5];
      const logical = drawWeight(kernel(initialiser, dims), "logical", 7);
      const turned = drawWeight(kernel(initialiser, dims), "OIHW", 7);
      const order = permutationTo("HWIO", "OIHW");
      const at = (h: number, w: number, i: number, o: number) => ((h * 3 + w) * 4 + i) * 5 + o;
      let t = 0;
      for (let o = 0; o < 5; o++)
        for (let i = 0; i < 4; i++)
          for (let h = 0; h < 2; h++) for (let w = 0; w < 3; w++) expect(turned[t++]).toBe(logical[at(h, w, i, o)]);
      expect(order).toEqual([3, 2, 0, 1]);
    }
  });

  it("depends on the seed and the path, and on nothing else", () => {
    const weight = kernel({ kind: "glorot_uniform", ...fans });
    const values = drawWeight(weight, "logical", 7);
    expect(drawWeight({ ...weight }, "logical", 7)).toEqual(values);
    for (const other of [
      drawWeight(weight, "logical", 8),
      drawWeight(weight, "logical", 7 + 2 ** 32),
      drawWeight({ ...weight, path: "trunk/conv2/kernel" }, "logical", 7),
    ]) {
      expect(Math.abs(correlation(values, other))).toBeLessThan(0.02);
    }
  });

  it("has no correlation between neighbours", () => {
    const values = drawWeight(kernel({ kind: "glorot_uniform", ...fans }), "logical", 1);
    for (const lag of [1, 2, 3, 96, 6144])
      expect(Math.abs(correlation(values.subarray(0, -lag), values.subarray(lag)))).toBeLessThan(0.02);
  });

  it("knows the quantiles of the normal distribution", () => {
    // From Python's statistics.NormalDist().inv_cdf((n + 0.5) / 2**32).
    const known = [
      [0, -6.337957754553789],
      [1, -6.166429517819749],
      [5, -5.957507662988571],
      [1000, -5.039851125968711],
      [1048576, -3.4871039765916896],
      [104000000, -1.973586551974788],
      [104200000, -1.9727688262549314],
      [268435456, -1.5341205434059566],
      [1073741824, -0.6744897498297384],
      [2146435072, -0.0006119695399989287],
      [2164260864, 0.009791673453169274],
      [3221225472, 0.6744897505624251],
      [4227858432, 2.1538746970295954],
      [4294966296, 5.040042507931227],
      [4294967294, 6.166429517819749],
      [4294967295, 6.337957754553789],
    ] as const;
    for (const [n, value] of known) expect(quantile(n) / value).toBeCloseTo(1, 8);
  });

  it("never changes: these are the first numbers of seed 7", () => {
    const first = (initialiser: Initialiser) => [...drawWeight(kernel(initialiser, [1, 1, 2, 2]), "logical", 7)];
    expect(first({ kind: "glorot_uniform", fanIn: 2, fanOut: 2 })).toMatchInlineSnapshot(`
      [
        -0.8612321615219116,
        0.5187618136405945,
        -0.8092047572135925,
        0.8274044990539551,
      ]
    `);
    expect(first({ kind: "normal", deviation: 1 })).toMatchInlineSnapshot(`
      [
        -1.0433053970336914,
        0.5586029291152954,
        -0.9555747509002686,
        0.9854010939598083,
      ]
    `);
  });
});
