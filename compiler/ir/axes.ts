// Axis orders of weights. The graph keeps one logical order (kernel HWIO, as Keras); a target asks for
// its own. Nothing is ever transposed in memory: a walk visits the target order and says where each
// element lies in the logical one.
import type { PlainAxes, Weight } from "./graph.ts";

/** The order that a target wants, by the letters of `WeightAxes`; "logical" is the weight's own. */
export type TargetAxes = "logical" | "OIHW" | "IOHW" | "IO" | "OI" | "C" | "HWIO" | "HWOI" | PlainAxes;

/** A loop nest over the target order: `steps` are distances in the logical order. */
export interface Walk {
  readonly counts: readonly [number, number, number, number];
  readonly steps: readonly [number, number, number, number];
}

/** Dims as numbers. Weights of a model that is written, and inputs of one that is run, have no free sizes. */
export function concreteDims({ path, dims }: Pick<Weight, "path" | "dims">): readonly number[] {
  return dims.map((d) => {
    if (typeof d !== "number") throw new Error(`internal: ${path} has a free size`);
    return d;
  });
}

export function sizeOf(weight: Laid): number {
  return concreteDims(weight).reduce((a, b) => a * b, 1);
}

/** What a walk needs to know of a tensor: any order of axes may be the one that numbers lie in. */
export interface Laid extends Pick<Weight, "path" | "dims"> {
  /** A letter for each axis. */
  readonly axes: string;
}

/** For each target axis, the logical axis that it shows. */
export function permutationTo(from: string, to: string): readonly number[] {
  const letters = to === "logical" ? from : to;
  const order = [...letters].map((letter) => from.indexOf(letter));
  if (order.length !== from.length || order.includes(-1)) throw new Error(`internal: axes ${from} cannot become ${to}`);
  return order;
}

export function targetDims(weight: Laid, axes: TargetAxes): readonly number[] {
  const dims = concreteDims(weight);
  return permutationTo(weight.axes, axes).map((axis) => dims[axis] ?? 1);
}

/** Neighbouring axes that are neighbours in both orders become one loop: OIHW of an HWIO kernel is O, I, HW. */
export function walkTo(weight: Laid, axes: string): Walk {
  const dims = concreteDims(weight);
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((a, b) => a * b, 1));
  const counts: number[] = [];
  const steps: number[] = [];
  for (const axis of permutationTo(weight.axes, axes)) {
    const count = dims[axis] ?? 1;
    const step = strides[axis] ?? 1;
    if (count === 1) continue;
    const last = counts.length - 1;
    if (last >= 0 && steps[last] === step * count) {
      counts[last] = (counts[last] ?? 1) * count;
      steps[last] = step;
    } else {
      counts.push(count);
      steps.push(step);
    }
  }
  return { counts: padded(counts, 1), steps: padded(steps, 0) };
}

function padded(values: readonly number[], filler: number): readonly [number, number, number, number] {
  const four = [...new Array<number>(4 - values.length).fill(filler), ...values];
  return [four[0] ?? filler, four[1] ?? filler, four[2] ?? filler, four[3] ?? filler];
}

/** `target[t] = from(i)` for every element, i its logical place. */
export function fillBy(target: Float32Array | Float64Array, walk: Walk, from: (index: number) => number): void {
  const [a, b, c, d] = walk.counts;
  const [sa, sb, sc, sd] = walk.steps;
  let at = 0;
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) {
        let index = i * sa + j * sb + k * sc;
        for (let l = 0; l < d; l++) {
          target[at++] = from(index);
          index += sd;
        }
      }
    }
  }
}
