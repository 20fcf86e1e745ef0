// Region proposals in ONNX. Anchors are no tensors here: a candidate's place says where its anchor is, so that only the
// candidates of a level are decoded, and sizes may be free.
import { type AnchorOptions, anchorSides, type KeepOptions, noScore } from "../../../vision/index.ts";
import { type Dim, multiplyDims, variable } from "../../sizes/dim/dim.ts";
import { nth } from "../kit/nth.ts";
import type { OnnxEmitter } from "../kit/primitive.ts";
import { f32, product } from "../kit/types.ts";
import { decodeInOnnx, type Spans } from "./coding.ts";
import { clipInOnnx, type Limits, limitsInOnnx, limitsOfSize } from "./image-extents.ts";
import { bestOfRows, cast, gatherRows, i64, number, padRows, unsqueeze, whole } from "./onnx-rows.ts";
import { bestRows, suppressInOnnx } from "./onnx-suppression.ts";

interface Proposals extends AnchorOptions {
  readonly post: number;
  readonly pre: number;
  readonly stride: number;
}

interface Level {
  readonly scores: string;
  readonly codes: string;
  /** [N, H, W, A]. */
  readonly dims: readonly [Dim, Dim, Dim, Dim];
  readonly stride: number;
}

interface Candidates {
  readonly boxes: string;
  readonly scores: string;
  readonly count: number;
}

export function lowerProposals(
  inputs: readonly string[],
  values: Proposals,
  suppression: KeepOptions,
  emit: OnnxEmitter,
): readonly string[] {
  const count = Math.floor(inputs.length / 2);
  const levels = Array.from(
    { length: count },
    (_, level): Level => ({
      scores: nth(inputs, 2 * level),
      codes: nth(inputs, 2 * level + 1),
      dims: emit.inputType(2 * level).dims as Level["dims"],
      stride: values.stride * 2 ** level,
    }),
  );
  const [n, h, w] = nth(levels, 0).dims;
  const limits =
    inputs.length % 2 === 0
      ? limitsOfSize(multiplyDims(h, values.stride), multiplyDims(w, values.stride), emit)
      : limitsInOnnx(inputs, inputs.length - 1, emit);
  const found = levels.map((level): Candidates => {
    const best = candidatesOf(level, values, limits, emit);
    const scores = suppressInOnnx(best.boxes, best.scores, [n, best.count], suppression, emit);
    return { ...best, scores };
  });
  const all = found.reduce((sum, each) => sum + each.count, 0);
  const joined = (names: readonly string[], type: ReturnType<typeof f32>) =>
    names.length === 1 ? nth(names, 0) : emit.node("Concat", names, { axis: 1 }, type);
  const boxes = joined(
    found.map((each) => each.boxes),
    f32([n, all, 4]),
  );
  const scores = joined(
    found.map((each) => each.scores),
    f32([n, all]),
  );
  // Sorted by their logits, which all engines have alike; probabilities differ in the last digit.
  const makeScore = (logits: string) => emit.node("Sigmoid", [logits], {}, f32([n, values.post]));
  const rows = bestRows(boxes, scores, [n, all], { max: values.post, makeScore }, emit);
  return [rows.boxes, rows.scores];
}

/** The best candidates of a level, decoded and clipped, best first. */
function candidatesOf(level: Level, values: Proposals, limits: Limits, emit: OnnxEmitter): Candidates {
  const [n, h, w, a] = level.dims;
  const m = product([h, w, a]);
  const isFree = typeof m !== "number";
  const count = isFree ? values.pre : Math.min(values.pre, m);
  const flat = emit.reshape(level.scores, [n, m], f32([n, m]));
  const codes = emit.reshape(level.codes, [n, m, 4], f32([n, m, 4]));
  // Where the map may be small, it gets as many rows more as are wanted; they are no boxes.
  const table = isFree ? padRows(codes, [n, variable(`rows of ${level.codes}`), 4], 1, count, emit) : codes;
  const wanted = isFree ? { k: count, fill: noScore } : { k: count };
  const { values: best, places } = bestOfRows(flat, [n, m], wanted, emit);
  const dims = [n, count, 4] as const;
  const anchors = anchorsAt(places, [n, count], level, anchorSides(level.stride, values), emit);
  const decoded = decodeInOnnx(gatherRows(table, places, dims, emit), anchors, dims, { center: 1, extent: 1 }, emit);
  return { boxes: clipInOnnx(decoded, limits, dims, emit), scores: best, count };
}

/** Middles and sides of the anchors at `places` of a level, [N, k, 2] each. */
function anchorsAt(
  places: string,
  [n, k]: readonly [Dim, number],
  { dims: [, , w], stride }: Level,
  sides: ReturnType<typeof anchorSides>,
  emit: OnnxEmitter,
): Spans {
  const row = i64([n, k]);
  const each = whole(emit, sides.length);
  const cells = emit.node("Div", [places, each], {}, row);
  const width = emit.sizes([w]);
  const corners = ["Div", "Mod"].map((part) =>
    unsqueeze(emit.node(part, [cells, width], {}, row), 2, i64([n, k, 1]), emit),
  );
  const pair = f32([n, k, 2]);
  const cell = cast(emit.node("Concat", corners, { axis: 2 }, i64(pair.dims)), "f32", pair.dims, emit);
  const middle = emit.node("Add", [cell, number(emit, 0.5)], {}, pair);
  const kinds = emit.node("Mod", [places, each], {}, row);
  const table = emit.constant("f32", [sides.length, 2], sides.flat());
  return {
    middles: emit.node("Mul", [middle, number(emit, stride)], {}, pair),
    sides: emit.node("Gather", [table, kinds], { axis: 0 }, pair),
  };
}
