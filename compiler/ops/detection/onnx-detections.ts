// The final boxes of a two-stage detector in ONNX: classes become rows, so that all are suppressed by one node.
import { type KeepOptions, noScore } from "../../../vision/index.ts";
import { type Dim, multiplyDims, variable } from "../../sizes/dim/dim.ts";
import { nth } from "../kit/nth.ts";
import type { OnnxEmitter } from "../kit/primitive.ts";
import { f32 } from "../kit/types.ts";
import { type Coding, decodeInOnnx, type Spans, spansInOnnx } from "./coding.ts";
import { clipInOnnx, limitsInOnnx } from "./image-extents.ts";
import { bestOfRows, cast, columns, gatherRows, i64, padRows, unsqueeze, whole } from "./onnx-rows.ts";
import { bestRows, suppressInOnnx } from "./onnx-suppression.ts";

interface Detections extends Coding, KeepOptions {
  readonly pre: number;
}

/** Boxes [N, classes, K, 4] and scores [N, classes, K]. */
interface Candidates {
  readonly boxes: string;
  readonly scores: string;
  readonly dims: readonly [Dim, number, Dim];
}

export function lowerDetections(inputs: readonly string[], values: Detections, emit: OnnxEmitter): readonly string[] {
  const { boxes, scores, dims } = best(candidatesOf(inputs, values, emit), values.pre, emit);
  const [n, classes, k] = dims;
  const rows = multiplyDims(n, classes);
  const rowBoxes = emit.reshape(boxes, [rows, k, 4], f32([rows, k, 4]));
  const rowScores = emit.reshape(scores, [rows, k], f32([rows, k]));
  const kept = suppressInOnnx(rowBoxes, rowScores, [rows, k], values, emit);
  const all = multiplyDims(k, classes);
  const found = bestRows(
    emit.reshape(boxes, [n, all, 4], f32([n, all, 4])),
    emit.reshape(kept, [n, all], f32([n, all])),
    [n, all],
    values,
    emit,
  );
  const row = i64([n, values.max]);
  const from = emit.node("Div", [found.places, emit.sizes([k])], {}, row);
  const counted = emit.node("Add", [from, whole(emit, 1)], {}, row);
  const of = emit.node("Where", [found.isBox, counted, whole(emit, 1)], {}, row);
  return [found.boxes, found.scores, cast(of, "i32", row.dims, emit)];
}

function candidatesOf(inputs: readonly string[], values: Detections, emit: OnnxEmitter): Candidates {
  const [n, k, all] = emit.inputType(0).dims as readonly [Dim, Dim, number];
  const classes = all - 1;
  const probable = emit.node("Softmax", [nth(inputs, 0)], { axis: 2 }, f32([n, k, all]));
  const named = columns(probable, [1, all], f32([n, k, classes]), emit);
  const scores = emit.node("Transpose", [named], { perm: [0, 2, 1] }, f32([n, classes, k]));
  const apart = emit.reshape(nth(inputs, 1), [n, k, classes, 4], f32([n, k, classes, 4]));
  const dims = [n, classes, k, 4] as const;
  const codes = emit.node("Transpose", [apart], { perm: [0, 2, 1, 3] }, f32(dims));
  const spans = spansInOnnx(nth(inputs, 2), [n, k, 4], emit);
  const spread = (x: string) => unsqueeze(x, 1, f32([n, 1, k, 2]), emit);
  const anchors: Spans = { middles: spread(spans.middles), sides: spread(spans.sides) };
  const decoded = decodeInOnnx(codes, anchors, dims, values, emit);
  const boxes = inputs.length === 4 ? clipInOnnx(decoded, limitsInOnnx(inputs, 3, emit), dims, emit) : decoded;
  return { boxes, scores, dims: [n, classes, k] };
}

/** The best `pre` of each class; all, where there are known to be no more. */
function best({ boxes, scores, dims }: Candidates, pre: number, emit: OnnxEmitter): Candidates {
  const [n, classes, k] = dims;
  if (typeof k === "number" && k <= pre) return { boxes, scores, dims };
  const isFree = typeof k !== "number";
  const table = isFree ? padRows(boxes, [n, classes, variable(`rows of ${boxes}`), 4], 2, pre, emit) : boxes;
  const wanted = isFree ? { k: pre, fill: noScore } : { k: pre };
  const { values, places } = bestOfRows(scores, dims, wanted, emit);
  const rows = gatherRows(table, places, [n, classes, pre, 4], emit);
  return { boxes: rows, scores: values, dims: [n, classes, pre] };
}
