// What the machine can do at best: one large matrix product, written by the same target and run by the
// same engine on the same threads as the model. Two sizes, as caches and threads favour one or the other.
import { elaborate, freshWeights, type Graph, loadProgram, type WeightReader } from "../compiler/index.ts";

export interface Peak {
  readonly graph: Graph;
  readonly weights: WeightReader;
  /** Floating-point operations of one run. */
  readonly flops: number;
  readonly size: number;
}

export const peakSizes = [512, 1024] as const;

/** [size, size] · [size, size], with a constant second matrix, as a layer has. */
export function peakOf(size: number): Peak {
  const text = `dm 1\nmodel Peak on x: f32[${size}, ${size}] = x -> dense(${size}, bias = false)\n`;
  const program = loadProgram({ name: "peak.dm", text }, () => ({ error: "nothing is imported" }));
  const { graph } = elaborate(program, {}, "infer");
  if (!graph) throw new Error("the peak model has no graph");
  return { graph, weights: freshWeights(0), flops: 2 * size ** 3, size };
}
