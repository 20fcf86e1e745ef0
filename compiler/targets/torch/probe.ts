// A small example of what flows in, for the check that the file carries: sizes that work, and numbers that any
// language computes alike.

import type { Graph, Value } from "../../ir/graph.ts";
import type { NDArray } from "../../ops/kit/primitive.ts";
import { countMacs } from "../../ops/measure.ts";
import { type Dim, evaluateDim, isSymbolic, variablesOf } from "../../sizes/dim/dim.ts";
import { nextSize } from "../../sizes/set/set.ts";
import { formOfPort } from "./conversions.ts";
import type { Layout } from "./steps.ts";

export interface Probe {
  /** By name of the graph's variable. */
  readonly sizes: ReadonlyMap<string, number>;
  /** In logical order. */
  readonly feeds: ReadonlyMap<string, NDArray>;
  /** Multiply-adds of the whole example. */
  readonly macs: number;
}

/** Leading axes are small, maps at least this high and wide where the size rule leaves a choice. */
const smallestMap = 8;
const batch = 2;

export function probeOf(graph: Graph, layout: Layout): Probe {
  const sizes = new Map<string, number>();
  for (const { value } of graph.inputs) {
    const { dims } = value.type;
    for (const [axis, dim] of dims.entries()) {
      if (!isSymbolic(dim)) continue;
      for (const name of variablesOf(dim)) {
        if (!sizes.has(name)) sizes.set(name, chosen(graph, name, dims.length >= 4 && axis >= dims.length - 3));
      }
    }
  }
  const perSample = countMacs(graph, graph.nodes);
  return {
    sizes,
    // Made when they are asked for: whoever only wants the sizes may have ones that no machine holds.
    get feeds() {
      return new Map(graph.inputs.map(({ name, value }) => [name, numbersFor(value, sizes, layout)]));
    },
    macs: batch * evaluateDim(perSample, sizes),
  };
}

function chosen({ rules }: Graph, name: string, isMapAxis: boolean): number {
  const least = isMapAxis ? smallestMap : batch;
  const origin = rules.origins.get(name);
  const set = rules.sizes.get(origin?.name ?? name);
  const size = set ? (nextSize(set, least) ?? nextSize(set, 1) ?? least) : least;
  return origin ? (size - origin.residue) / origin.modulus : size;
}

export const concrete = (dims: readonly Dim[], sizes: ReadonlyMap<string, number>): readonly number[] =>
  dims.map((dim) => evaluateDim(dim, sizes));

/** sin(1), sin(2), … in the order of the interface, as 32-bit numbers; whole numbers and truths made of them. */
function numbersFor(value: Value, sizes: ReadonlyMap<string, number>, layout: Layout): NDArray {
  const { type } = value;
  const dims = concrete(type.dims, sizes);
  const data = new Float64Array(dims.reduce((a, b) => a * b, 1));
  const place = portPlaces(value, dims, layout);
  for (let i = 0; i < data.length; i++) {
    const number = Math.sin(i + 1);
    const whole = type.dtype === "i32" ? Math.trunc(10 * number) + 0 : Number(number > 0);
    data[place(i)] = type.dtype === "f32" ? Math.fround(number) : whole;
  }
  return { dims, data };
}

/** Where element `i` of the interface lies in logical order. */
export function portPlaces(value: Value, dims: readonly number[], layout: Layout): (i: number) => number {
  if (formOfPort(value, layout) === "logical") return (i) => i;
  const [height = 1, width = 1, channels = 1] = dims.slice(-3);
  const pixels = height * width;
  return (i) => {
    const [image, rest] = [Math.floor(i / (pixels * channels)), i % (pixels * channels)];
    return (image * pixels + (rest % pixels)) * channels + Math.floor(rest / pixels);
  };
}
