import { type DType, dtypes } from "../../ir/graph.ts";
import { mapNumbers } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import { choice, laterGradient, noMacs, noReach, noWeights, primitive } from "../kit/primitive.ts";
import { method } from "../kit/python.ts";
import { keepsType } from "../kit/types.ts";

const codes: Readonly<Record<string, number>> = { f32: 1, i32: 6, bool: 9 }; // TensorProto.DataType

const readDType = (name: string): DType => dtypes.find((known) => known === name) ?? "f32";

const converters: Readonly<Record<DType, (x: number) => number>> = {
  f32: (x) => x,
  i32: Math.trunc,
  bool: (x) => (x === 0 ? 0 : 1),
};

const torchCasts: Readonly<Record<DType, string>> = { f32: "float", i32: "int", bool: "bool" };

export const cast = primitive({
  docs: "Changes the type of the values: to i32 cuts toward 0, to bool is `x != 0`. Nothing is ever converted without it.",
  inputs: ["x"],
  keepsSingle: true,
  params: { to: choice("the type of the result", dtypes) },
  identity: keepsType,
  weights: noWeights,
  shape: (inputs, { to }) => ({ dtype: readDType(to), dims: nth(inputs, 0).dims }),
  macs: noMacs,
  reach: noReach,
  evaluate: (inputs, { to }) => mapNumbers(nth(inputs, 0), converters[readDType(to)]),
  onnx: {
    layout: "any",
    lower: (inputs, params, emit) => emit.node("Cast", inputs, { to: codes[params.to] ?? 1 }),
  },
  tfjs: {
    form: "any",
    lower: (inputs, params, emit) => emit.layer("DeepmaccCast", { to: params.to }, inputs),
  },
  gradient: laterGradient,
  torch: {
    layout: "any",
    expression: (inputs, params) => method(nth(inputs, 0), torchCasts[readDType(params.to)]),
  },
});
