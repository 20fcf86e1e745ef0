import { anchorsPerCell, decodeProposals, noScore, type ProposalLevel } from "../../../vision/index.ts";
import type { TensorType } from "../../ir/graph.ts";
import { multiplyDims } from "../../sizes/dim/dim.ts";
import { imagesOf } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  type Failure,
  int,
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type ParametersOf,
  primitive,
  real,
  type Sizes,
} from "../kit/primitive.ts";
import { call } from "../kit/python.ts";
import { setting, type TorchEmitter, type TorchExpression } from "../kit/torch.ts";
import { f32 } from "../kit/types.ts";
import { anchorParams } from "./anchors.ts";
import { outsideOfTfjs, wantCount, wantOneMap, wantShape } from "./boxes.ts";
import { extentsInTorch, extentsOf, wantExtents } from "./image-extents.ts";
import { lowerProposals } from "./onnx-proposals.ts";
import { emptyRows, writeRows } from "./rows.ts";

const op = "rpn_decode";
const params = {
  post: int("proposals per image", 1000),
  pre: int("candidates of each level, before those that overlap go", 1000),
  iou: real("an overlap that is too much (intersection over union)", 0.7, { min: 0, max: 1 }),
  stride: int("pixels from one cell of the finest level to the next; every level doubles it", 4),
  ...anchorParams,
};
type RpnParams = ParametersOf<typeof params>;

const proposalLimits = ({ iou, post }: RpnParams) => ({ iou, max: post, above: noScore });

/** Inputs come in pairs; one more is the image. */
const pairsIn = (inputs: readonly unknown[]): number => Math.floor(inputs.length / 2);

/** Per level: scores [N, H, W, A] and boxes [N, H, W, 4·A]. */
function checkLevel(
  batch: TensorType,
  scores: TensorType,
  boxes: TensorType,
  cell: number,
  sizes: Sizes,
): Failure | undefined {
  const wrong = wantOneMap(op, scores, sizes);
  if (wrong) return wrong;
  const dims = [...scores.dims.slice(0, 3), multiplyDims(nth(scores.dims, 3), 4)];
  const expected = `boxes [${dims.map((dim) => sizes.show(dim)).join(", ")}] beside its scores`;
  const n = nth(batch.dims, 0);
  const scoresOf = `scores of ${cell} anchors for the batch ${sizes.show(n)}`;
  return (
    wantShape(op, scoresOf, scores, [n, undefined, undefined, cell], sizes) ??
    wantShape(op, expected, boxes, dims, sizes)
  );
}

function check(inputs: readonly TensorType[], values: RpnParams, sizes: Sizes): Failure | undefined {
  const few = wantCount(op, inputs, inputs.length >= 2, "pairs of inputs: scores and boxes of each level");
  if (few) return few;
  for (let level = 0; level < pairsIn(inputs); level++) {
    const [scores, boxes] = [nth(inputs, 2 * level), nth(inputs, 2 * level + 1)];
    const wrong = checkLevel(nth(inputs, 0), scores, boxes, anchorsPerCell(values), sizes);
    if (wrong) return wrong;
  }
  if (inputs.length % 2 === 0) return undefined;
  return wantExtents(op, nth(inputs, -1), nth(nth(inputs, 0).dims, 0), sizes);
}

function evaluate(inputs: readonly NDArray[], values: RpnParams): readonly NDArray[] {
  const first = imagesOf(nth(inputs, 0));
  const { boxes, scores } = emptyRows(first.count, values.post);
  const { stride } = values;
  const image = inputs.length % 2 === 0 ? undefined : nth(inputs, -1);
  for (let each = 0; each < first.count; each++) {
    const extents = image ? extentsOf(image, each) : ([first.height * stride, first.width * stride] as const);
    const levels = Array.from({ length: pairsIn(inputs) }, (_, level) => levelOf(inputs, level, each));
    writeRows(decodeProposals(levels, extents, values), each, boxes, scores);
  }
  return [boxes, scores];
}

function levelOf(inputs: readonly NDArray[], level: number, image: number): ProposalLevel {
  const { height, width, channels } = imagesOf(nth(inputs, 2 * level));
  const own = (index: number, length: number) => nth(inputs, index).data.subarray(image * length, (image + 1) * length);
  const length = height * width * channels;
  return { height, width, logits: own(2 * level, length), codes: own(2 * level + 1, 4 * length) };
}

function torch(inputs: readonly TorchExpression[], values: RpnParams, emit: TorchEmitter): TorchExpression {
  const levels = inputs.slice(0, 2 * pairsIn(inputs));
  const of = (odd: number): TorchExpression => ({ kind: "list", items: levels.filter((_, at) => at % 2 === odd) });
  const { post, pre, iou, stride, size, scales } = values;
  const settings = Object.entries({ post, pre, iou, stride, size, scales }).map(([name, value]) =>
    setting(value, name),
  );
  const given = inputs.length % 2 === 0 ? [] : [extentsInTorch(inputs, inputs.length - 1, emit)];
  return call(emit.helper(op), [of(0), of(1), ...settings, ...given]);
}

export const rpn_decode = primitive({
  docs: "The best proposals of a region proposal network, as in Deep-MARC: pairs of scores [N, H, W, A] (logits) and boxes [N, H, W, 4·A], one per level, finest first, to boxes [N, post, 4] in pixels and scores [N, post], best first. One more input at the end says what boxes are clipped to, as for `clip_boxes`; without it, the size of the finest level times `stride`. Of each level the best `pre` stay, then those that no better one overlaps by `iou` or more, as for `nms`. Spare rows hold zeros.",
  inputs: "many",
  outputs: ["boxes", "scores"],
  params,
  weights: noWeights,
  keepsSingle: true,
  shape: (inputs, values, sizes) => {
    const batch = nth(inputs, 0).dims[0] ?? 1;
    return check(inputs, values, sizes) ?? [f32([batch, values.post, 4]), f32([batch, values.post])];
  },
  macs: noMacs,
  reach: () => ({ kind: "everything" }),
  evaluate: (inputs, values) => evaluate(inputs, values),
  onnx: {
    layout: "logical",
    lower: (inputs, values, emit) => lowerProposals(inputs, values, proposalLimits(values), emit),
  },
  tfjs: outsideOfTfjs,
  gradient: laterGradient,
  torch: { layout: "logical", expression: torch },
});
