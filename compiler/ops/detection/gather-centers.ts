import type { Dim } from "../../sizes/dim/dim.ts";
import { imagesOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import { laterGradient, type NDArray, noMacs, noWeights, type OnnxEmitter, primitive } from "../kit/primitive.ts";
import { call } from "../kit/python.ts";
import { f32, mapOf, product } from "../kit/types.ts";
import { cornersOf, firstFailure, sideOf, wantBoxes, wantOneMap } from "./boxes.ts";
import { inserted, pixelsOf, sizeLess, tentsOf } from "./tents.ts";

/**
 * The cell of a centre on an axis of `size` pixels, toward zero: a centre in (-1, 0) lies in cell 0, as in the released
 * code. Single precision decides on the border of a cell, here as in every target.
 */
function cellOf(from: number, to: number, size: number): number {
  const [low, high] = [Math.fround(Math.fround(from) * size), Math.fround(Math.fround(to) * size)];
  return Math.trunc(Math.fround(low + Math.fround(high - low) / 2));
}

function evaluate(inputs: readonly NDArray[]): NDArray {
  const [map, boxes] = [nth(inputs, 0), nth(inputs, 1)];
  const { height, width, channels } = imagesOf(map);
  const perImage = nth(boxes.dims, 1);
  const out = zeros([nth(map.dims, 0), perImage, channels]);
  for (let box = 0; box < boxes.data.length / 4; box++) {
    const [ymin, xmin, ymax, xmax] = cornersOf(boxes, box);
    const [row, column] = [cellOf(ymin, ymax, height), cellOf(xmin, xmax, width)];
    if (!(row >= 0 && row < height && column >= 0 && column < width)) continue;
    const from = ((Math.floor(box / perImage) * height + row) * width + column) * channels;
    out.data.set(map.data.subarray(from, from + channels), box * channels);
  }
  return out;
}

/** [N, K, size]: 1 for the cell in which the centre of a box lies, 0 for the others. */
function chosenAlong(boxes: string, axis: 0 | 1, emit: OnnxEmitter): string {
  const lead = emit.inputType(1).dims.slice(0, 2);
  const type = f32([...lead, 1]);
  const size = nth(emit.inputType(0).dims, axis + 1);
  const edge = (side: number) => emit.node("Mul", [sideOf(boxes, side, lead, emit), sizeLess(size, 0, emit)], {}, type);
  const [low, high] = [edge(axis), edge(axis + 2)];
  const half = emit.node("Div", [emit.node("Sub", [high, low], {}, type), emit.constant("f32", [], [2])], {}, type);
  const center = emit.node("Add", [low, half], {}, type);
  // What is far outside stays outside, and within the whole numbers.
  const limit = (value: number) => emit.constant("f32", [], [value]);
  const near = emit.node("Clip", [center, limit(-(2 ** 24)), limit(2 ** 24)], {}, type);
  const cell = emit.node("Cast", [near], { to: 6 }, { dtype: "i32", dims: type.dims });
  const place = emit.node("Cast", [cell], { to: 1 }, type);
  return tentsOf(place, pixelsOf(size, emit), f32([...lead, size]), emit);
}

/** Rows that are chosen, then columns: [N, K, H] by [N, H, W·C], and a sum over [N, K, W, C]. */
function lower(inputs: readonly string[], _params: unknown, emit: OnnxEmitter): string {
  const [map, boxes] = [nth(inputs, 0), nth(inputs, 1)];
  const [batch, height, width, channels] = emit.inputType(0).dims as readonly [Dim, Dim, Dim, Dim];
  const lead = emit.inputType(1).dims.slice(0, 2);
  const across = product([width, channels]);
  const flat = emit.reshape(map, [batch, height, across], f32([batch, height, across]));
  const line = emit.node("MatMul", [chosenAlong(boxes, 0, emit), flat], {}, f32([...lead, across]));
  const cells = f32([...lead, width, channels]);
  const columns = inserted(chosenAlong(boxes, 1, emit), 3, f32([...lead, width, 1]), emit);
  const chosen = emit.node("Mul", [emit.reshape(line, cells.dims, cells), columns], {}, cells);
  return emit.node("ReduceSum", [chosen, emit.constant("i64", [1], [2])], { keepdims: 0 });
}

export const gather_centers = primitive({
  docs: "The vector of the cell in which each box has its centre: x [N, H, W, C] and boxes [N, K, 4] to [N, K, C]. Boxes are [ymin, xmin, ymax, xmax] as parts of the map, whose far edge is 1. A centre outside the map gives zeros.",
  inputs: ["x", "boxes"],
  keepsSingle: true,
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
  onnx: { layout: "logical", lower },
  tfjs: { form: "logical", lower: (inputs, _params, emit) => emit.layer("DeepmaccGatherCenters", {}, inputs) },
  gradient: laterGradient,
  torch: {
    layout: "logical",
    expression: (inputs, _params, emit) => call(emit.helper("gather_centers"), inputs),
  },
});
