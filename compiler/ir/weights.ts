// Where the numbers of weights come from. A reader answers one tensor at a time, in the axis order
// that the target asks for, so that a model of any size is written with the memory of one tensor.
import { concreteDims, fillBy, permutationTo, sizeOf, type TargetAxes, walkTo } from "./axes.ts";
import { type DrawKernel, newDrawKernel } from "./draw-kernel.ts";
import type { Derivation, Weight } from "./graph.ts";
import { drawInto, drawWeight } from "./initial.ts";

export type { TargetAxes } from "./axes.ts";

export interface WeightReader {
  read(weight: Weight, axes: TargetAxes): Float32Array;
  /** Like `read`, for whoever writes the numbers at once: whatever is read next may overwrite them. */
  borrow?(weight: Weight, axes: TargetAxes): Float32Array;
}

export const borrowed = (reader: WeightReader, weight: Weight, axes: TargetAxes): Float32Array =>
  reader.borrow?.(weight, axes) ?? reader.read(weight, axes);

/** A reader of stored weights, and of those that passes derive from them. */
export function readerOver(stored: WeightReader["read"]): WeightReader {
  const reader: WeightReader = {
    read: (weight, axes) => (weight.derived ? derived(reader, weight, weight.derived, axes) : stored(weight, axes)),
  };
  return reader;
}

/** Draws every weight by its initialiser. */
export function freshWeights(seed: number): WeightReader {
  const reader = readerOver((weight, axes) => drawWeight(weight, axes, seed));
  const kernel = newDrawKernel();
  if (!kernel) return reader;
  const borrow: WeightReader["read"] = (weight, axes) =>
    weight.derived
      ? derived({ ...reader, borrow }, weight, weight.derived, axes, kernel)
      : drawInto(kernel, weight, axes, seed);
  return { ...reader, borrow };
}

/** Given numbers, by path, in logical order; what is not given comes from `others`. */
export function weightsFrom(values: ReadonlyMap<string, ArrayLike<number>>, others?: WeightReader): WeightReader {
  return readerOver((weight, axes) => {
    const given = values.get(weight.path);
    if (given) return permuted(given, weight, axes);
    if (others) return others.read(weight, axes);
    throw new Error(`internal: no values for weight ${weight.path}`);
  });
}

function permuted(given: ArrayLike<number>, weight: Weight, axes: TargetAxes): Float32Array {
  const target = new Float32Array(sizeOf(weight));
  if (given.length !== target.length) {
    throw new Error(`internal: weight ${weight.path} has ${target.length} elements, but ${given.length} were given`);
  }
  fillBy(target, walkTo(weight, axes), (i) => given[i] as number);
  return target;
}

/** The numbers in float64, before the rounding to float32 of a derived weight: what `evaluate` uses. */
export function readExact(reader: WeightReader, weight: Weight, axes: TargetAxes): Float64Array {
  if (!weight.derived) return Float64Array.from(reader.read(weight, axes));
  const { kind, base } = weight.derived;
  if (kind === "folded_bias") return foldedBias(reader, weight, weight.derived);
  const kernel = readExact(reader, required(base, weight), axes);
  scaleChannels(kernel, weight, axes, scaleOf(reader, weight.derived));
  return kernel;
}

/** Rounded once. A kernel of a stored weight is scaled in place: no float64 copy of a large tensor. */
function derived(
  reader: WeightReader,
  weight: Weight,
  how: Derivation,
  axes: TargetAxes,
  room?: DrawKernel,
): Float32Array {
  if (how.kind === "folded_bias" || how.base?.derived) return Float32Array.from(readExact(reader, weight, axes));
  // Before the kernel, which nothing may be read behind.
  const scale = scaleOf(reader, how);
  const base = required(how.base, weight);
  const kernel = room ? borrowed(reader, base, axes) : reader.read(base, axes);
  scaleChannels(kernel, weight, axes, scale, room?.holds(kernel) ? room : undefined);
  return kernel;
}

function required(base: Weight | undefined, weight: Weight): Weight {
  if (!base) throw new Error(`internal: folded kernel ${weight.path} has no base`);
  return base;
}

/** gamma / sqrt(variance + eps), per channel. */
function scaleOf(reader: WeightReader, how: Derivation): Float64Array {
  const variance = readExact(reader, how.variance, "C");
  const gamma = how.gamma && readExact(reader, how.gamma, "C");
  return variance.map((v, c) => (gamma?.[c] ?? 1) / Math.sqrt(v + how.eps));
}

function foldedBias(reader: WeightReader, weight: Weight, how: Derivation): Float64Array {
  const scale = scaleOf(reader, how);
  const mean = readExact(reader, how.mean, "C");
  const beta = how.beta && readExact(reader, how.beta, "C");
  const bias = how.base && readExact(reader, how.base, "C");
  if (scale.length !== sizeOf(weight))
    throw new Error(`internal: folded bias ${weight.path} does not fit its batch norm`);
  return scale.map((s, c) => ((bias?.[c] ?? 0) - (mean[c] ?? 0)) * s + (beta?.[c] ?? 0));
}

/** A call into the kernel costs as much as so many numbers. */
const longRun = 16;

function scaleChannels(
  kernel: Float32Array | Float64Array,
  weight: Weight,
  axes: TargetAxes,
  scale: Float64Array,
  room?: DrawKernel,
): void {
  const order = permutationTo(weight.axes, axes);
  const dims = concreteDims(weight);
  const place = order.indexOf(weight.axes.indexOf("O"));
  const inner = order.slice(place + 1).reduce((size, axis) => size * (dims[axis] ?? 1), 1);
  const channels = scale.length;
  let at = 0;
  while (at < kernel.length) {
    for (let c = 0; c < channels; c++) {
      const factor = scale[c] ?? 1;
      if (room && inner >= longRun) {
        room.scale(at, inner, factor);
        at += inner;
        continue;
      }
      for (const end = at + inner; at < end; at++) kernel[at] = (kernel[at] as number) * factor;
    }
  }
}
