import { bestOf } from "../../../vision/index.ts";
import type { TensorType } from "../../ir/graph.ts";
import { count, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  int,
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type OnnxEmitter,
  type ParametersOf,
  primitive,
  type Sizes,
} from "../kit/primitive.ts";
import { call, literal, method } from "../kit/python.ts";
import { setting, type TorchEmitter, type TorchExpression } from "../kit/torch.ts";
import { f32, product, wantFloats, wrongInput } from "../kit/types.ts";
import { holds, outsideOfTfjs } from "./boxes.ts";
import { bestOrNone, cast, i64, whole } from "./onnx-rows.ts";

const params = { k: int("how many values of each sample") };
type Params = ParametersOf<typeof params>;

function shape([x]: readonly TensorType[], { k }: Params, sizes: Sizes): readonly TensorType[] | Failure {
  const { dims } = x as TensorType;
  const leading = Math.min(sizes.leading, dims.length - 1);
  if (leading < 1) return wrongInput("top_k", "a tensor with a batch axis", x as TensorType, sizes);
  const wrong = wantFloats("top_k", [x as TensorType], sizes);
  if (wrong) return wrong;
  if (!holds(product(dims.slice(leading)), k, sizes))
    return wrongInput("top_k", `at least ${k} values a sample`, x as TensorType, sizes);
  const out = [...dims.slice(0, leading), k];
  return [f32(out), { dtype: "i32", dims: out }];
}

function evaluate(inputs: readonly NDArray[], { k }: Params, [dims = []]: readonly (readonly number[])[]) {
  const x = nth(inputs, 0);
  const samples = count(dims.slice(0, -1));
  const length = x.data.length / samples;
  const [values, index] = [zeros(dims), zeros(dims)];
  index.data.fill(-1);
  for (let sample = 0; sample < samples; sample++) {
    const of = x.data.subarray(sample * length, (sample + 1) * length);
    bestOf(of, k).forEach((place, rank) => {
      values.data[sample * k + rank] = of[place]!;
      index.data[sample * k + rank] = place;
    });
  }
  return [values, index];
}

function lower(inputs: readonly string[], { k }: Params, emit: OnnxEmitter): readonly string[] {
  const { dims } = emit.inputType(0);
  const out = emit.outputType(0).dims;
  const leading = out.slice(0, -1);
  const flat = f32([...leading, product(dims.slice(leading.length))]);
  const x = nth(inputs, 0);
  const rows = dims.length === out.length ? x : emit.reshape(x, flat.dims, flat);
  const { values, places, isThere } = bestOrNone(rows, flat.dims, k, emit);
  if (isThere === undefined) return [values, cast(places, "i32", out, emit)];
  const index = emit.node("Where", [isThere, places, whole(emit, -1)], {}, i64(out));
  return [values, cast(index, "i32", out, emit)];
}

export const top_k = primitive({
  docs: "The `k` largest values of each sample, best first, and where each stands in the sample, row by row from 0; equal values come in that order. [N, H, W, C] to values [N, k] and index [N, k]. Where sizes are free and a sample has fewer values, spare ones are 0 and their index is -1.",
  inputs: ["x"],
  outputs: ["values", "index"],
  params,
  weights: noWeights,
  keepsSingle: true,
  shape,
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: (inputs, values, _weights, _phase, outputs) => evaluate(inputs, values, outputs),
  onnx: { layout: "logical", lower },
  tfjs: outsideOfTfjs,
  gradient: laterGradient,
  torch: {
    layout: "logical",
    expression: (inputs, { k }, emit) => {
      const leading = nth(emit.types.outputs, 0).dims.length - 1;
      return call(emit.helper("top_k"), [flattened(nth(inputs, 0), leading, emit), setting(k, "k")]);
    },
  },
});

function flattened(x: TorchExpression, leading: number, { types }: TorchEmitter): TorchExpression {
  return nth(types.inputs, 0).dims.length === leading + 1 ? x : method(x, "flatten", [literal(leading)]);
}
