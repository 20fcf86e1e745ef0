import { decodeBoxes } from "../../../vision/index.ts";
import { nth } from "../kit/nth.ts";
import { laterGradient, noMacs, noReach, noWeights, type OnnxEmitter, primitive } from "../kit/primitive.ts";
import { call } from "../kit/python.ts";
import { setting } from "../kit/torch.ts";
import { outsideOfTfjs } from "./boxes.ts";
import { type Coding, codingParams, decodeInOnnx, spansInOnnx, wantPairs } from "./coding.ts";
import { boxesApart } from "./onnx-rows.ts";

function lower(inputs: readonly string[], coding: Coding, emit: OnnxEmitter): string {
  const type = emit.outputType(0);
  const [codes, anchors] = [0, 1].map((index) => boxesApart(nth(inputs, index), type.dims, emit)) as [
    ReturnType<typeof boxesApart>,
    ReturnType<typeof boxesApart>,
  ];
  const spans = spansInOnnx(anchors.apart, anchors.dims, emit);
  return emit.reshape(decodeInOnnx(codes.apart, spans, codes.dims, coding, emit), type.dims);
}

export const decode_boxes = primitive({
  docs: "What `encode_boxes` made, as boxes again: codes [.., 4·A] and anchors of the same shape to boxes [.., 4·A], not clipped. A side grows at most by the factor 62.5 (1000 / 16), as in the released code.",
  inputs: ["codes", "anchors"],
  params: codingParams(1, 1),
  weights: noWeights,
  keepsSingle: true,
  shape: (inputs, _params, sizes) => wantPairs("decode_boxes", inputs, sizes) ?? nth(inputs, 0),
  macs: noMacs,
  reach: noReach,
  evaluate: (inputs, coding) => {
    const [codes, anchors] = [nth(inputs, 0), nth(inputs, 1)];
    return { dims: codes.dims, data: decodeBoxes(codes.data, anchors.data, coding) };
  },
  onnx: { layout: "logical", lower },
  tfjs: outsideOfTfjs,
  gradient: laterGradient,
  torch: {
    layout: "logical",
    expression: (inputs, { center, extent }, emit) =>
      call(emit.helper("decode_boxes"), [...inputs, setting(center, "center"), setting(extent, "extent")]),
  },
});
