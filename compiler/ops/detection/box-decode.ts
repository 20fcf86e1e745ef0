import { decodeDetections } from "../../../vision/index.ts";
import type { TensorType } from "../../ir/graph.ts";
import { addDims, multiplyDims } from "../../sizes/dim/dim.ts";
import { zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  int,
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type ParametersOf,
  primitive,
  real,
  type Sizes,
} from "../kit/primitive.ts";
import { call } from "../kit/python.ts";
import { softmaxOf } from "../kit/softmax.ts";
import { setting, type TorchEmitter, type TorchExpression } from "../kit/torch.ts";
import { f32, wrongInput } from "../kit/types.ts";
import { firstFailure, outsideOfTfjs, wantBoxes, wantShape } from "./boxes.ts";
import { codingParams } from "./coding.ts";
import { extentsInTorch, extentsOf, wantExtents } from "./image-extents.ts";
import { lowerDetections } from "./onnx-detections.ts";
import { emptyRows, writeRows } from "./rows.ts";

const op = "box_decode";
const params = {
  max: int("boxes per image", 100),
  pre: int("candidates of each class, before those that overlap go", 5000),
  iou: real("an overlap that is too much (intersection over union)", 0.5, { min: 0, max: 1 }),
  above: real("scores up to this are none", 0.05, { min: 0, max: 1 }),
  ...codingParams(10, 5),
};
type BoxParams = ParametersOf<typeof params>;

function check(inputs: readonly TensorType[], sizes: Sizes): Failure | undefined {
  const [cls, reg, boxes, image] = [nth(inputs, 0), nth(inputs, 1), nth(inputs, 2), inputs[3]];
  return firstFailure(
    () => wantShape(op, "class scores [N, K, classes + 1]", cls, [undefined, undefined, undefined], sizes),
    () =>
      typeof cls.dims[2] === "number" && cls.dims[2] > 1
        ? undefined
        : wrongInput(op, "class scores of the background and at least one class", cls, sizes),
    () => {
      const dims = [...cls.dims.slice(0, 2), multiplyDims(addDims(nth(cls.dims, 2), -1), 4)];
      return wantShape(op, `box regressions [${dims.map((dim) => sizes.show(dim)).join(", ")}]`, reg, dims, sizes);
    },
    () => wantBoxes(op, boxes, cls, sizes),
    () => {
      const count = nth(cls.dims, 1);
      const expected = `as many boxes as class scores (${sizes.show(count)})`;
      return wantShape(op, expected, boxes, [undefined, count, undefined], sizes);
    },
    () => image && wantExtents(op, image, nth(cls.dims, 0), sizes),
  );
}

function evaluate(inputs: readonly NDArray[], values: BoxParams): readonly NDArray[] {
  const given = [softmaxOf(nth(inputs, 0)), nth(inputs, 1), nth(inputs, 2)] as const;
  const [images = 0, count = 0] = given[0].dims;
  const { boxes, scores } = emptyRows(images, values.max);
  const classes = zeros(scores.dims);
  classes.data.fill(1);
  for (let image = 0; image < images; image++) {
    const [probabilities, codes, proposals] = given.map(({ data, dims }) => {
      const length = count * nth(dims, -1);
      return data.subarray(image * length, (image + 1) * length);
    }) as [Float64Array, Float64Array, Float64Array];
    const extents = inputs[3] && extentsOf(inputs[3], image);
    const found = decodeDetections({ probabilities, codes, proposals }, values, extents);
    writeRows(found, image, boxes, scores);
    found.forEach((each, rank) => {
      classes.data[image * values.max + rank] = each.class;
    });
  }
  return [boxes, scores, classes];
}

function torch(inputs: readonly TorchExpression[], values: BoxParams, emit: TorchEmitter): TorchExpression {
  const { max, pre, iou, above, center, extent } = values;
  const settings = Object.entries({ max, pre, iou, above, center, extent }).map(([name, value]) =>
    setting(value, name),
  );
  const image = inputs.length === 4 ? [extentsInTorch(inputs, 3, emit)] : [];
  return call(emit.helper(op), [...inputs.slice(0, 3), ...settings, ...image]);
}

export const box_decode = primitive({
  docs: "The final boxes of a two-stage detector, as in Deep-MARC: cls [N, K, classes + 1] (logits, background first), reg [N, K, 4·classes] and proposals [N, K, 4] to boxes [N, max, 4], scores [N, max] and classes [N, max], from 1, best first. One more input says what boxes are clipped to, as for `clip_boxes`. Of each class the best `pre` stay, then those above the score `above` that no better one overlaps by `iou` or more, as for `nms`. Spare rows have the score 0, a box of zeros and the class 1.",
  inputs: ["cls", "reg", "boxes"],
  optional: "image",
  outputs: ["boxes", "scores", "classes"],
  params,
  weights: noWeights,
  keepsSingle: true,
  shape: (inputs, { max }, sizes) => {
    const batch = nth(inputs, 0).dims[0] ?? 1;
    return check(inputs, sizes) ?? [f32([batch, max, 4]), f32([batch, max]), { dtype: "i32", dims: [batch, max] }];
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: (inputs, values) => evaluate(inputs, values),
  onnx: { layout: "logical", lower: lowerDetections },
  tfjs: outsideOfTfjs,
  gradient: laterGradient,
  torch: { layout: "logical", expression: torch },
});
