// Fresh weights. Value i of a weight is a hash of (seed, path, i), so a weight does not depend on the
// others, any axis order is written without a transpose, and nothing needs a stream of draws.
// Only + - * / and sqrt are used (the logarithm is our own): the same bits on every machine and engine.
// Normals are plain, not cut at two deviations as Keras cuts them: their variance is then exact
// without Keras' correction factor.
import { sizeOf, type TargetAxes, targetDims, type Walk, walkTo } from "./axes.ts";
import { type DrawKernel, fitsKernel } from "./draw-kernel.ts";
import type { Initialiser, Weight } from "./graph.ts";

interface Key {
  readonly low: number;
  readonly high: number;
}

/** 64 bits of (seed, path): two rounds of a multiplicative string hash with different constants. */
function keyOf(seed: number, path: string): Key {
  let low = 0xdeadbeef ^ (seed | 0);
  let high = 0x41c6ce57 ^ Math.floor(seed / 0x100000000);
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    low = Math.imul(low ^ code, 0x9e3779b1);
    high = Math.imul(high ^ code, 0x5f356495);
    low ^= high >>> 13;
    high ^= low >>> 15;
  }
  return { low: mix(low ^ (high >>> 16)), high: mix(high ^ (low >>> 13)) };
}

/** A bijection of 32 bits in which every input bit moves every output bit (Wellons' lowbias32). */
function mix(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x21f0aaad);
  x ^= x >>> 15;
  x = Math.imul(x, 0x735a2d97);
  return x ^ (x >>> 15);
}

/** 32 random bits for index i. The second half of the key enters between two rounds: streams never overlap shifted. */
function bits(i: number, low: number, high: number): number {
  let x = Math.imul(i, 0x9e3779b1) + low;
  x ^= x >>> 16;
  x = Math.imul(x, 0x21f0aaad) ^ high;
  x ^= x >>> 15;
  x = Math.imul(x, 0x735a2d97);
  x ^= x >>> 15;
  x = Math.imul(x, 0x6b8b4567);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Uniform in (-limit, limit): 24 bits, the middle of each step, so that the mean is exactly zero. */
function uniform(target: Float32Array, walk: Walk, key: Key, limit: number): void {
  const { low, high } = key;
  const [a, b, c, d] = walk.counts;
  const [sa, sb, sc, sd] = walk.steps;
  const scale = limit / 0x800000;
  let at = 0;
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) {
        let index = i * sa + j * sb + k * sc;
        for (let l = 0; l < d; l++) {
          target[at++] = ((bits(index, low, high) >>> 8) - 8388607.5) * scale;
          index += sd;
        }
      }
    }
  }
}

function normal(target: Float32Array, walk: Walk, key: Key, deviation: number): void {
  const { low, high } = key;
  const [a, b, c, d] = walk.counts;
  const [sa, sb, sc, sd] = walk.steps;
  let at = 0;
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) {
        let index = i * sa + j * sb + k * sc;
        for (let l = 0; l < d; l++) {
          target[at++] = quantile(bits(index, low, high)) * deviation;
          index += sd;
        }
      }
    }
  }
}

const tail = 0.02425;

/**
 * The value below which (n + 1/2) / 2^32 of a normal distribution lies: Acklam's rational functions,
 * relative error 1.2e-9. One hash and no cosine make it three times faster than Box and Muller.
 */
export function quantile(n: number): number {
  const p = (n + 0.5) / 0x100000000;
  if (p < tail) return tailQuantile(n + 0.5);
  if (p > 1 - tail) return -tailQuantile(0x100000000 - (n + 0.5));
  const q = p - 0.5;
  const r = q * q;
  const above =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const below =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return (above * q) / below;
}

function tailQuantile(n: number): number {
  const q = Math.sqrt(-2 * logarithm(n));
  const above =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const below =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
  return above / below;
}

/** ln(n / 2^32) for n in 0.5..2^32, by the series of atanh on [0.7, 1.42]; error below 1e-12. */
function logarithm(n: number): number {
  let exponent = 30 - Math.clz32(2 * n);
  let m = n / (exponent < 0 ? 0.5 : powers[exponent]!);
  if (m > Math.SQRT2) {
    m /= 2;
    exponent++;
  }
  const t = (m - 1) / (m + 1);
  const s = t * t;
  const series = 1 + s * (1 / 3 + s * (1 / 5 + s * (1 / 7 + s * (1 / 9 + s * (1 / 11 + s * (1 / 13 + s / 15))))));
  return (exponent - 32) * Math.LN2 + 2 * t * series;
}
const powers: readonly number[] = Array.from({ length: 33 }, (_, i) => 2 ** i);

type Drawing = { readonly kind: "constant" | "uniform" | "normal"; readonly amount: number };

/** What an initialiser draws: a constant, a uniform range or a deviation. */
export function drawingOf(initialiser: Initialiser, path: string): Drawing {
  if (initialiser.kind === "constant") return { kind: "constant", amount: initialiser.value };
  if (initialiser.kind === "normal") return { kind: "normal", amount: initialiser.deviation };
  const { fanIn, fanOut } = initialiser;
  if (typeof fanIn !== "number" || typeof fanOut !== "number")
    throw new Error(`internal: weight ${path} has a free size`);
  switch (initialiser.kind) {
    case "glorot_uniform":
      return { kind: "uniform", amount: Math.sqrt(6 / (fanIn + fanOut)) };
    case "glorot_normal":
      return { kind: "normal", amount: Math.sqrt(2 / (fanIn + fanOut)) };
    case "he_uniform":
      return { kind: "uniform", amount: Math.sqrt(6 / fanIn) };
    case "he_normal":
      return { kind: "normal", amount: Math.sqrt(2 / fanIn) };
    case "he_normal_fan_out":
      return { kind: "normal", amount: Math.sqrt(2 / fanOut) };
    case "lecun_normal":
      return { kind: "normal", amount: Math.sqrt(1 / fanIn) };
  }
}

/**
 * The fresh numbers of a weight, written in the order of `axes`, in the room of the kernel: they are lost with
 * the next draw. The same bits as `drawWeight`, which does what the kernel cannot.
 */
export function drawInto(kernel: DrawKernel, weight: Weight, axes: TargetAxes, seed: number): Float32Array {
  const { kind, amount } = drawingOf(weight.initialiser, weight.path);
  const size = sizeOf(weight);
  if (kind !== "uniform" || !fitsKernel(size)) return drawWeight(weight, axes, seed);
  const { counts, steps } = walkTo(weight, axes);
  const { low, high } = keyOf(seed, weight.path);
  const numbers = kernel.numbers(size);
  kernel.uniform([...counts, ...steps], low, high, amount / 0x800000);
  return numbers;
}

/** The fresh numbers of a weight, written in the order of `axes`. */
export function drawWeight(weight: Weight, axes: TargetAxes, seed: number): Float32Array {
  const target = new Float32Array(sizeOf(weight));
  const drawing = drawingOf(weight.initialiser, weight.path);
  if (drawing.kind === "constant") {
    targetDims(weight, axes); // checks the axes
    if (drawing.amount !== 0) target.fill(drawing.amount);
    return target;
  }
  const draw = drawing.kind === "uniform" ? uniform : normal;
  draw(target, walkTo(weight, axes), keyOf(seed, weight.path), drawing.amount);
  return target;
}
