// The crop of Deep-MARC: each box reads one level of a pyramid. The levels are one table of pixels, so that a box costs
// four gathers whatever the number of levels.
import type { TensorType } from "../../ir/graph.ts";
import { imagesOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  int,
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type ParametersOf,
  pair,
  primitive,
  type Sizes,
} from "../kit/primitive.ts";
import { call, tuple } from "../kit/python.ts";
import { setting } from "../kit/torch.ts";
import { f32 } from "../kit/types.ts";
import { cornersOf, wantBoxes, wantCount, wantOneMap, wantShape } from "./boxes.ts";
import { gatheredCrops } from "./pyramid-table.ts";

const op = "multilevel_crop";
const params = {
  size: pair("height and width of a crop"),
  finest: int("the level of the first map, whose pixels are 2^level pixels of the network input wide", 2, 0),
};
type Params = ParametersOf<typeof params>;

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

/** The area from which on a box reads the next level, for all levels but the last: 224 pixels square belong to level 4. */
const areas = (finest: number, levels: number): number[] =>
  Array.from({ length: levels - 1 }, (_, i) => (224 * 2 ** (finest + i + 1 - 4)) ** 2);

// ---- the reference meaning

/** One sample: the pixel below and the one above, within the axis, and how much of the latter. */
interface Tap {
  readonly low: number;
  readonly high: number;
  readonly part: number;
}

/** The samples in the middle of each cell. Pixels are points at whole numbers; off the far end the last one is read. */
function tapsOf(from: number, length: number, samples: number, size: number): Tap[] {
  return Array.from({ length: samples }, (_, i) => {
    const place = from + ((i + 0.5) / samples) * length;
    const low = Math.max(Math.floor(place), 0);
    return { low: Math.min(low, size - 1), high: Math.min(low + 1, size - 1), part: place - low };
  });
}

function cropOne(map: NDArray, image: number, rows: readonly Tap[], columns: readonly Tap[], out: Float64Array): void {
  const { height, width, channels } = imagesOf(map);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (let c = 0; c < channels; c++) {
        const read = (y: number, x: number) => map.data[((image * height + y) * width + x) * channels + c]!;
        const blend = (y: number) => read(y, column.low) * (1 - column.part) + read(y, column.high) * column.part;
        out[at++] = blend(row.low) * (1 - row.part) + blend(row.high) * row.part;
      }
    }
  }
}

function evaluate(inputs: readonly NDArray[], { size: [tall, wide], finest }: Params): NDArray {
  const [maps, boxes] = [inputs.slice(0, -1), nth(inputs, -1)];
  const [batch, perImage, channels] = [nth(boxes.dims, 0), nth(boxes.dims, 1), nth(nth(maps, 0).dims, 3)];
  const out = zeros([batch, perImage, tall, wide, channels]);
  const each = tall * wide * channels;
  for (let box = 0; box < batch * perImage; box++) {
    const [ymin, xmin, ymax, xmax] = cornersOf(boxes, box);
    // Single precision decides between levels, as in every target.
    const area = Math.fround(Math.fround(ymax - ymin) * Math.fround(xmax - xmin));
    const level = areas(finest, maps.length).filter((least) => area >= least).length;
    const map = nth(maps, level);
    const stride = 2 ** (finest + level);
    const rows = tapsOf(ymin / stride, (ymax - ymin) / stride, tall, nth(map.dims, 1));
    const columns = tapsOf(xmin / stride, (xmax - xmin) / stride, wide, nth(map.dims, 2));
    cropOne(map, Math.floor(box / perImage), rows, columns, out.data.subarray(box * each, (box + 1) * each));
  }
  return out;
}

// ---- the operator

export const multilevel_crop = primitive({
  docs: "Crops every box out of the level of a feature pyramid that fits its size: levels [N, H, W, C], finest first, then boxes [N, K, 4], to [N, K, size, size, C]. Boxes are [ymin, xmin, ymax, xmax] in pixels of the network input. The crop of Deep-MARC: one bilinear sample in the middle of each cell, pixels being points at whole numbers.",
  inputs: "many",
  keepsSingle: true,
  params,
  weights: noWeights,
  shape: (inputs, { size }, sizes) => {
    const wrong = check(inputs, sizes);
    if (wrong) return wrong;
    const first = nth(inputs, 0);
    return f32([nth(first.dims, 0), nth(nth(inputs, -1).dims, 1), ...size, nth(first.dims, 3)]);
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate,
  onnx: {
    layout: "logical",
    lower: (inputs, { size, finest }, emit) =>
      gatheredCrops(inputs, size, { finest, areas: areas(finest, inputs.length - 1) }, emit),
  },
  tfjs: {
    form: "logical",
    lower: (inputs, { size, finest }, emit) => emit.layer("DeepmaccMultilevelCrop", { size, finest }, inputs),
  },
  gradient: laterGradient,
  torch: {
    layout: "logical",
    expression: (inputs, { size, finest }, emit) =>
      call(emit.helper("multilevel_crop"), [
        tuple(inputs.slice(0, -1)),
        nth(inputs, -1),
        setting(size, "size"),
        setting(finest, "finest"),
      ]),
  },
});
