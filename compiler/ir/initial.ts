// Fresh weights. Value i of a weight is a hash of (seed, path, i), so a weight does not depend on the
// others, any axis order is written without a transpose, and nothing needs a stream of draws.
// Only + - * / and sqrt are used (the logarithm and cosine are our own): the same bits everywhere.
// Normals are plain, not cut at two deviations as Keras cuts them: their variance is then exact
// without Keras' correction factor.
import { sizeOf, targetDims, walkTo, type TargetAxes, type Walk } from "./axes.ts";
import type { Initialiser, Weight } from "./graph.ts";

interface Key {
  readonly low: number;
  readonly high: number;
}

/** 64 bits of (seed, path): two rounds of a multiplicative string hash with different constants. */
export function keyOf(seed: number, path: string): Key {
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
  const other = mix(high ^ 0x2545f491);
  const [a, b, c, d] = walk.counts;
  const [sa, sb, sc, sd] = walk.steps;
  let at = 0;
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) {
        let index = i * sa + j * sb + k * sc;
        for (let l = 0; l < d; l++) {
          const radius = Math.sqrt(-2 * logarithm((bits(index, low, high) || 1) >>> 0));
          target[at++] = radius * cosine(bits(index, low, other)) * deviation;
          index += sd;
        }
      }
    }
  }
}

/** ln(n / 2^32) for a whole n in 1..2^32-1, by the series of atanh on [0.7, 1.42]; error below 1e-12. */
function logarithm(n: number): number {
  let exponent = 31 - Math.clz32(n);
  let m = n / powers[exponent]!;
  if (m > 1.4142135623730951) {
    m /= 2;
    exponent++;
  }
  const t = (m - 1) / (m + 1);
  const s = t * t;
  const series = 1 + s * (1 / 3 + s * (1 / 5 + s * (1 / 7 + s * (1 / 9 + s * (1 / 11 + s * (1 / 13 + s / 15))))));
  return (exponent - 32) * 0.6931471805599453 + 2 * t * series;
}
const powers: readonly number[] = Array.from({ length: 33 }, (_, i) => 2 ** i);

/** cos(2 pi n / 2^32), by its Taylor series on the first quarter; error below 1e-10. */
function cosine(n: number): number {
  const turn = n / 0x100000000;
  const half = turn > 0.5 ? 1 - turn : turn;
  const quarter = half > 0.25 ? 0.5 - half : half;
  const x = quarter * 6.283185307179586;
  const s = x * x;
  const series =
    1 - (s / 2) * (1 - (s / 12) * (1 - (s / 30) * (1 - (s / 56) * (1 - (s / 90) * (1 - (s / 132) * (1 - (s / 182) * (1 - s / 240)))))));
  return half > 0.25 ? -series : series;
}

type Drawing = { readonly kind: "constant" | "uniform" | "normal"; readonly amount: number };

/** What an initialiser draws: a constant, a uniform range or a deviation. */
export function drawingOf(initialiser: Initialiser, path: string): Drawing {
  if (initialiser.kind === "constant") return { kind: "constant", amount: initialiser.value };
  if (initialiser.kind === "normal") return { kind: "normal", amount: initialiser.deviation };
  const { fanIn, fanOut } = initialiser;
  if (typeof fanIn !== "number" || typeof fanOut !== "number") throw new Error(`internal: weight ${path} has a free size`);
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
