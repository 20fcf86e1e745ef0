import { keepBoxes } from "../../../vision/index.ts";
import type { TensorType } from "../../ir/graph.ts";
import type { Dim } from "../../sizes/dim/dim.ts";
import { zeros } from "../kit/ndarray.ts";
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
  real,
  type Sizes,
} from "../kit/primitive.ts";
import { call } from "../kit/python.ts";
import { setting } from "../kit/torch.ts";
import { f32 } from "../kit/types.ts";
import { firstFailure, outsideOfTfjs, wantShape } from "./boxes.ts";
import { bestRows, indexOf, suppressInOnnx } from "./onnx-suppression.ts";
import { emptyRows } from "./rows.ts";

const op = "nms";
const params = {
  iou: real("an overlap that is too much (intersection over union)", 0.5, { min: 0, max: 1 }),
  max: int("boxes per image", 100),
  above: real("scores up to this are none", 0, { min: 0 }),
};
type Params = ParametersOf<typeof params>;

function check(inputs: readonly TensorType[], sizes: Sizes): Failure | undefined {
  const [boxes, scores] = [nth(inputs, 0), nth(inputs, 1)];
  return firstFailure(
    () => wantShape(op, "boxes [N, K, 4]", boxes, [undefined, undefined, 4], sizes),
    () => {
      const dims = boxes.dims.slice(0, 2);
      return wantShape(op, `scores [${dims.map((dim) => sizes.show(dim)).join(", ")}]`, scores, dims, sizes);
    },
  );
}

function evaluate(inputs: readonly NDArray[], limits: Params): readonly NDArray[] {
  const [from, of] = [nth(inputs, 0), nth(inputs, 1)];
  const [images = 0, count = 0] = of.dims;
  const { boxes, scores } = emptyRows(images, limits.max);
  const index = zeros(scores.dims);
  index.data.fill(-1);
  for (let image = 0; image < images; image++) {
    const own = from.data.subarray(4 * image * count, 4 * (image + 1) * count);
    const ownScores = of.data.subarray(image * count, (image + 1) * count);
    keepBoxes(own, ownScores, limits).forEach((place, rank) => {
      const row = image * limits.max + rank;
      boxes.data.set(own.subarray(4 * place, 4 * place + 4), 4 * row);
      scores.data[row] = ownScores[place]!;
      index.data[row] = place;
    });
  }
  return [boxes, scores, index];
}

function lower(inputs: readonly string[], limits: Params, emit: OnnxEmitter): readonly string[] {
  const [boxes, scores] = [nth(inputs, 0), nth(inputs, 1)];
  const rows = emit.inputType(1).dims as readonly [Dim, Dim];
  const kept = suppressInOnnx(boxes, scores, rows, limits, emit);
  const best = bestRows(boxes, kept, rows, limits, emit);
  return [best.boxes, best.scores, indexOf(best, [rows[0], limits.max], emit)];
}

export const nms = primitive({
  docs: "Keeps the best of boxes that cover the same thing: boxes [N, K, 4] and scores [N, K] to boxes [N, max, 4], scores [N, max] and index [N, max], best first; equal scores come in order. A box goes when its overlap with one that stays is `iou` or more, as in Deep-MARC (torchvision: only above it), or when no coordinate of it is above 0. Spare rows have the score 0, a box of zeros and the index -1.",
  inputs: ["boxes", "scores"],
  outputs: ["boxes", "scores", "index"],
  params,
  weights: noWeights,
  keepsSingle: true,
  shape: (inputs, { max }, sizes) => {
    const row = [nth(nth(inputs, 0).dims, 0), max];
    return check(inputs, sizes) ?? [f32([...row, 4]), f32(row), { dtype: "i32", dims: row }];
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: (inputs, limits) => evaluate(inputs, limits),
  onnx: { layout: "logical", lower },
  tfjs: outsideOfTfjs,
  gradient: laterGradient,
  torch: {
    layout: "logical",
    expression: (inputs, { iou, max, above }, emit) =>
      call(emit.helper(op), [...inputs, setting(iou, "iou"), setting(max, "max"), setting(above, "above")]),
  },
});
