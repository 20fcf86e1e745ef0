// The common form of operators on two tensors, one number of each at a time.

import type { TensorType } from "../../ir/graph.ts";
import { zeros } from "./ndarray.ts";
import { nth } from "./nth.ts";
import { equalShapes } from "./one-shape.ts";
import {
  type Failure,
  isFailure,
  laterGradient,
  type NDArray,
  noMacs,
  noReach,
  noWeights,
  type Primitive,
  primitive,
  type Sizes,
} from "./primitive.ts";
import { operation } from "./python.ts";
import type { TfjsEmitter, TfjsTensor } from "./tfjs.ts";
import { wantFloats } from "./types.ts";

interface Binary {
  readonly op: string;
  readonly docs: string;
  readonly onnxOp: string;
  readonly torchOperator: "-" | "*" | "/";
  apply(a: number, b: number): number;
  tfjs(inputs: readonly TfjsTensor[], emit: TfjsEmitter): TfjsTensor;
  /** The shape rule where it is not "equal shapes". */
  shape?(inputs: readonly TensorType[], sizes: Sizes): TensorType | Failure;
}

/** Where element `at` of a tensor of `dims` finds its partner in `other`, whose axes are equal or 1. */
function partner(dims: readonly number[], other: readonly number[]): (at: number) => number {
  if (dims.every((dim, axis) => dim === other[axis])) return (at) => at;
  return (at) => {
    let place = 0;
    let rest = at;
    let step = 1;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const [dim, length] = [nth(dims, axis), nth(other, axis)];
      if (length !== 1) place += (rest % dim) * step;
      rest = Math.floor(rest / dim);
      step *= length;
    }
    return place;
  };
}

export function binary({ op, docs, onnxOp, torchOperator, apply, tfjs, shape }: Binary): Primitive {
  const evaluate = (inputs: readonly NDArray[]): NDArray => {
    const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
    const out = zeros(a.dims);
    const place = partner(a.dims, b.dims);
    for (let at = 0; at < out.data.length; at++) out.data[at] = apply(a.data[at]!, b.data[place(at)]!);
    return out;
  };
  return primitive({
    docs,
    inputs: ["a", "b"],
    params: {},
    weights: noWeights,
    shape: (inputs, _params, sizes) => {
      const joined = shape ? shape(inputs, sizes) : equalShapes(op, inputs, sizes);
      return isFailure(joined) ? joined : (wantFloats(op, inputs, sizes) ?? joined);
    },
    macs: noMacs,
    reach: noReach,
    evaluate,
    onnx: { layout: "any", lower: (inputs, _node, emit) => emit.node(onnxOp, inputs) },
    tfjs: { form: "any", lower: (inputs, _node, emit) => tfjs(inputs, emit) },
    gradient: laterGradient,
    torch: { layout: "any", expression: (inputs) => operation(torchOperator, ...inputs) },
  });
}
