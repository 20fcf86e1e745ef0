import type { TensorType } from "../../ir/graph.ts";
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
import { firstFailure, laterDetectors, wantOneMap, wantShape } from "./boxes.ts";

const op = "centernet_decode";

function check(inputs: readonly TensorType[], sizes: Sizes): Failure | undefined {
  const heat = nth(inputs, 0);
  const pairs = (index: number, name: string) => () => {
    const [batch, height, width] = heat.dims;
    const expected = `${name} [${heat.dims
      .slice(0, 3)
      .map((dim) => sizes.show(dim))
      .join(", ")}, 2]`;
    return wantShape(op, expected, nth(inputs, index), [batch, height, width, 2], sizes);
  };
  return firstFailure(() => wantOneMap(op, heat, sizes), pairs(1, "sizes"), pairs(2, "offsets"));
}

export const centernet_decode = primitive({
  docs: "The `k` best peaks of a CenterNet heat map as boxes: heat [N, H, W, classes] (probabilities), size and offset [N, H, W, 2] to boxes [N, k, 4], scores [N, k] and classes [N, k]. There is no suppression of overlaps.",
  inputs: ["heat", "size", "offset"],
  outputs: ["boxes", "scores", "classes"],
  params: { k: int("boxes per image") },
  weights: noWeights,
  shape: (inputs, { k }, sizes) => {
    const batch = nth(nth(inputs, 0).dims, 0);
    return check(inputs, sizes) ?? [f32([batch, k, 4]), f32([batch, k]), { dtype: "i32", dims: [batch, k] }];
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: laterDetectors,
  onnx: laterDetectors,
  tfjs: laterDetectors,
  gradient: laterGradient,
  torch: laterTorch,
});
