import type { TensorType } from "../../ir/graph.ts";
import { addDims, type Dim, subtractDims } from "../../sizes/dim/dim.ts";
import { around, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  fail,
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
import { item, range, type Subscript, whole } from "../kit/python.ts";
import { axisName, isFoldedAxis, keepsType, readAxis, wrongInput } from "../kit/types.ts";

const anywhere = Number.NEGATIVE_INFINITY;
const params = {
  axis: int("the axis to cut, 1 or more, or negative from the end", -1, anywhere),
  from: int("first index kept; negative counts from the end", 0, anywhere),
  to: int("first index left out; negative counts from the end, 0 is the end", 0, anywhere),
};
type Params = ParametersOf<typeof params>;

const fromEnd = (index: number, size: Dim): Dim => (index < 0 ? addDims(size, index) : index);
const ends = (from: number, to: number, size: Dim): readonly [Dim, Dim] => [
  fromEnd(from, size),
  to === 0 ? size : fromEnd(to, size),
];

function shape(inputs: readonly TensorType[], { axis, from, to }: Params, sizes: Sizes): TensorType | Failure {
  const x = nth(inputs, 0);
  const place = readAxis("slice", axis, x, sizes);
  if (typeof place !== "number") return place;
  const size = nth(x.dims, place);
  const name = axisName(x.dims.length, place);
  const needed = Math.max(from < 0 ? -from : from, to < 0 ? -to : to);
  if (!sizes.atLeast(size, needed)) return wrongInput("slice", `at least ${needed} on axis ${axis}`, x, sizes);
  const [first, last] = ends(from, to, size);
  const length = subtractDims(last, first);
  if (!sizes.atLeast(length, 1)) return fail("DM4205/size", { op: "slice", axis: name, size: sizes.show(length) });
  return { dtype: x.dtype, dims: x.dims.with(place, length) };
}

function evaluate(inputs: readonly NDArray[], { axis, from, to }: Params): NDArray {
  const x = nth(inputs, 0);
  const place = axis < 0 ? x.dims.length + axis : axis;
  const { outer, length, inner } = around(x.dims, place);
  const [first, last] = ends(from, to, length) as readonly [number, number];
  const out = zeros(x.dims.with(place, last - first));
  for (let block = 0; block < outer; block++) {
    const start = block * length * inner;
    out.data.set(x.data.subarray(start + first * inner, start + last * inner), block * (last - first) * inner);
  }
  return out;
}

function lower(inputs: readonly string[], params: Params, emit: OnnxEmitter): string {
  const one = (value: number) => emit.constant("i64", [1], [value]);
  const to = params.to;
  const end = to === 0 ? 2 ** 31 - 1 : to; // past the end means the end
  return emit.node("Slice", [nth(inputs, 0), one(params.from), one(end), one(emit.axis(params.axis))]);
}

export const slice = primitive({
  docs: "Part of one axis: `slice(axis = -1, from = 2, to = 6)` keeps channels 2 to 5. The batch axis cannot be cut.",
  inputs: ["x"],
  params,
  identity: keepsType,
  weights: noWeights,
  shape,
  macs: noMacs,
  reach: noReach,
  evaluate,
  onnx: { layout: "any", lower },
  tfjs: {
    form: "logical",
    lower: (inputs, { axis, from, to }, emit) => emit.layer("DeepmaccSlice", { axis, from, to }, inputs),
  },
  gradient: laterGradient,
  torch: {
    layout: ({ axis }, types) => (isFoldedAxis(axis, types) ? "logical" : "any"),
    expression: (inputs, params, emit) => {
      const [from, to] = [params.from, params.to];
      const skipped = new Array<Subscript>(emit.axis(params.axis)).fill(whole);
      return item(nth(inputs, 0), ...skipped, range(from, to));
    },
  },
});
