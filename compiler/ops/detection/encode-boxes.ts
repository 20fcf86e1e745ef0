import { encodeBoxes } from "../../../vision/index.ts";
import { nth } from "../kit/nth.ts";
import { laterGradient, noMacs, noReach, noWeights, type OnnxEmitter, primitive } from "../kit/primitive.ts";
import { call } from "../kit/python.ts";
import { setting } from "../kit/torch.ts";
import { f32 } from "../kit/types.ts";
import { outsideOfTfjs } from "./boxes.ts";
import { type Coding, codingParams, spansInOnnx, wantPairs } from "./coding.ts";
import { boxesApart, number } from "./onnx-rows.ts";

function lower(inputs: readonly string[], { center, extent }: Coding, emit: OnnxEmitter): string {
  const type = emit.outputType(0);
  const spans = [0, 1].map((index) => {
    const { apart, dims } = boxesApart(nth(inputs, index), type.dims, emit);
    return { dims, ...spansInOnnx(apart, dims, emit) };
  });
  const [box, anchor] = [nth(spans, 0), nth(spans, 1)];
  const half = f32([...box.dims.slice(0, -1), 2]);
  const scaled = (x: string, by: number) => (by === 1 ? x : emit.node("Mul", [x, number(emit, by)], {}, half));
  const away = emit.node("Sub", [box.middles, anchor.middles], {}, half);
  const shift = emit.node("Div", [away, anchor.sides], {}, half);
  const growth = emit.node("Log", [emit.node("Div", [box.sides, anchor.sides], {}, half)], {}, half);
  const both = [scaled(shift, center), scaled(growth, extent)];
  const codes = emit.node("Concat", both, { axis: box.dims.length - 1 }, f32(box.dims));
  return emit.reshape(codes, type.dims);
}

export const encode_boxes = primitive({
  docs: "Boxes as offsets from anchors, both [.., 4·A] of [ymin, xmin, ymax, xmax]: codes [.., 4·A] of dy, dx (in sides of the anchor) and dh, dw (logarithms). The targets of box heads; a box or an anchor without area has none.",
  inputs: ["boxes", "anchors"],
  params: codingParams(1, 1),
  weights: noWeights,
  keepsSingle: true,
  shape: (inputs, _params, sizes) => wantPairs("encode_boxes", inputs, sizes) ?? nth(inputs, 0),
  macs: noMacs,
  reach: noReach,
  evaluate: (inputs, coding) => {
    const [boxes, anchors] = [nth(inputs, 0), nth(inputs, 1)];
    return { dims: boxes.dims, data: encodeBoxes(boxes.data, anchors.data, coding) };
  },
  onnx: { layout: "logical", lower },
  tfjs: outsideOfTfjs,
  gradient: laterGradient,
  torch: {
    layout: "logical",
    expression: (inputs, { center, extent }, emit) =>
      call(emit.helper("encode_boxes"), [...inputs, setting(center, "center"), setting(extent, "extent")]),
  },
});
