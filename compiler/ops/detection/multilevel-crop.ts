import type { TensorType } from "../../ir/graph.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  laterGradient,
  laterTorch,
  noMacs,
  noWeights,
  pair,
  primitive,
  type Sizes,
} from "../kit/primitive.ts";
import { f32 } from "../kit/types.ts";
import { laterDetectors, wantBoxes, wantCount, wantOneMap, wantShape } from "./boxes.ts";

const op = "multilevel_crop";

function check(inputs: readonly TensorType[], sizes: Sizes): Failure | undefined {
  const few = wantCount(op, inputs, inputs.length >= 2, "2 or more inputs: the levels, then the boxes");
  if (few) return few;
  const first = nth(inputs, 0);
  const wrong = wantOneMap(op, first, sizes);
  if (wrong) return wrong;
  const [batch, channels] = [nth(first.dims, 0), nth(first.dims, 3)];
  const expected = `levels of one depth [${sizes.show(batch)}, H, W, ${sizes.show(channels)}]`;
  for (const level of inputs.slice(1, -1)) {
    const other = wantShape(op, expected, level, [batch, undefined, undefined, channels], sizes);
    if (other) return other;
  }
  return wantBoxes(op, nth(inputs, -1), first, sizes);
}

export const multilevel_crop = primitive({
  docs: "Crops every box out of the level of a feature pyramid that fits its size: levels [N, H, W, C], finest first, then boxes [N, K, 4], to [N, K, size, size, C]. The crop of Deep-MARC: one bilinear sample in the middle of each cell.",
  inputs: "many",
  params: { size: pair("height and width of a crop") },
  weights: noWeights,
  shape: (inputs, { size }, sizes) => {
    const wrong = check(inputs, sizes);
    if (wrong) return wrong;
    const first = nth(inputs, 0);
    return f32([nth(first.dims, 0), nth(nth(inputs, -1).dims, 1), ...size, nth(first.dims, 3)]);
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: laterDetectors,
  onnx: laterDetectors,
  tfjs: laterDetectors,
  gradient: laterGradient,
  torch: laterTorch,
});
