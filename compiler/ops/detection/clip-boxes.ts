import { clipBoxes } from "../../../vision/index.ts";
import type { TensorType } from "../../ir/graph.ts";
import { zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  laterGradient,
  type NDArray,
  noMacs,
  noReach,
  noWeights,
  type OnnxEmitter,
  primitive,
  type Sizes,
} from "../kit/primitive.ts";
import { call, literal, method } from "../kit/python.ts";
import { firstFailure, outsideOfTfjs } from "./boxes.ts";
import { wantBoxChannels } from "./coding.ts";
import { clipInOnnx, extentsInTorch, extentsOf, limitsInOnnx, wantExtents } from "./image-extents.ts";
import { boxesApart } from "./onnx-rows.ts";

const op = "clip_boxes";

function check(inputs: readonly TensorType[], sizes: Sizes): Failure | undefined {
  const image = inputs[1];
  return firstFailure(
    () => wantBoxChannels(op, nth(inputs, 0), sizes),
    () => image && wantExtents(op, image, nth(nth(inputs, 0).dims, 0), sizes),
  );
}

function evaluate(inputs: readonly NDArray[]): NDArray {
  const boxes = nth(inputs, 0);
  const image = inputs[1];
  const out = zeros(boxes.dims);
  const count = nth(boxes.dims, 0);
  const length = boxes.data.length / count;
  for (let each = 0; each < count; each++) {
    const own = boxes.data.subarray(each * length, (each + 1) * length);
    out.data.set(clipBoxes(own, image ? extentsOf(image, each) : [1, 1]), each * length);
  }
  return out;
}

function lower(inputs: readonly string[], emit: OnnxEmitter): string {
  const { dims } = emit.outputType(0);
  const x = nth(inputs, 0);
  if (inputs.length === 1) return emit.node("Clip", [x, emit.constant("f32", [], [0]), emit.constant("f32", [], [1])]);
  const boxes = boxesApart(x, dims, emit);
  return emit.reshape(clipInOnnx(boxes.apart, limitsInOnnx(inputs, 1, emit), boxes.dims, emit), dims);
}

export const clip_boxes = primitive({
  docs: "Cuts boxes [N, .., 4·A] at the edges of their images: `(boxes, image) -> clip_boxes`, where the image is a map [N, H, W, C], of which only the size is read, or a tensor [N, 2] of heights and widths. Without it boxes are parts of the image, from 0 to 1.",
  inputs: ["boxes"],
  optional: "image",
  params: {},
  weights: noWeights,
  keepsSingle: true,
  shape: (inputs, _params, sizes) => check(inputs, sizes) ?? nth(inputs, 0),
  macs: noMacs,
  reach: noReach,
  evaluate: (inputs) => evaluate(inputs),
  onnx: { layout: "logical", lower: (inputs, _params, emit) => lower(inputs, emit) },
  tfjs: outsideOfTfjs,
  gradient: laterGradient,
  torch: {
    layout: "logical",
    expression: (inputs, _params, emit) =>
      inputs.length === 1
        ? method(nth(inputs, 0), "clamp", [literal(0), literal(1)])
        : call(emit.helper("clip_boxes"), [nth(inputs, 0), extentsInTorch(inputs, 1, emit)]),
  },
});
