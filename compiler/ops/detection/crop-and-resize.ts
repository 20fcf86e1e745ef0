// The crop of Deep-MAC. It is written as two products with matrices of tent weights: what is gathered elsewhere is
// multiplied here, so that it runs wherever a convolution does, and can be differentiated.
import { type Dim, multiplyDims } from "../../sizes/dim/dim.ts";
import { count, imagesOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type OnnxEmitter,
  type ParametersOf,
  pair,
  primitive,
  real,
} from "../kit/primitive.ts";
import { call } from "../kit/python.ts";
import { setting } from "../kit/torch.ts";
import { f32, mapOf } from "../kit/types.ts";
import { boxCount, cornersOf, firstFailure, sideOf, wantBoxes, wantOneMap } from "./boxes.ts";
import { inserted, pixelsOf, sizeLess, tentsOf } from "./tents.ts";

const params = {
  size: pair("height and width of a crop"),
  outside: real("what a pixel outside the map is read as", 0),
};
type Params = ParametersOf<typeof params>;

/** How far between the two ends of a box sample `i` of `length` lies. */
const partOf = (i: number, length: number): number => (length === 1 ? 0.5 : i / (length - 1));

/** Adds the bilinear value at (y, x). A neighbour outside the map is read as `outside` by itself: values fade over one pixel. */
function addPoint(
  map: NDArray,
  image: number,
  [y, x]: readonly [number, number],
  outside: number,
  out: Float64Array,
): void {
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
      const isInside = row >= 0 && row < height && column >= 0 && column < width;
      const from = ((image * height + row) * width + column) * channels;
      for (let c = 0; c < channels; c++) out[c]! += (isInside ? map.data[from + c]! : outside) * rowPart * part;
    }
  }
}

function evaluate(inputs: readonly NDArray[], { size: [tall, wide], outside }: Params): NDArray {
  const [map, boxes] = [nth(inputs, 0), nth(inputs, 1)];
  const { height, width, channels } = imagesOf(map);
  const perImage = nth(boxes.dims, 1);
  const out = zeros([nth(map.dims, 0), perImage, tall, wide, channels]);
  for (let point = 0; point < count(out.dims.slice(0, -1)); point++) {
    const box = Math.floor(point / (tall * wide));
    const [ymin, xmin, ymax, xmax] = cornersOf(boxes, box);
    const y = (ymin + partOf(Math.floor(point / wide) % tall, tall) * (ymax - ymin)) * (height - 1);
    const x = (xmin + partOf(point % wide, wide) * (xmax - xmin)) * (width - 1);
    const place = out.data.subarray(point * channels, (point + 1) * channels);
    addPoint(map, Math.floor(box / perImage), [y, x], outside, place);
  }
  return out;
}

/** [N·K, samples]: where the samples of every box lie along an axis, in pixels, which are points at whole numbers. */
function placesAlong(boxes: string, axis: 0 | 1, samples: number, emit: OnnxEmitter): string {
  const count = boxCount(emit);
  const type = f32([count, samples]);
  const [from, to] = [sideOf(boxes, axis, [count], emit), sideOf(boxes, axis + 2, [count], emit)];
  const parts = Array.from({ length: samples }, (_, i) => partOf(i, samples));
  const length = emit.node("Sub", [to, from], {}, f32([count, 1]));
  const within = emit.node("Mul", [length, emit.constant("f32", [samples], parts)], {}, type);
  const whole = sizeLess(nth(emit.inputType(0).dims, axis + 2), 1, emit);
  return emit.node("Mul", [emit.node("Add", [from, within], {}, type), whole], {}, type);
}

/** [N·K, h, H]: how much of each row of the map is in each row of a crop. */
function rowsOf(boxes: string, tall: number, emit: OnnxEmitter): string {
  const height = nth(emit.inputType(0).dims, 2);
  const places = inserted(placesAlong(boxes, 0, tall, emit), 2, f32([boxCount(emit), tall, 1]), emit);
  return tentsOf(places, pixelsOf(height, emit), f32([boxCount(emit), tall, height]), emit);
}

/** [N·K, W, w]: how much of each column of the map is in each column of a crop. */
function columnsOf(boxes: string, wide: number, emit: OnnxEmitter): string {
  const width = nth(emit.inputType(0).dims, 3);
  const places = inserted(placesAlong(boxes, 1, wide, emit), 1, f32([boxCount(emit), 1, wide]), emit);
  const pixels = inserted(pixelsOf(width, emit), 1, f32([width, 1]), emit);
  return tentsOf(places, pixels, f32([boxCount(emit), width, wide]), emit);
}

/**
 * Rows, then columns: [N, K·h, H] by [N, H, C·W], then [N·K, h·C, W] by [N·K, W, w]. The first is one product for all
 * boxes of an image, and neither broadcasts: onnxruntime refuses that for no boxes.
 */
function cropped(map: string, boxes: string, [tall, wide]: Params["size"], emit: OnnxEmitter): string {
  const [batch, channels, height, width] = emit.inputType(0).dims as readonly [Dim, Dim, Dim, Dim];
  const count = boxCount(emit);
  const across = multiplyDims(channels, width);
  const lying = emit.node("Transpose", [map], { perm: [0, 2, 1, 3] }, f32([batch, height, channels, width]));
  const lines = f32([batch, multiplyDims(nth(emit.inputType(1).dims, 1), tall), height]);
  const rows = emit.reshape(rowsOf(boxes, tall, emit), lines.dims, lines);
  const flat = emit.reshape(lying, [batch, height, across], f32([batch, height, across]));
  const tallCrops = emit.node("MatMul", [rows, flat], {}, f32([batch, nth(lines.dims, 1), across]));
  const each = f32([count, multiplyDims(channels, tall), width]);
  const inner = emit.reshape(tallCrops, each.dims, each);
  const both = emit.node("MatMul", [inner, columnsOf(boxes, wide, emit)], {}, f32([...each.dims.slice(0, 2), wide]));
  return emit.reshape(both, [count, tall, channels, wide], f32([count, tall, channels, wide]));
}

function lower(inputs: readonly string[], { size, outside }: Params, emit: OnnxEmitter): string {
  const [map, given] = [nth(inputs, 0), nth(inputs, 1)];
  const boxes = emit.reshape(given, [boxCount(emit), 4], f32([boxCount(emit), 4]));
  const perm = [0, 2, 1, 3];
  if (outside === 0) return emit.node("Transpose", [cropped(map, boxes, size, emit)], { perm });
  const border = emit.constant("f32", [], [outside]);
  const above = emit.node("Sub", [map, border], {}, emit.inputType(0));
  const crops = emit.node("Transpose", [cropped(above, boxes, size, emit)], { perm }, emit.outputType(0));
  return emit.node("Add", [crops, border]);
}

export const crop_and_resize = primitive({
  docs: "Crops every box out of a feature map and resizes it: x [N, H, W, C] and boxes [N, K, 4] to [N, K, size, size, C]. Boxes are [ymin, xmin, ymax, xmax] as parts of the map: 0 is the middle of its first pixel, 1 that of its last. One bilinear sample per cell, corners aligned: the crop of Deep-MAC.",
  inputs: ["x", "boxes"],
  keepsSingle: true,
  params,
  weights: noWeights,
  shape: (inputs, { size }, sizes) => {
    const [x, boxes] = [nth(inputs, 0), nth(inputs, 1)];
    const wrong = firstFailure(
      () => wantOneMap("crop_and_resize", x, sizes),
      () => wantBoxes("crop_and_resize", boxes, x, sizes),
    );
    return wrong ?? f32([nth(x.dims, 0), nth(boxes.dims, 1), ...size, mapOf(x).channels]);
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate,
  onnx: { layout: "channels-first", makes: "channels-first", lower },
  tfjs: {
    form: "logical",
    lower: (inputs, { size, outside }, emit) => emit.layer("DeepmaccCropAndResize", { size, outside }, inputs),
  },
  gradient: laterGradient,
  torch: {
    layout: "channels-first",
    expression: (inputs, { size, outside }, emit) => {
      const border = outside === 0 ? {} : { outside: setting(outside, "outside") };
      return call(emit.helper("crop_and_resize"), [...inputs, setting(size, "size")], border);
    },
  },
});
