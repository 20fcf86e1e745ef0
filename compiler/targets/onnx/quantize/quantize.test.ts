import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelMeans, newCalibration, observe } from "./calibration.ts";
import { addValues, momentsOf, newHistogram } from "./histogram.ts";
import { integersOf, type Kernel, kernelIntegers } from "./layer.ts";
import { stepsFor, stepsForResult, stepsOf } from "./ranges.ts";

/** Values in a bell, the same on every run. */
const bell = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i) + Math.sin(i * 1.7) + Math.sin(i * 0.3));

describe("a histogram", () => {
  it("counts every value once, however its range grows", () => {
    const parts = fc.array(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })));
    fc.assert(
      fc.property(parts, (runs) => {
        const histogram = newHistogram();
        for (const run of runs) addValues(histogram, run);
        const values = runs.flat();
        expect(histogram.counts.reduce((a, b) => a + b, 0)).toBe(values.length);
        if (values.length > 0)
          expect([histogram.low, histogram.high]).toEqual([Math.min(...values) + 0, Math.max(...values) + 0]);
      }),
      { numRuns: 50 },
    );
  });

  it("knows sum and squares below an edge", () => {
    const histogram = newHistogram();
    addValues(histogram, [-3, -1, 0.5, 1, 2]);
    const [count, sum, squares] = momentsOf(histogram).below(0.75);
    expect(count).toBe(3);
    expect(sum).toBeCloseTo(-3.5, 2);
    expect(squares).toBeCloseTo(10.25, 1);
  });

  it("remembers that a value was no number", () => {
    const histogram = newHistogram();
    addValues(histogram, [1, Number.NaN]);
    expect(histogram.finite).toBe(false);
  });
});

describe("steps", () => {
  const seen = (values: ArrayLike<number>) => {
    const histogram = newHistogram();
    addValues(histogram, values);
    return histogram;
  };
  const error = (values: ArrayLike<number>, { scale, zero }: { scale: number; zero: number }): number =>
    Array.from(values).reduce((sum, value) => {
      const level = Math.max(0, Math.min(255, Math.round(value / scale) + zero));
      return sum + (value - (level - zero) * scale) ** 2;
    }, 0);

  it("hold zero exactly, and from zero behind a ReLU", () => {
    expect(stepsFor(seen(bell(5000)), true).zero).toBe(0);
    const { zero, scale } = stepsFor(seen([5, 6]), false);
    expect([zero, scale]).toEqual([0, expect.closeTo(6 / 255, 3)]);
  });

  it("are finer than those of the whole range where a peak stands alone", () => {
    const values = bell(100_000);
    const histogram = seen([12]);
    for (let run = 0; run < 40; run++) addValues(histogram, values);
    const whole = stepsOf(Math.min(...values), 12);
    const chosen = stepsFor(histogram, false);
    const total = (steps: typeof chosen): number => 40 * error(values, steps) + error([12], steps);
    expect(chosen.scale).toBeLessThan(whole.scale);
    expect(total(chosen)).toBeLessThan(total(whole));
  });

  it("of an answer reach beyond what was seen", () => {
    const { scale, zero } = stepsForResult(seen([-1, 1]), false);
    expect((255 - zero) * scale).toBeGreaterThan(1.1);
    expect(zero * scale).toBeGreaterThan(1.1);
  });

  it("of a tensor that is always zero are no division by zero", () => {
    expect(stepsFor(seen([0, 0]), false)).toEqual({ scale: 1, zero: 0 });
    expect(stepsForResult(seen([0, 0]), true)).toEqual({ scale: 1, zero: 0 });
  });
});

describe("a layer", () => {
  const kernel: Kernel = {
    values: Float32Array.from([0.1, -0.2, 10, 20]),
    dims: [2, 2, 1, 1],
    outputAxis: 0,
    groups: 1,
  };

  it("has a step size per output channel, on either axis", () => {
    const { scales } = integersOf(kernel, undefined, { scale: 1, means: undefined });
    expect([...scales]).toEqual([expect.closeTo(0.2 / 127), expect.closeTo(20 / 127)]);
    expect([...kernelIntegers(kernel, scales)]).toEqual([64, -127, 64, 127]);
    const dense = integersOf({ ...kernel, dims: [2, 2], outputAxis: 1 }, undefined, { scale: 1, means: undefined });
    expect([...dense.scales]).toEqual([expect.closeTo(10 / 127), expect.closeTo(20 / 127)]);
  });

  it("puts into the bias what rounding takes from the mean", () => {
    const means = Float64Array.from([3, 5]);
    const { scales, bias } = integersOf(kernel, Float32Array.from([1, 2]), { scale: 1e-5, means });
    const integers = kernelIntegers(kernel, scales);
    const mean = (c: number): number =>
      (3 * (integers[2 * c] ?? 0) + 5 * (integers[2 * c + 1] ?? 0) + (bias[c] ?? 0) * 1e-5) * (scales[c] ?? 0);
    expect(mean(0)).toBeCloseTo(0.1 * 3 - 0.2 * 5 + 1, 4);
    expect(mean(1)).toBeCloseTo(10 * 3 + 20 * 5 + 2, 4);
  });

  it("with tiny weights keeps its bias below 2^31", () => {
    const { bias, scales } = integersOf({ ...kernel, values: new Float32Array(4) }, Float32Array.from([1e6, -5]), {
      scale: 1e-6,
      means: undefined,
    });
    expect(Math.abs(bias[0] ?? 0)).toBeLessThan(2 ** 30.01);
    expect((bias[0] ?? 0) * (scales[0] ?? 0) * 1e-6).toBeCloseTo(1e6, 0);
  });
});

it("channel means come from axis 1, over all runs", () => {
  const calibration = newCalibration();
  observe(calibration, "x", { dims: [1, 2, 2], data: [1, 3, 10, 20] });
  observe(calibration, "x", { dims: [2, 2, 2], data: [1, 3, 10, 20, 5, 5, 30, 30] });
  const seen = calibration.get("x");
  expect(seen && [...channelMeans(seen)]).toEqual([3, 20]);
});
