import { addDims } from "../../sizes/dim/dim.ts";
import { fixedSize } from "../kit/fixed-size.ts";
import { imagesOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  fail,
  laterGradient,
  type NDArray,
  noMacs,
  noReach,
  noWeights,
  type OnnxEmitter,
  primitive,
} from "../kit/primitive.ts";
import { call } from "../kit/python.ts";
import { mapOf, mapType, wantMap } from "../kit/types.ts";

/** The grid is a constant in the files that targets write. */
const gridLimit = 2 ** 24;

/** Point `i` of `length` from -1 to 1, both included; a single point is -1, as numpy's linspace has it. */
const coordinate = (i: number, length: number): number => (length === 1 ? -1 : -1 + (2 * i) / (length - 1));

function evaluate(inputs: readonly NDArray[]): NDArray {
  const x = nth(inputs, 0);
  const { lead, count, height, width, channels } = imagesOf(x);
  const out = zeros([...lead, height, width, channels + 2]);
  for (let pixel = 0; pixel < count * height * width; pixel++) {
    const to = pixel * (channels + 2);
    out.data[to] = coordinate(Math.floor(pixel / width) % height, height);
    out.data[to + 1] = coordinate(pixel % width, width);
    out.data.set(x.data.subarray(pixel * channels, (pixel + 1) * channels), to + 2);
  }
  return out;
}

/** The grid is a constant, repeated for every image of a batch whose size may be free. */
function lower(inputs: readonly string[], _params: unknown, emit: OnnxEmitter): string {
  const x = nth(inputs, 0);
  const { dims } = emit.inputType(0);
  const [height, width] = [fixedSize(nth(dims, 2), "height"), fixedSize(nth(dims, 3), "width")];
  const pixels = Array.from({ length: height * width }, (_, i) => i);
  const ys = pixels.map((i) => coordinate(Math.floor(i / width), height));
  const xs = pixels.map((i) => coordinate(i % width, width));
  const grid = emit.constant("f32", [1, 2, height, width], [...ys, ...xs]);
  const repeated = dims[0] === 1 ? grid : repeatedGrid(grid, x, [height, width], emit);
  return emit.node("Concat", [repeated, x], { axis: 1 });
}

/** One grid for each image. */
function repeatedGrid(grid: string, x: string, [height, width]: readonly [number, number], emit: OnnxEmitter): string {
  const count = nth(emit.inputType(0).dims, 0);
  const type = { dtype: "f32", dims: [count, 2, height, width] } as const;
  if (typeof count === "number")
    return emit.node("Expand", [grid, emit.constant("i64", [4], [count, 2, height, width])], {}, type);
  const batch = emit.node("Shape", [x], { start: 0, end: 1 }, { dtype: "i64", dims: [1] });
  const others = emit.constant("i64", [3], [2, height, width]);
  const shape = emit.node("Concat", [batch, others], { axis: 0 }, { dtype: "i64", dims: [4] });
  return emit.node("Expand", [grid, shape], {}, type);
}

export const append_coords = primitive({
  docs: "Tells every pixel where it is: two channels with its y and x from -1 to 1, in front of the others. [.., H, W, C] to [.., H, W, C + 2].",
  inputs: ["x"],
  params: {},
  weights: noWeights,
  shape: (inputs, _params, sizes) => {
    const x = nth(inputs, 0);
    const wrong = wantMap("append_coords", x, sizes);
    if (wrong) return wrong;
    const map = mapOf(x);
    const pixels = Number(map.height) * Number(map.width);
    if (pixels > gridLimit)
      return fail("DM3210", { name: "the grid of append_coords", count: pixels, what: "pixels", limit: "2^24" });
    return mapType({ ...map, channels: addDims(map.channels, 2) });
  },
  macs: noMacs,
  reach: noReach,
  evaluate,
  onnx: { layout: "channels-first", lower },
  tfjs: { form: "map", lower: (inputs, _params, emit) => emit.layer("DeepmaccAppendCoords", {}, inputs) },
  gradient: laterGradient,
  torch: {
    layout: "channels-first",
    expression: (inputs, _params, emit) => call(emit.helper("append_coords"), inputs),
  },
});
