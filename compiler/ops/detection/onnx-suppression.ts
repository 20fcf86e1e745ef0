// Suppression in ONNX. NonMaxSuppression answers a list of unknown length, and lets an overlap pass that meets the
// threshold; the files that we write keep their shapes, and suppress there as well.
import { type KeepOptions, noScore } from "../../../vision/index.ts";
import { type Dim, variable } from "../../sizes/dim/dim.ts";
import { nth } from "../kit/nth.ts";
import type { OnnxEmitter, OnnxType } from "../kit/primitive.ts";
import { f32 } from "../kit/types.ts";
import { bestOfRows, columns, gatherRows, i64, number, padRows, unsqueeze, whole } from "./onnx-rows.ts";

/** A row that is no box has this score: below any other. */
const none = noScore;

const bool = (dims: readonly Dim[]): OnnxType => ({ dtype: "bool", dims });

/** The next number of single precision below one: what is above it is at least that one. */
function justBelow(value: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  bits.setUint32(0, Math.max(bits.getUint32(0) - 1, 0));
  return value === 0 ? 0 : bits.getFloat32(0);
}

/** The scores [R, K] of the boxes [R, K, 4] that stay in each row, and the least number for all others. */
export function suppressInOnnx(
  boxes: string,
  scores: string,
  [r, k]: readonly [Dim, Dim],
  { iou, above, max }: KeepOptions,
  emit: OnnxEmitter,
): string {
  const one = f32([r, k, 1]);
  const half = f32([r, k, 2]);
  const low = columns(boxes, [0, 2], half, emit);
  // A box that is turned over has no area; NonMaxSuppression would turn it back.
  const high = emit.node("Max", [low, columns(boxes, [2, 4], half, emit)], {}, half);
  const largest = emit.node("Max", [columns(high, [0, 1], one, emit), columns(high, [1, 2], one, emit)], {}, one);
  const isBox = emit.node("Greater", [largest, number(emit, 0)], {}, bool([r, k, 1]));
  const row = f32([r, 1, k]);
  const flat = emit.reshape(isBox, [r, 1, k], bool([r, 1, k]));
  const candidates = emit.node("Where", [flat, unsqueeze(scores, 1, row, emit), number(emit, none)], {}, row);
  const straight = emit.node("Concat", [low, high], { axis: 2 }, f32([r, k, 4]));
  const threshold = (value: number) => emit.constant("f32", [1], [value]);
  const limits = [whole(emit, max), threshold(justBelow(iou)), threshold(above)];
  // As many as there are; a name of its own, since equal names mean equal sizes.
  const count = variable(`kept of ${candidates}`);
  const kept = emit.node(
    "NonMaxSuppression",
    [straight, candidates, ...limits],
    { center_point_box: 0 },
    i64([count, 3]),
  );
  const values = emit.node("GatherND", [candidates, kept], {}, f32([count]));
  const empty = emit.node("Expand", [number(emit, none), emit.sizes([r, 1, k])], {}, row);
  const all = emit.node("ScatterND", [empty, kept, values], {}, row);
  return emit.reshape(all, [r, k], f32([r, k]));
}

export interface Rows {
  readonly boxes: string;
  readonly scores: string;
  /** Where each row stood, beyond the last one for a spare row. */
  readonly places: string;
  /** Which rows are boxes: [N, max]. */
  readonly isBox: string;
}

interface Best {
  readonly max: number;
  /** From what was compared to what is told. */
  readonly makeScore?: (values: string) => string;
}

/** The best `max` of the boxes [N, M, 4], spare rows filled with zeros. `scores` [N, M] say what is no box, as `suppressInOnnx` does. */
export function bestRows(
  boxes: string,
  scores: string,
  [n, m]: readonly [Dim, Dim],
  { max, makeScore = (value) => value }: Best,
  emit: OnnxEmitter,
): Rows {
  const isEnough = typeof m === "number" && m >= max;
  const table = isEnough ? boxes : padRows(boxes, [n, variable(`rows of ${boxes}`), 4], 1, max, emit);
  const { values, places } = bestOfRows(scores, [n, m], isEnough ? { k: max } : { k: max, fill: none }, emit);
  const isBox = emit.node("Greater", [values, number(emit, none)], {}, bool([n, max]));
  const best = gatherRows(table, places, [n, max, 4], emit);
  const isRow = unsqueeze(isBox, 2, bool([n, max, 1]), emit);
  return {
    boxes: emit.node("Where", [isRow, best, number(emit, 0)], {}, f32([n, max, 4])),
    scores: emit.node("Where", [isBox, makeScore(values), number(emit, 0)], {}, f32([n, max])),
    places,
    isBox,
  };
}

/** Places as indices of an operator's result: -1 in a spare row. */
export function indexOf(rows: Rows, dims: readonly [Dim, Dim], emit: OnnxEmitter): string {
  const index = emit.node("Where", [rows.isBox, rows.places, emit.constant("i64", [], [-1])], {}, i64(dims));
  return emit.node("Cast", [index], { to: 6 }, { dtype: "i32", dims: [nth(dims, 0), nth(dims, 1)] });
}
