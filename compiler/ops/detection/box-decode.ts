import type { TensorType } from "../../ir/graph.ts";
import { addDims, multiplyDims } from "../../sizes/dim/dim.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  int,
  laterGradient,
  laterTorch,
  noMacs,
  noWeights,
  primitive,
  type Sizes,
} from "../kit/primitive.ts";
import { f32 } from "../kit/types.ts";
import { firstFailure, laterDetectors, wantBoxes, wantShape } from "./boxes.ts";

const op = "box_decode";

function check(inputs: readonly TensorType[], sizes: Sizes): Failure | undefined {
  const [cls, reg, boxes] = [nth(inputs, 0), nth(inputs, 1), nth(inputs, 2)];
  return firstFailure(
    () => wantShape(op, "class scores [N, K, classes + 1]", cls, [undefined, undefined, undefined], sizes),
    () => {
      const dims = [...cls.dims.slice(0, 2), multiplyDims(addDims(nth(cls.dims, 2), -1), 4)];
      return wantShape(op, `box regressions [${dims.map((dim) => sizes.show(dim)).join(", ")}]`, reg, dims, sizes);
    },
    () => wantBoxes(op, boxes, cls, sizes),
    () =>
      wantShape(
        op,
        `as many boxes as class scores (${sizes.show(nth(cls.dims, 1))})`,
        boxes,
        [undefined, nth(cls.dims, 1), undefined],
        sizes,
      ),
  );
}

export const box_decode = primitive({
  docs: "The final boxes of a two-stage detector: cls [N, K, classes + 1] (logits, background first), reg [N, K, 4·classes] and proposals [N, K, 4] to boxes [N, max, 4], scores [N, max] and classes [N, max]. Overlapping boxes of a class are suppressed; spare rows hold zeros.",
  inputs: ["cls", "reg", "boxes"],
  outputs: ["boxes", "scores", "classes"],
  params: { max: int("boxes per image", 100) },
  weights: noWeights,
  shape: (inputs, { max }, sizes) => {
    const batch = nth(inputs, 0).dims[0] ?? 1;
    return check(inputs, sizes) ?? [f32([batch, max, 4]), f32([batch, max]), { dtype: "i32", dims: [batch, max] }];
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: laterDetectors,
  onnx: laterDetectors,
  tfjs: laterDetectors,
  gradient: laterGradient,
  torch: laterTorch,
});
