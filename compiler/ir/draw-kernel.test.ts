import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, it } from "vitest";
import loadWabt from "wabt";
import type { TargetAxes } from "./axes.ts";
import { moduleText, newDrawKernel } from "./draw-kernel.ts";
import type { Weight, WeightAxes } from "./graph.ts";
import { drawInto, drawWeight } from "./initial.ts";
import { borrowed, freshWeights } from "./weights.ts";

it("is what draw.wat says", async () => {
  const path = fileURLToPath(new URL("./draw.wat", import.meta.url));
  const wabt = await loadWabt();
  const { buffer } = wabt.parseWat("draw.wat", readFileSync(path, "utf8")).toBinary({});
  expect(moduleText).toBe(Buffer.from(buffer).toString("base64"));
});

const kernel = newDrawKernel();
if (!kernel) throw new Error("this host runs no WebAssembly with SIMD");

const orders: Readonly<Record<string, readonly TargetAxes[]>> = {
  HWIO: ["logical", "OIHW", "IOHW"],
  IO: ["logical", "OI"],
  C: ["logical"],
};
const size = fc.integer({ min: 1, max: 9 });
const uniform = (axes: WeightAxes, dims: readonly number[], path: string): Weight => ({
  path,
  axes,
  dims,
  initialiser: { kind: "glorot_uniform", fanIn: 3, fanOut: 5 },
  trainable: true,
});
const weights = fc.constantFrom<WeightAxes>("HWIO", "IO", "C").chain((axes) =>
  fc.record({
    weight: fc
      .tuple(fc.array(size, { minLength: axes.length, maxLength: axes.length }), fc.string())
      .map(([dims, path]) => uniform(axes, dims, path)),
    order: fc.constantFrom(...(orders[axes] ?? [])),
    seed: fc.nat(),
  }),
);

it("draws the same bits as the loops in TypeScript", () => {
  fc.assert(
    fc.property(weights, ({ weight, order, seed }) => {
      expect(drawInto(kernel, weight, order, seed)).toEqual(drawWeight(weight, order, seed));
    }),
    { numRuns: 300 },
  );
});

it("scales the same bits, and nothing beside them", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 9 }),
      fc.double({ min: -2, max: 2, noNaN: true }),
      (count, from, factor) => {
        const numbers = kernel.numbers(64);
        numbers.forEach((_, i) => {
          numbers[i] = Math.sin(i + 1);
        });
        const wanted = numbers.map((v, i) => (i >= from && i < from + count ? v * factor : v));
        kernel.scale(from, count, factor);
        expect([...numbers]).toEqual([...wanted]);
      },
    ),
  );
});

it("lends folded kernels with the numbers that are read", () => {
  const perChannel = (path: string, value: number): Weight => ({
    path,
    axes: "C",
    dims: [6],
    initialiser: { kind: "constant", value },
    trainable: false,
  });
  const base = uniform("HWIO", [3, 3, 4, 6], "conv/kernel");
  const norm = { mean: perChannel("bn/moving_mean", 0.5), variance: perChannel("bn/moving_variance", 2), eps: 1e-3 };
  const folded: Weight = { ...base, path: "folded", derived: { kind: "folded_kernel", base, ...norm } };
  const reader = freshWeights(3);
  for (const axes of ["OIHW", "logical"] as const) {
    const lent = Float32Array.from(borrowed(reader, folded, axes));
    expect(lent).toEqual(reader.read(folded, axes));
  }
});
