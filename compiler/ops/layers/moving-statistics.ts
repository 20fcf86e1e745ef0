// What a batch norm's moving statistics are after a step of training. No word of the language: `bn` says that its
// statistics move so, and a pass makes them values of the graph.
import type { Dim } from "../../sizes/dim/dim.ts";
import { nth } from "../kit/nth.ts";
import type { NDArray } from "../kit/primitive.ts";
import {
  flag,
  laterGradient,
  noMacs,
  noReach,
  noWeights,
  type OnnxEmitter,
  type OnnxType,
  type ParametersOf,
  primitive,
  real,
  unsupported,
} from "../kit/primitive.ts";
import { f32, product } from "../kit/types.ts";
import { batchStatistics, lowerStatistics } from "./batch-statistics.ts";

const params = {
  decay: real("weight that the running average keeps"),
  unbiased: flag("takes in the unbiased variance", true),
};
type Params = ParametersOf<typeof params>;

const countOf = (x: NDArray): number => x.data.length / nth(x.dims, -1);

function evaluate(inputs: readonly NDArray[], { decay, unbiased }: Params): readonly NDArray[] {
  const [x, mean, variance] = [nth(inputs, 0), nth(inputs, 1), nth(inputs, 2)];
  const batch = batchStatistics(x);
  const count = countOf(x);
  const correction = unbiased ? count / Math.max(count - 1, 1) : 1;
  const moved = ({ dims, data }: NDArray, taken: Float64Array, by: number): NDArray => ({
    dims,
    data: data.map((old, c) => decay * old + (1 - decay) * by * taken[c]!),
  });
  return [moved(mean, batch.mean, 1), moved(variance, batch.variance, correction)];
}

function lower(inputs: readonly string[], params: Params, emit: OnnxEmitter): readonly string[] {
  const { dims } = emit.inputType(0);
  // Maps are channels-first here; what has fewer axes is as in the language.
  const channels = dims.length === 4 ? 1 : dims.length - 1;
  const { mean, variance } = lowerStatistics(nth(inputs, 0), dims, channels, emit);
  const rows = product(dims.filter((_, axis) => axis !== channels));
  const unbiased = params.unbiased ? corrected(variance, rows, emit) : variance;
  return [mean, unbiased].map((taken, index) => moved(nth(inputs, index + 1), taken, params.decay, index, emit));
}

/** times n / (n - 1), and of one value its own. */
function corrected(variance: string, rows: Dim, emit: OnnxEmitter): string {
  const type = emit.outputType(1);
  if (typeof rows === "number") {
    const factor = emit.constant("f32", [], [rows / Math.max(rows - 1, 1)]);
    return emit.node("Mul", [variance, factor], {}, type);
  }
  const one: OnnxType = { dtype: "f32", dims: [1] };
  const count = emit.node("Cast", [emit.sizes([rows])], { to: 1 }, one);
  const less = emit.node("Sub", [count, emit.constant("f32", [1], [1])], {}, one);
  const others = emit.node("Max", [less, emit.constant("f32", [1], [1])], {}, one);
  return emit.node("Mul", [variance, emit.node("Div", [count, others], {}, one)], {}, type);
}

function moved(old: string, taken: string, decay: number, index: number, emit: OnnxEmitter): string {
  const type = emit.outputType(index);
  const part = (x: string, by: number) => emit.node("Mul", [x, emit.constant("f32", [], [by])], {}, type);
  return emit.node("Add", [part(old, decay), part(taken, 1 - decay)], {}, type);
}

const layersDoIt = unsupported("layers move their statistics themselves there");

export const moving_statistics = primitive({
  docs: "Mean and variance of a batch norm after a step: x [.., C] and both [C] to both [C].",
  inputs: ["x", "mean", "variance"],
  outputs: ["mean", "variance"],
  params,
  keepsSingle: true,
  weights: noWeights,
  shape: ([x]) => {
    const channels = f32([nth(x?.dims ?? [], -1)]);
    return [channels, channels];
  },
  macs: noMacs,
  reach: noReach,
  evaluate,
  onnx: { layout: "channels-first", lower },
  tfjs: layersDoIt,
  gradient: laterGradient,
  torch: layersDoIt,
});
