import { decodeCenters } from "../../../vision/index.ts";
import type { TensorType } from "../../ir/graph.ts";
import { type Dim, isSymbolic } from "../../sizes/dim/dim.ts";
import { imagesOf, zeros } from "../kit/ndarray.ts";
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
import { call } from "../kit/python.ts";
import { setting } from "../kit/torch.ts";
import { f32, product, wrongInput } from "../kit/types.ts";
import { firstFailure, holds, outsideOfTfjs, wantOneMap, wantShape } from "./boxes.ts";
import { lowerPeaks } from "./heatmap-peaks.ts";
import { bestOrNone, cast, i64, number, unsqueeze, whole } from "./onnx-rows.ts";
import { emptyRows, writeRows } from "./rows.ts";

const op = "centernet_decode";
const params = { k: int("boxes per image") };
type Params = ParametersOf<typeof params>;

function check(inputs: readonly TensorType[], { k }: Params, sizes: Sizes): Failure | undefined {
  const heat = nth(inputs, 0);
  const pairs = (index: number, name: string) => () => {
    const [batch, height, width] = heat.dims;
    const expected = `${name} [${heat.dims
      .slice(0, 3)
      .map((dim) => sizes.show(dim))
      .join(", ")}, 2]`;
    return wantShape(op, expected, nth(inputs, index), [batch, height, width, 2], sizes);
  };
  return firstFailure(
    () => wantOneMap(op, heat, sizes),
    pairs(1, "sizes"),
    pairs(2, "offsets"),
    () =>
      holds(product(heat.dims.slice(1)), k, sizes)
        ? undefined
        : wrongInput(op, `at least ${k} values a heat map`, heat, sizes),
  );
}

function evaluate(inputs: readonly NDArray[], { k }: Params): readonly NDArray[] {
  const size = imagesOf(nth(inputs, 0));
  const { count, height, width } = size;
  const { boxes, scores } = emptyRows(count, k);
  const classes = zeros(scores.dims);
  for (let image = 0; image < count; image++) {
    const [heat, sides, offset] = [0, 1, 2].map((index) => {
      const { data, dims } = nth(inputs, index);
      const length = height * width * nth(dims, -1);
      return data.subarray(image * length, (image + 1) * length);
    }) as [Float64Array, Float64Array, Float64Array];
    const centers = decodeCenters({ ...size, heat, size: sides, offset }, k);
    writeRows(centers, image, boxes, scores);
    centers.forEach((center, rank) => {
      classes.data[image * k + rank] = center.class;
    });
  }
  return [boxes, scores, classes];
}

/** In channels-first order; only the peaks are turned, since equal scores come in the order of [H, W, C]. */
function lower(inputs: readonly string[], { k }: Params, emit: OnnxEmitter): readonly string[] {
  const type = emit.inputType(0);
  const [n, c, h, w] = type.dims as readonly [Dim, Dim, Dim, Dim];
  const peaks = lowerPeaks(nth(inputs, 0), type, emit, type);
  const turned = emit.node("Transpose", [peaks], { perm: [0, 2, 3, 1] }, f32([n, h, w, c]));
  const flat = f32([n, product([h, w, c])]);
  const row = i64([n, k]);
  const best = bestOrNone(emit.reshape(turned, flat.dims, flat), flat.dims, k, emit);
  const { values, isThere } = best;
  const places = isThere ? emit.node("Where", [isThere, best.places, whole(emit, 0)], {}, row) : best.places;
  const classes = emit.node("Mod", [places, emit.sizes([c])], {}, row);
  const cells = emit.node("Div", [places, emit.sizes([c])], {}, row);
  const boxes = boxesAt(cells, inputs, k, emit);
  const answer = [values, cast(classes, "i32", row.dims, emit)];
  if (!isThere) return [boxes, ...answer];
  const isBox = unsqueeze(isThere, 2, { dtype: "bool", dims: [n, k, 1] }, emit);
  return [emit.node("Where", [isBox, boxes, number(emit, 0)], {}, f32([n, k, 4])), ...answer];
}

function boxesAt(cells: string, inputs: readonly string[], k: number, emit: OnnxEmitter): string {
  const [n, , h, w] = emit.inputType(0).dims as readonly [Dim, Dim, Dim, Dim];
  const pairs = f32([n, 2, k]);
  const line = unsqueeze(cells, 1, i64([n, 1, k]), emit);
  const both = emit.node("Expand", [line, whole(emit, 1, 2, 1)], {}, i64(pairs.dims));
  const [size, offset] = [1, 2].map((index) => {
    const flat = f32([n, 2, product([h, w])]);
    return emit.node("GatherElements", [emit.reshape(nth(inputs, index), flat.dims, flat), both], { axis: 2 }, pairs);
  }) as [string, string];
  const corners = ["Div", "Mod"].map((part) => emit.node(part, [line, emit.sizes([w])], {}, i64([n, 1, k])));
  const starts = cast(emit.node("Concat", corners, { axis: 1 }, i64(pairs.dims)), "f32", pairs.dims, emit);
  const center = emit.node("Add", [starts, offset], {}, pairs);
  const half = emit.node("Mul", [emit.node("Relu", [size], {}, pairs), number(emit, 0.5)], {}, pairs);
  const sides = ["Sub", "Add"].map((side) => emit.node(side, [center, half], {}, pairs));
  const inCells = emit.node("Concat", sides, { axis: 1 }, f32([n, 4, k]));
  const parts = emit.node("Div", [inCells, extents([h, w, h, w], emit)], {}, f32([n, 4, k]));
  return emit.node("Transpose", [parts], { perm: [0, 2, 1] }, f32([n, k, 4]));
}

/** Sizes as numbers, one a row. */
function extents(dims: readonly Dim[], emit: OnnxEmitter): string {
  if (dims.every((dim) => !isSymbolic(dim))) return emit.constant("f32", [dims.length, 1], dims.map(Number));
  const column = f32([dims.length, 1]);
  return unsqueeze(cast(emit.sizes(dims), "f32", [dims.length], emit), 1, column, emit);
}

export const centernet_decode = primitive({
  docs: "The `k` best peaks of a CenterNet heat map as boxes: heat [N, H, W, classes] (probabilities), size and offset [N, H, W, 2] in cells to boxes [N, k, 4] (parts of the map, not clipped), scores [N, k] and classes [N, k], from 0. Peaks are those of `heatmap_peaks`, over all classes together; equal scores come in the order of [H, W, classes]. A score of 0 is no peak: there were fewer than `k`. Where sizes are free and a map has fewer than `k` values, spare rows hold zeros. There is no suppression of overlaps.",
  inputs: ["heat", "size", "offset"],
  outputs: ["boxes", "scores", "classes"],
  params,
  weights: noWeights,
  keepsSingle: true,
  shape: (inputs, values, sizes) => {
    const batch = nth(nth(inputs, 0).dims, 0);
    const row = [batch, values.k];
    return check(inputs, values, sizes) ?? [f32([...row, 4]), f32(row), { dtype: "i32", dims: row }];
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: (inputs, values) => evaluate(inputs, values),
  onnx: { layout: "channels-first", lower },
  tfjs: outsideOfTfjs,
  gradient: laterGradient,
  torch: {
    layout: "channels-first",
    expression: (inputs, { k }, emit) => call(emit.helper(op), [...inputs, setting(k, "k")]),
  },
});
