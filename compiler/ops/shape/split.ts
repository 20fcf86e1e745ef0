import type { TensorType } from "../../ir/graph.ts";
import { type Dim, floorDivide } from "../../sizes/dim/dim.ts";
import { around, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  int,
  laterGradient,
  type NDArray,
  noMacs,
  noReach,
  noWeights,
  type OnnxEmitter,
  type ParametersOf,
  primitive,
  type Sizes,
} from "../kit/primitive.ts";
import { literal, method } from "../kit/python.ts";
import { axisName, isFoldedAxis, readAxis, wrongInput } from "../kit/types.ts";

const params = {
  n: int("how many parts", undefined, 2),
  axis: int("the axis to cut, 1 or more, or negative from the end", -1, Number.NEGATIVE_INFINITY),
};
type Params = ParametersOf<typeof params>;

function shape(inputs: readonly TensorType[], { n, axis }: Params, sizes: Sizes): readonly TensorType[] | Failure {
  const x = nth(inputs, 0);
  const place = readAxis("split", axis, x, sizes);
  if (typeof place !== "number") return place;
  const size = nth(x.dims, place);
  if (!sizes.divisible(size, n)) {
    const what = place === x.dims.length - 1 ? "channels" : `a size on ${axisName(x.dims.length, place)}`;
    return wrongInput("split", `${what} that ${n} divides`, x, sizes);
  }
  const part: TensorType = { dtype: x.dtype, dims: x.dims.with(place, floorDivide(size, n)) };
  return new Array<TensorType>(n).fill(part);
}

function evaluate(inputs: readonly NDArray[], { n, axis }: Params): readonly NDArray[] {
  const x = nth(inputs, 0);
  const place = axis < 0 ? x.dims.length + axis : axis;
  const { outer, length, inner } = around(x.dims, place);
  const run = (length / n) * inner;
  return Array.from({ length: n }, (_, index) => {
    const part = zeros(x.dims.with(place, length / n));
    for (let block = 0; block < outer; block++) {
      const start = (block * n + index) * run;
      part.data.set(x.data.subarray(start, start + run), block * run);
    }
    return part;
  });
}

/** The sizes are given: onnxruntime divides no axis without elements by itself. */
function lower(inputs: readonly string[], { n, axis }: Params, emit: OnnxEmitter): readonly string[] {
  const place = emit.axis(axis);
  const sizes = emit.sizes(new Array<Dim>(n).fill(nth(emit.outputType(0).dims, place)));
  return emit.several("Split", [nth(inputs, 0), sizes], { axis: place }, n);
}

export const split = primitive({
  docs: "One axis in equal parts, as a tuple: `let (a, b) = x -> split(2)` gives the first and the second half of the channels. `axis = 1` cuts another axis; the batch axis cannot be cut.",
  inputs: ["x"],
  outputs: "many",
  params,
  weights: noWeights,
  shape,
  macs: noMacs,
  reach: noReach,
  evaluate,
  onnx: { layout: "any", lower },
  tfjs: {
    form: "logical",
    lower: (inputs, { n, axis }, emit) => emit.several("DeepmaccSplit", { count: n, axis }, inputs, n),
  },
  gradient: laterGradient,
  torch: {
    layout: ({ axis }, types) => (isFoldedAxis(axis, types) ? "logical" : "any"),
    expression: (inputs, { n, axis }, emit) =>
      method(nth(inputs, 0), "chunk", [literal(n)], { dim: literal(emit.axis(axis)) }),
  },
});
