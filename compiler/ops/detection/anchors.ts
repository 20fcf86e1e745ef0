import { anchorSides, anchorsPerCell } from "../../../vision/index.ts";
import { type Dim, isSymbolic } from "../../sizes/dim/dim.ts";
import { imagesOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  int,
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type OnnxEmitter,
  type ParametersOf,
  primitive,
  real,
} from "../kit/primitive.ts";
import { call } from "../kit/python.ts";
import { setting } from "../kit/torch.ts";
import { f32 } from "../kit/types.ts";
import { outsideOfTfjs, wantOneMap } from "./boxes.ts";
import { cast, i64, number } from "./onnx-rows.ts";

export const anchorParams = {
  size: real("side of a square anchor, in steps of the map: 8 with one scale, 4 with three", 8, { min: 0 }),
  scales: int("how many sizes, each the 2^(1/scales)-fold of the one before", 1),
};

const params = { stride: int("pixels from one cell to the next"), ...anchorParams };
type Params = ParametersOf<typeof params>;

/** The corners of the anchors around a point: ymin, xmin, ymax, xmax of each. */
const cornersOf = (values: Params): readonly number[] =>
  anchorSides(values.stride, values).flatMap(([height, width]) => [-height / 2, -width / 2, height / 2, width / 2]);

function evaluate(x: NDArray, values: Params): NDArray {
  const { lead, height, width } = imagesOf(x);
  const corners = cornersOf(values);
  const out = zeros([...lead, height, width, corners.length]);
  for (let at = 0; at < out.data.length; at++) {
    const cell = Math.floor(at / corners.length);
    const place = at % 2 === 0 ? Math.floor(cell / width) % height : cell % width;
    out.data[at] = (place + 0.5) * values.stride + nth(corners, at % corners.length);
  }
  return out;
}

/** Rows and columns are two short lines, which broadcasting adds to the corners around a point. */
function lower(values: Params, emit: OnnxEmitter): string {
  const { dims } = emit.outputType(0);
  const [, h, w] = dims as readonly [Dim, Dim, Dim, Dim];
  const corners = cornersOf(values);
  const cell = corners.length;
  const ofAxis = (axis: number) =>
    emit.constant(
      "f32",
      [cell],
      corners.map((_, at) => (at % 2 === axis ? 1 : 0)),
    );
  const rows = emit.node("Mul", [middles(h, [h, 1, 1], values.stride, emit), ofAxis(0)], {}, f32([h, 1, cell]));
  const columns = emit.node("Mul", [middles(w, [w, 1], values.stride, emit), ofAxis(1)], {}, f32([w, cell]));
  const around = emit.node("Add", [rows, emit.constant("f32", [cell], corners)], {}, f32([h, 1, cell]));
  const all = emit.node("Add", [around, columns], {}, f32([h, w, cell]));
  return emit.node("Expand", [all, emit.sizes(dims)]);
}

/** The middle of every cell along an axis, in pixels. */
function middles(count: Dim, dims: readonly Dim[], stride: number, emit: OnnxEmitter): string {
  if (!isSymbolic(count))
    return emit.constant(
      "f32",
      dims.map(Number),
      Array.from({ length: count }, (_, place) => (place + 0.5) * stride),
    );
  const end = emit.node("Squeeze", [emit.sizes([count])], {}, i64([]));
  const places = emit.node(
    "Range",
    [emit.constant("i64", [], [0]), end, emit.constant("i64", [], [1])],
    {},
    i64([count]),
  );
  const shifted = emit.node("Add", [cast(places, "f32", [count], emit), number(emit, 0.5)], {}, f32([count]));
  const line = emit.node("Mul", [shifted, number(emit, stride)], {}, f32([count]));
  const axes = dims.slice(1).map((_, axis) => axis + 1);
  return emit.node("Unsqueeze", [line, emit.constant("i64", [axes.length], axes)], {}, f32(dims));
}

export const anchors = primitive({
  docs: "The anchors of every cell of a map, of which only the size is read: [N, H, W, C] to [N, H, W, 4·A], each [ymin, xmin, ymax, xmax] in pixels around the middle of its cell, not clipped. The A anchors have the ratios 1/2, 1 and 2 of width to height at each of `scales` sizes.",
  inputs: ["x"],
  params,
  weights: noWeights,
  keepsSingle: true,
  shape: (inputs, values, sizes) => {
    const x = nth(inputs, 0);
    return wantOneMap("anchors", x, sizes) ?? f32([...x.dims.slice(0, 3), 4 * anchorsPerCell(values)]);
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: (inputs, values) => evaluate(nth(inputs, 0), values),
  onnx: { layout: "logical", lower: (_inputs, values, emit) => lower(values, emit) },
  tfjs: outsideOfTfjs,
  gradient: laterGradient,
  torch: {
    layout: "logical",
    expression: (inputs, { stride, size, scales }, emit) =>
      call(emit.helper("anchors"), [
        ...inputs,
        setting(stride, "stride"),
        setting(size, "size"),
        setting(scales, "scales"),
      ]),
  },
});
