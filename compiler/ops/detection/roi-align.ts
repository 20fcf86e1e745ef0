// The crop that ONNX, torchvision and detectron2 call RoIAlign: every cell is the mean of a grid of bilinear samples.
import type { Dim } from "../../sizes/dim/dim.ts";
import { count, imagesOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  flag,
  int,
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
import { boxCount, cornersOf, firstFailure, wantBoxes, wantOneMap } from "./boxes.ts";

const params = {
  size: pair("height and width of a crop"),
  samples: int(
    "samples along each side of a cell (sampling_ratio; a number that follows the box, their 0, is not here)",
    2,
  ),
  aligned: flag("whether pixels have their middle at halves (detectron2, ONNX's half_pixel) or at whole numbers", true),
  scale: real("how many pixels of the map one of the boxes' pixels is (spatial_scale): 0.0625 at stride 16", 1, {
    min: 0,
  }),
};
type Params = ParametersOf<typeof params>;

/** A pixel of an axis and its weight in a sample. */
type Share = readonly [pixel: number, weight: number];

/** Which pixels a sample reads: two, one at the border, and none further than a pixel outside. */
function sharesOf(place: number, size: number): readonly Share[] {
  if (!(place >= -1 && place <= size)) return [];
  const within = Math.min(Math.max(place, 0), size - 1);
  const low = Math.min(Math.floor(within), Math.max(size - 2, 0));
  const part = within - low;
  return part === 0
    ? [[low, 1]]
    : [
        [low, 1 - part],
        [low + 1, part],
      ];
}

/** The pixels that each cell along an axis reads, weights summing to 1 where all samples are inside. */
function cellsOf(
  from: number,
  to: number,
  cells: number,
  size: number,
  { samples, aligned, scale }: Params,
): Share[][] {
  const start = from * scale - (aligned ? 0.5 : 0);
  const length = aligned ? (to - from) * scale : Math.max((to - from) * scale, 1);
  const step = length / (cells * samples);
  return Array.from({ length: cells }, (_, cell) =>
    Array.from({ length: samples }, (_, i) => start + (cell * samples + i + 0.5) * step).flatMap((place) =>
      sharesOf(place, size).map(([pixel, weight]): Share => [pixel, weight / samples]),
    ),
  );
}

function evaluate(inputs: readonly NDArray[], given: Params): NDArray {
  const [map, boxes] = [nth(inputs, 0), nth(inputs, 1)];
  const { height, width, channels } = imagesOf(map);
  const perImage = nth(boxes.dims, 1);
  const [tall, wide] = given.size;
  const out = zeros([nth(map.dims, 0), perImage, tall, wide, channels]);
  for (let box = 0; box < count(boxes.dims.slice(0, 2)); box++) {
    const [ymin, xmin, ymax, xmax] = cornersOf(boxes, box);
    const rows = cellsOf(ymin, ymax, tall, height, given);
    const columns = cellsOf(xmin, xmax, wide, width, given);
    const first = Math.floor(box / perImage) * height;
    for (let cell = 0; cell < tall * wide; cell++) {
      const at = (box * tall * wide + cell) * channels;
      for (const [row, down] of nth(rows, Math.floor(cell / wide))) {
        for (const [column, across] of nth(columns, cell % wide)) {
          const from = ((first + row) * width + column) * channels;
          for (let c = 0; c < channels; c++) out.data[at + c]! += map.data[from + c]! * down * across;
        }
      }
    }
  }
  return out;
}

/** [N·K] i64: the image that each box is of. */
function imageOf(emit: OnnxEmitter): string {
  const [all, perImage] = [boxCount(emit), nth(emit.inputType(1).dims, 1)];
  const type = { dtype: "i64", dims: [all] as readonly Dim[] } as const;
  const scalar = (value: number) => emit.constant("i64", [], [value]);
  const limit = emit.node("Squeeze", [emit.sizes([all])], {}, { dtype: "i64", dims: [] });
  const boxes = emit.node("Range", [scalar(0), limit, scalar(1)], {}, type);
  if (typeof perImage === "number") return emit.node("Div", [boxes, emit.sizes([perImage])], {}, type);
  // Of no boxes there is no image, but onnxruntime divides all the same.
  const least = emit.node(
    "Max",
    [emit.sizes([perImage]), emit.constant("i64", [1], [1])],
    {},
    { dtype: "i64", dims: [1] },
  );
  return emit.node("Div", [boxes, least], {}, type);
}

function lower(inputs: readonly string[], { size, samples, aligned, scale }: Params, emit: OnnxEmitter): string {
  const [map, boxes] = [nth(inputs, 0), nth(inputs, 1)];
  // [xmin, ymin, xmax, ymax]
  const turned = emit.node("Gather", [boxes, emit.constant("i64", [4], [1, 0, 3, 2])], { axis: 2 }, emit.inputType(1));
  const flat = emit.reshape(turned, [boxCount(emit), 4], f32([boxCount(emit), 4]));
  return emit.node("RoiAlign", [map, flat, imageOf(emit)], {
    mode: "avg",
    output_height: size[0],
    output_width: size[1],
    sampling_ratio: samples,
    spatial_scale: { float: scale },
    // Written always: its default is another in operator set 10.
    coordinate_transformation_mode: aligned ? "half_pixel" : "output_half_pixel",
  });
}

export const roi_align = primitive({
  docs: "Crops every box out of a feature map as ONNX, torchvision and detectron2 do: x [N, H, W, C] and boxes [N, K, 4] to [N, K, size, size, C]. Boxes are [ymin, xmin, ymax, xmax] in pixels; `scale` turns them into pixels of the map. Every cell is the mean of samples × samples bilinear samples; one that lies more than a pixel outside the map is 0.",
  inputs: ["x", "boxes"],
  keepsSingle: true,
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
  onnx: { layout: "channels-first", makes: "channels-first", lower },
  tfjs: {
    form: "logical",
    lower: (inputs, { size, samples, aligned, scale }, emit) =>
      emit.layer("DeepmaccRoiAlign", { size, samples, aligned, scale }, inputs),
  },
  gradient: laterGradient,
  torch: {
    layout: "channels-first",
    expression: (inputs, { size, samples, aligned, scale }, emit) => {
      const more = { samples: setting(samples, "samples"), aligned: setting(aligned, "aligned") };
      const scaled = scale === 1 ? {} : { scale: setting(scale, "scale") };
      return call(emit.helper("roi_align"), [...inputs, setting(size, "size")], { ...more, ...scaled });
    },
  },
});
