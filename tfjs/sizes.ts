// Sizes that are known when a layer runs. A size is a number or a list of terms, a term its coefficient and
// its factors, a factor ["size", index of a read] or ["floor", size, divisor]. A read [input, axis, slope,
// offset] says that the axis of the input shows slope·v + offset.
import { at, type Settings, type Shape } from "./layer.ts";

type Size = number | readonly Term[];
type Term = readonly [coefficient: number, ...factors: Factor[]];
type Factor = readonly ["size", number] | readonly ["floor", Size, number];
type Read = readonly [input: number, axis: number, slope: number, offset: number];

/** The sizes of `settings.sizes`; null where an input has a free size. */
export function sizesIn(settings: Settings, inputs: readonly Shape[]): Shape {
  const reads = (settings["reads"] ?? []) as readonly Read[];
  const values = reads.map(([input, axis, slope, offset]) => {
    const size = at(at(inputs, input), axis);
    return size === null ? null : (size - offset) / slope;
  });
  return (settings["sizes"] as readonly Size[]).map((size) => {
    const value = sizeOf(size, values);
    return Number.isNaN(value) ? null : value;
  });
}

/** NaN where a size is free. */
function sizeOf(size: Size, values: readonly (number | null)[]): number {
  if (typeof size === "number") return size;
  const factorOf = (factor: Factor): number =>
    factor[0] === "size" ? (at(values, factor[1]) ?? Number.NaN) : Math.floor(sizeOf(factor[1], values) / factor[2]);
  return size.reduce(
    (sum, [coefficient, ...factors]) => sum + factors.reduce((value, factor) => value * factorOf(factor), coefficient),
    0,
  );
}
