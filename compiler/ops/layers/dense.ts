import type { TensorType } from "../../ir/graph.ts";
import type { Dim } from "../../sizes/dim/dim.ts";
import { fixedSize } from "../kit/fixed-size.ts";
import { initDocs, initialiser, initialiserNames, perChannel } from "../kit/initialisers.ts";
import { weightOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  choice,
  flag,
  laterGradient,
  type NDArray,
  noReach,
  type OnnxEmitter,
  type ParametersOf,
  primitive,
  real,
  size,
  type WeightSpec,
} from "../kit/primitive.ts";
import { kernelConfig, kernelWeights } from "../kit/tfjs.ts";
import { given, named, torchCall, torchKernel } from "../kit/torch.ts";
import { f32, product, wantFloats, wrongInput } from "../kit/types.ts";
import { fillBias } from "./convolve.ts";

const params = {
  c: size("output features"),
  bias: flag("add one number per output feature", true),
  init: choice(initDocs, initialiserNames, "glorot_uniform"),
  bias_init: real("initial bias", 0),
};
type Params = ParametersOf<typeof params>;

function weights(
  inputs: readonly TensorType[],
  { c, bias, init, bias_init }: Params,
): Readonly<Record<string, WeightSpec>> {
  const features = nth(nth(inputs, 0).dims, -1);
  const kernel: WeightSpec = {
    axes: "IO",
    dims: [features, c],
    initialiser: initialiser(init, features, c),
    trainable: true,
  };
  return bias ? { kernel, bias: perChannel(c, bias_init) } : { kernel };
}

function evaluate(inputs: readonly NDArray[], _params: Params, weights: Readonly<Record<string, NDArray>>): NDArray {
  const x = nth(inputs, 0);
  const kernel = weightOf(weights, "kernel");
  const [features, c] = [nth(kernel.dims, 0), nth(kernel.dims, 1)];
  const out = zeros([...x.dims.slice(0, -1), c]);
  fillBias(out, weights["bias"]);
  for (let at = 0; at < x.data.length; at++) {
    const value = x.data[at]!;
    const to = Math.floor(at / features) * c;
    const from = (at % features) * c;
    for (let o = 0; o < c; o++) out.data[to + o]! += value * kernel.data[from + o]!;
  }
  return out;
}

/** A matrix product on rows of features; between convolutions a 1×1 convolution, which needs no other axis order. */
function lower(inputs: readonly string[], _params: unknown, emit: OnnxEmitter): string {
  const x = nth(inputs, 0);
  const bias = emit.has("bias") ? emit.weight("bias", "C") : undefined;
  return emit.layout === "channels-first" ? pointwise(x, bias, emit) : matrixProduct(x, bias, emit);
}

/** Gemm takes matrices only; a tensor of more axes is multiplied by MatMul, which works on the last two. */
function matrixProduct(x: string, bias: string | undefined, emit: OnnxEmitter): string {
  const kernel = emit.weight("kernel", "IO");
  if (emit.inputType(0).dims.length === 2) {
    return emit.node("Gemm", bias ? [x, kernel, bias] : [x, kernel], {
      alpha: { float: 1 },
      beta: { float: 1 },
      transA: 0,
      transB: 0,
    });
  }
  if (emit.isTurned(x)) return rowsProduct(x, kernel, bias, emit);
  if (!bias) return emit.node("MatMul", [x, kernel]);
  return emit.node("Add", [emit.node("MatMul", [x, kernel], {}, emit.outputType(0)), bias]);
}

/** onnxruntime makes one node of a MatMul and a Transpose in front of it, and that refuses an empty batch. */
function rowsProduct(x: string, kernel: string, bias: string | undefined, emit: OnnxEmitter): string {
  const [type, result] = [emit.inputType(0), emit.outputType(0)];
  const [features, c] = [type, result].map(({ dims }) => nth(dims, -1)) as [Dim, Dim];
  const count = product(type.dims.slice(0, -1));
  const rows = emit.reshape(x, [count, features], { dtype: type.dtype, dims: [count, features] });
  const made = emit.node(
    "Gemm",
    bias ? [rows, kernel, bias] : [rows, kernel],
    { alpha: { float: 1 }, beta: { float: 1 }, transA: 0, transB: 0 },
    { dtype: type.dtype, dims: [count, c] },
  );
  return emit.reshape(made, result.dims);
}

function pointwise(x: string, bias: string | undefined, emit: OnnxEmitter): string {
  const [features, c] = [emit.inputType(0), emit.outputType(0)].map((type) => nth(type.dims, 1)) as [Dim, Dim];
  const type = { dtype: "f32", dims: [c, features, 1, 1] } as const;
  const kernel = emit.node("Unsqueeze", [emit.weight("kernel", "OI"), emit.constant("i64", [2], [2, 3])], {}, type);
  const attributes = { kernel_shape: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1 };
  return emit.node("Conv", bias ? [x, kernel, bias] : [x, kernel], attributes);
}

export const dense = primitive({
  docs: "Fully connected layer on the last axis: [.., C] to [.., c]. It never flattens by itself: write `flatten -> dense(10)`.",
  inputs: ["x"],
  params,
  layer: true,
  weights,
  shape: (inputs, { c }, sizes) => {
    const x = nth(inputs, 0);
    if (x.dims.length < 2) return wrongInput("dense", "features [.., C] with a batch axis", x, sizes);
    return wantFloats("dense", inputs, sizes) ?? f32([...x.dims.slice(0, -1), c]);
  },
  macs: ([x], [y]) => product([...(y?.dims ?? []), x?.dims.at(-1) ?? 1]),
  reach: noReach,
  evaluate,
  onnx: { layout: "any", needsPixels: true, lower },
  tfjs: {
    form: "any",
    lower: (inputs, params, emit) =>
      emit.layer(
        "Dense",
        { units: fixedSize(params.c, "number of features"), activation: "linear", ...kernelConfig(emit) },
        inputs,
        {
          weights: kernelWeights(emit, { name: "kernel", role: "kernel", axes: "IO" }),
        },
      ),
  },
  gradient: laterGradient,
  torch: {
    layout: "logical",
    layer: (params, types) =>
      torchCall(
        "nn.Linear",
        given(fixedSize(nth(nth(types.inputs, 0).dims, -1), "number of features"), "in_features"),
        given(fixedSize(params.c, "number of features"), "out_features"),
        named("bias", params.bias, true),
      ),
    weights: torchKernel("OI"),
  },
});
