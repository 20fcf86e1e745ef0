import { count, imagesOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  laterGradient,
  laterTorch,
  type NDArray,
  noMacs,
  noWeights,
  type ParametersOf,
  pair,
  primitive,
  unsupported,
} from "../kit/primitive.ts";
import { f32, mapOf } from "../kit/types.ts";
import { firstFailure, laterDetectors, wantBoxes, wantOneMap } from "./boxes.ts";

const params = { size: pair("height and width of a crop") };

/** Sample `i` of `length` between the two ends of a box on an axis of `size` pixels; pixels are points at whole numbers. */
function sample(i: number, length: number, from: number, to: number, size: number): number {
  const part = length === 1 ? 0.5 : i / (length - 1);
  return from * (size - 1) + part * (to - from) * (size - 1);
}

/** Adds the bilinear value at (y, x). A neighbour outside the map counts as 0 by itself: values fade over one pixel. */
function addPoint(map: NDArray, image: number, [y, x]: readonly [number, number], out: Float64Array, at: number): void {
  const { height, width, channels } = imagesOf(map);
  const [top, left] = [Math.floor(y), Math.floor(x)];
  for (const [row, rowPart] of [
    [top, top + 1 - y],
    [top + 1, y - top],
  ] as const) {
    for (const [column, part] of [
      [left, left + 1 - x],
      [left + 1, x - left],
    ] as const) {
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const from = ((image * height + row) * width + column) * channels;
      for (let c = 0; c < channels; c++) out[at + c]! += map.data[from + c]! * rowPart * part;
    }
  }
}

function evaluate(inputs: readonly NDArray[], { size: [tall, wide] }: ParametersOf<typeof params>): NDArray {
  const [map, boxes] = [nth(inputs, 0), nth(inputs, 1)];
  const { height, width, channels } = imagesOf(map);
  const perImage = nth(boxes.dims, 1);
  const out = zeros([nth(map.dims, 0), perImage, tall, wide, channels]);
  for (let point = 0; point < count(out.dims.slice(0, -1)); point++) {
    const box = Math.floor(point / (tall * wide));
    const [ymin, xmin, ymax, xmax] = [0, 1, 2, 3].map((side) => boxes.data[box * 4 + side]!) as [
      number,
      number,
      number,
      number,
    ];
    const y = sample(Math.floor(point / wide) % tall, tall, ymin, ymax, height);
    const x = sample(point % wide, wide, xmin, xmax, width);
    addPoint(map, Math.floor(box / perImage), [y, x], out.data, point * channels);
  }
  return out;
}

export const roi_align = primitive({
  docs: "Crops every box out of a feature map and resizes it: x [N, H, W, C] and boxes [N, K, 4] ([ymin, xmin, ymax, xmax], 0 to 1) to [N, K, size, size, C]. One bilinear sample per cell, corners aligned, 0 outside: the crop of Deep-MAC, not that of torchvision.",
  inputs: ["x", "boxes"],
  params,
  weights: noWeights,
  shape: (inputs, { size }, sizes) => {
    const [x, boxes] = [nth(inputs, 0), nth(inputs, 1)];
    const wrong = firstFailure(
      () => wantOneMap("roi_align", x, sizes),
      () => wantBoxes("roi_align", boxes, x, sizes),
    );
    return wrong ?? f32([nth(x.dims, 0), nth(boxes.dims, 1), ...size, mapOf(x).channels]);
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate,
  onnx: unsupported("ONNX's RoiAlign samples differently; detectors come with a later release"),
  tfjs: laterDetectors,
  gradient: laterGradient,
  torch: laterTorch,
});
