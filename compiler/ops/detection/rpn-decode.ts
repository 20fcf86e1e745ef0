import type { TensorType } from "../../ir/graph.ts";
import { multiplyDims } from "../../sizes/dim/dim.ts";
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
import { laterDetectors, wantCount, wantOneMap, wantShape } from "./boxes.ts";

const op = "rpn_decode";

/** Per level: scores [N, H, W, A] and boxes [N, H, W, 4·A]. */
function checkLevel(batch: TensorType, scores: TensorType, boxes: TensorType, sizes: Sizes): Failure | undefined {
  const wrong = wantOneMap(op, scores, sizes);
  if (wrong) return wrong;
  const dims = [...scores.dims.slice(0, 3), multiplyDims(nth(scores.dims, 3), 4)];
  const expected = `boxes [${dims.map((dim) => sizes.show(dim)).join(", ")}] beside its scores`;
  return (
    wantShape(
      op,
      `scores for the batch ${sizes.show(nth(batch.dims, 0))}`,
      scores,
      [nth(batch.dims, 0), undefined, undefined, undefined],
      sizes,
    ) ?? wantShape(op, expected, boxes, dims, sizes)
  );
}

function check(inputs: readonly TensorType[], sizes: Sizes): Failure | undefined {
  const odd = wantCount(
    op,
    inputs,
    inputs.length >= 2 && inputs.length % 2 === 0,
    "pairs of inputs: scores and boxes of each level",
  );
  if (odd) return odd;
  for (let level = 0; level < inputs.length; level += 2) {
    const wrong = checkLevel(nth(inputs, 0), nth(inputs, level), nth(inputs, level + 1), sizes);
    if (wrong) return wrong;
  }
  return undefined;
}

export const rpn_decode = primitive({
  docs: "The best proposals of a region proposal network: pairs of scores [N, H, W, A] and boxes [N, H, W, 4·A], one per level, to boxes [N, post, 4] and scores [N, post]. Overlapping boxes are suppressed; spare rows hold zeros.",
  inputs: "many",
  outputs: ["boxes", "scores"],
  params: { post: int("proposals per image", 1000) },
  weights: noWeights,
  shape: (inputs, { post }, sizes) => {
    const batch = nth(inputs, 0).dims[0] ?? 1;
    return check(inputs, sizes) ?? [f32([batch, post, 4]), f32([batch, post])];
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: laterDetectors,
  onnx: laterDetectors,
  tfjs: laterDetectors,
  gradient: laterGradient,
  torch: laterTorch,
});
