import { imagesOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import { laterGradient, laterTorch, type NDArray, noMacs, noWeights, primitive } from "../kit/primitive.ts";
import { f32, mapOf } from "../kit/types.ts";
import { firstFailure, laterDetectors, wantBoxes, wantOneMap } from "./boxes.ts";

function evaluate(inputs: readonly NDArray[]): NDArray {
  const [map, boxes] = [nth(inputs, 0), nth(inputs, 1)];
  const { height, width, channels } = imagesOf(map);
  const perImage = nth(boxes.dims, 1);
  const out = zeros([nth(map.dims, 0), perImage, channels]);
  for (let box = 0; box < boxes.data.length / 4; box++) {
    const side = (index: number) => boxes.data[box * 4 + index]!;
    // Toward zero: a centre in (-1, 0) reads cell 0, as in the reference code.
    const row = Math.trunc(((side(0) + side(2)) / 2) * height);
    const column = Math.trunc(((side(1) + side(3)) / 2) * width);
    if (row < 0 || row >= height || column < 0 || column >= width) continue;
    const from = ((Math.floor(box / perImage) * height + row) * width + column) * channels;
    out.data.set(map.data.subarray(from, from + channels), box * channels);
  }
  return out;
}

export const gather_centers = primitive({
  docs: "The vector of the cell in which each box has its centre: x [N, H, W, C] and boxes [N, K, 4] to [N, K, C]. A centre outside the map gives zeros.",
  inputs: ["x", "boxes"],
  params: {},
  weights: noWeights,
  shape: (inputs, _params, sizes) => {
    const [x, boxes] = [nth(inputs, 0), nth(inputs, 1)];
    const wrong = firstFailure(
      () => wantOneMap("gather_centers", x, sizes),
      () => wantBoxes("gather_centers", boxes, x, sizes),
    );
    return wrong ?? f32([nth(x.dims, 0), nth(boxes.dims, 1), mapOf(x).channels]);
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate,
  onnx: laterDetectors,
  tfjs: laterDetectors,
  gradient: laterGradient,
  torch: laterTorch,
});
