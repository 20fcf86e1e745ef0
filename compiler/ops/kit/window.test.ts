import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateDim, variable } from "../../sizes/dim/dim.ts";
import { conv } from "../layers/conv.ts";
import { deconv } from "../layers/deconv.ts";
import { avg_pool } from "../pooling/avg-pool.ts";
import { max_pool } from "../pooling/max-pool.ts";
import { pad } from "../shape/pad.ts";
import { upsample } from "../shape/upsample.ts";
import { evaluate, numbers, openSizes, randomWeights, shapesOf, tensor, typed, type Values } from "../testing.ts";
import { nth } from "./nth.ts";
import { isFailure, type NDArray, type Primitive } from "./primitive.ts";
import { outputSize, padding } from "./window.ts";

const small = fc.integer({ min: 1, max: 5 });
const pads = fc.constantFrom("half", "same", "valid");

interface Definition {
  readonly stride: number;
  readonly rate: number;
  readonly pad: string;
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Size of the result and padding before it, for a square map. */
function framed(size: number, reach: number, { stride, pad: mode }: Definition): readonly [number, number] {
  if (mode === "valid") return [Math.floor((size - reach) / stride) + 1, 0];
  const half = Math.floor((reach - 1) / 2);
  if (mode === "half") return [Math.floor((size + 2 * half - reach) / stride) + 1, half];
  const out = Math.ceil(size / stride);
  return [out, Math.floor(Math.max((out - 1) * stride + reach - size, 0) / 2)];
}

/** The definition: output position o reads input position o · stride - before + tap · rate. */
function byDefinition(x: NDArray, kernel: NDArray, how: Definition): number[] {
  const [, size, , channels] = x.dims as [number, number, number, number];
  const [k, , inGroup, c] = kernel.dims as [number, number, number, number];
  const [pixels, taps] = [[...x.data], [...kernel.data]];
  const [out, before] = framed(size, how.rate * (k - 1) + 1, how);
  const inside = (y: number) => y >= 0 && y < size;
  const read = (y: number, z: number, i: number) =>
    inside(y) && inside(z) ? nth(pixels, (y * size + z) * channels + i) : 0;
  const place = (o: number, tap: number) => o * how.stride - before + tap * how.rate;
  const pixel = (oy: number, ox: number, o: number) => {
    const first = Math.floor(o / (c / (channels / inGroup))) * inGroup;
    const tap = (ky: number, kx: number, i: number) =>
      read(place(oy, ky), place(ox, kx), first + i) * nth(taps, ((ky * k + kx) * inGroup + i) * c + o);
    return sum(range(k).flatMap((ky) => range(k).flatMap((kx) => range(inGroup).map((i) => tap(ky, kx, i)))));
  };
  return range(out).flatMap((oy) => range(out).flatMap((ox) => range(c).map((o) => pixel(oy, ox, o))));
}

describe("convolution", () => {
  it("is what the definition says", () => {
    const cases = fc.record({
      size: fc.integer({ min: 1, max: 9 }),
      k: small,
      stride: small,
      rate: fc.integer({ min: 1, max: 2 }),
      pad: pads,
      groups: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(cases, ({ size, k, stride, rate, pad: mode, groups }) => {
        const given: Values = {
          c: 2 * groups,
          k: [k, k],
          stride: [stride, stride],
          rate: [rate, rate],
          groups,
          pad: mode,
          bias: false,
        };
        const type = tensor(1, size, size, 2 * groups);
        const shape = conv.shape([type], typed(conv, given), openSizes);
        fc.pre(!isFailure(shape));
        const x = numbers([1, size, size, 2 * groups]);
        const weights = randomWeights(conv, [type], given);
        const [made] = evaluate(conv, [x], { given, weights });
        const expected = byDefinition(x, weights["kernel"] as NDArray, { stride, rate, pad: mode });
        expect(made?.data.length).toBe(expected.length);
        made?.data.forEach((value, i) => expect(value).toBeCloseTo(nth(expected, i), 10));
      }),
      { numRuns: 150 },
    );
  });

  it("undoes itself in a transposed convolution: <conv x, y> = <x, deconv y>", () => {
    const x = numbers([1, 8, 8, 3]);
    const y = numbers([1, 4, 4, 5], 3);
    const given: Values = { c: 5, k: [2, 2], stride: [2, 2], pad: "valid", bias: false };
    const weights = randomWeights(conv, [tensor(1, 8, 8, 3)], given);
    const [there] = evaluate(conv, [x], { given, weights });
    // The kernel of conv is HWIO = [2, 2, 3, 5]; read as HWOI it is the deconv to 3 channels.
    const [back] = evaluate(deconv, [y], { given: { c: 3, bias: false }, weights });
    const dot = (a: NDArray | undefined, b: NDArray | undefined) =>
      a?.data.reduce((sum, value, i) => sum + value * (b?.data[i] ?? Number.NaN), 0) ?? Number.NaN;
    expect(dot(there, y)).toBeCloseTo(dot(x, back), 10);
  });
});

describe("padding", () => {
  it("half is even, same is TensorFlow's", () => {
    expect([padding(32, 3, 2, "half"), outputSize(32, 3, 2, "half")]).toEqual([[1, 1], 16]);
    expect([padding(32, 3, 2, "same"), outputSize(32, 3, 2, "same")]).toEqual([[0, 1], 16]);
    expect([padding(33, 3, 2, "same"), outputSize(33, 3, 2, "same")]).toEqual([[1, 1], 17]);
    expect([padding(224, 7, 2, "same"), padding(5, 1, 2, "same")]).toEqual([
      [2, 3],
      [0, 0],
    ]);
  });
  it("same with stride 1 does not depend on the size; with a stride it is known for multiples", () => {
    expect(padding(variable("H"), 5, 1, "same")).toEqual([2, 2]);
    expect(padding(variable("H"), 3, 2, "same")).toBeUndefined();
    const [even] = shapesOf(upsample, [tensor(1, variable("H"), variable("W"), 1)]);
    expect(padding(nth(even?.dims ?? [], 1), 3, 2, "same")).toEqual([0, 1]);
  });
});

/** At every size from 1 to 40, the symbolic result is the concrete one. */
function agrees(operator: Primitive, given: Values): void {
  const free = operator.shape([tensor(1, variable("H"), variable("W"), 2)], typed(operator, given), openSizes);
  if (isFailure(free) || !("dims" in free)) throw new Error("the symbolic rule fails");
  for (let size = 1; size <= 40; size++) {
    const fixed = operator.shape([tensor(1, size, size, 2)], typed(operator, given), openSizes);
    const values = new Map([
      ["H", size],
      ["W", size],
    ]);
    const dims = free.dims.map((dim) => evaluateDim(dim, values));
    if (isFailure(fixed)) expect(Math.min(...dims)).toBeLessThan(1);
    else expect("dims" in fixed && fixed.dims).toEqual(dims);
  }
}

describe("sizes that are not known", () => {
  const window = { k: fc.tuple(small, small), stride: fc.tuple(small, small), pad: pads };
  const cases: readonly [string, Primitive, fc.Arbitrary<Values>][] = [
    ["conv", conv, fc.record({ ...window, c: fc.constant(4), rate: fc.constantFrom([1, 1], [2, 3]) })],
    ["max_pool", max_pool, fc.record(window)],
    ["avg_pool", avg_pool, fc.record(window)],
    ["deconv", deconv, fc.record({ c: fc.constant(3), k: window.k, stride: window.stride, pad: fc.nat(2) })],
    ["upsample", upsample, fc.record({ s: window.stride })],
    ["pad", pad, fc.record({ by: fc.tuple(fc.nat(3), fc.nat(3)) })],
  ];
  it.each(cases)("%s: the rule for a free size is right at every size", (_name, operator, given) => {
    fc.assert(
      fc.property(given, (values) => agrees(operator, values)),
      { numRuns: 40 },
    );
  });
});
