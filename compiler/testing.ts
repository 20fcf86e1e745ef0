// Graphs for tests, built by hand through the operators' own shape and weight rules. No language.

import type { Graph, NodeOrigin } from "./ir/graph.ts";
import { GraphBuilder as ProductBuilder } from "./ops/graph-builder.ts";
import { operators } from "./ops/index.ts";
import type { Composite, NDArray, Primitive } from "./ops/kit/primitive.ts";

export const table: Readonly<Record<string, Primitive | Composite>> = operators;

const source = { name: "test.dm", text: "model Test\n  test\n" };
const origin: NodeOrigin = { span: { source, start: 13, end: 17 }, chain: [] };

/** Named and placed alike in every test. */
export class GraphBuilder extends ProductBuilder {
  constructor() {
    super("Test", origin);
  }
}

/** Numbers in -1..1 that look random and are always the same. */
export function sample(dims: readonly number[], seed = 1): NDArray {
  const data = new Float64Array(dims.reduce((a, b) => a * b, 1));
  let state = seed * 2654435761;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    // Rounded to float32, as engines see them.
    data[i] = Math.fround((state >>> 8) / 0x800000 - 1);
  }
  return { dims, data };
}

/** Largest difference over the largest value. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 1e-30;
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Math.abs((a[i] as number) - (b[i] as number)));
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) return Number.POSITIVE_INFINITY;
    scale = Math.max(scale, Math.abs(a[i] as number), Math.abs(b[i] as number));
  }
  return difference / scale;
}

/** Every weight, batch norms included, with numbers that matter: positive for variances. */
export function variedWeights(graph: Graph): Map<string, Float64Array> {
  const values = new Map<string, Float64Array>();
  let seed = 3;
  for (const node of graph.nodes) {
    for (const [role, weight] of Object.entries(node.weights)) {
      if (values.has(weight.path)) continue;
      const { data } = sample(weight.dims.map(Number), seed++);
      values.set(weight.path, role === "moving_variance" ? data.map((v) => Math.fround(1.5 + v)) : data);
    }
  }
  return values;
}
