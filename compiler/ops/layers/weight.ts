// A weight as a value of the graph. No word of the language: passes make it where they compute with weights.
import { weightOf } from "../kit/ndarray.ts";
import { laterGradient, noMacs, noReach, noWeights, primitive, sizes, unsupported } from "../kit/primitive.ts";
import { f32 } from "../kit/types.ts";

const layersOwnTheirs = unsupported("layers keep their weights to themselves there");

export const weight = primitive({
  docs: "The numbers of a weight.",
  inputs: [],
  params: { sizes: sizes("the axes of the weight") },
  weights: noWeights,
  shape: (_inputs, { sizes: dims }) => f32(dims),
  macs: noMacs,
  reach: noReach,
  evaluate: (_inputs, _params, weights) => weightOf(weights, "value"),
  onnx: { layout: "logical", lower: (_inputs, _params, emit) => emit.weight("value", "logical") },
  tfjs: layersOwnTheirs,
  gradient: laterGradient,
  torch: layersOwnTheirs,
});
