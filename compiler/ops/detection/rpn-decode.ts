import { clipBoxes, decodeBoxes } from "../../../vision/index.ts";
import type { TensorType } from "../../ir/graph.ts";
import { multiplyDims } from "../../sizes/dim/dim.ts";
import { sigmoidOf } from "../kit/elementwise.ts";
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
import { anchorParams, anchorSides, anchorsPerCell } from "./anchors.ts";
import { outsideOfTfjs, wantCount, wantOneMap, wantShape } from "./boxes.ts";
import { extentsInTorch, extentsOf, wantExtents } from "./image-extents.ts";
import { lowerProposals } from "./onnx-proposals.ts";
import { bestOf } from "./ranking.ts";
import { boxesKept, emptyRows, type Found, noScore, writeBest } from "./suppression.ts";

const op = "rpn_decode";
const params = {
  post: int("proposals per image", 1000),
  pre: int("candidates of each level, before those that overlap go", 1000),
  iou: real("an overlap that is too much (intersection over union)", 0.7, { min: 0, max: 1 }),
  stride: int("pixels from one cell of the finest level to the next; every level doubles it", 4),
  ...anchorParams,
};
type RpnParams = ParametersOf<typeof params>;

/** Proposals have no scales of codes. */
const plain = { center: 1, extent: 1 };

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

/** The candidates of one level in one image that stay. */
function foundIn(
  [scores, codes]: readonly [NDArray, NDArray],
  image: number,
  stride: number,
  extents: readonly [number, number],
  values: RpnParams,
): readonly Found[] {
  const { height, width, channels } = imagesOf(scores);
  const length = height * width * channels;
  const own = scores.data.subarray(image * length, (image + 1) * length);
  const places = bestOf(own, values.pre);
  const sides = anchorSides(stride, values);
  const anchors = places.flatMap((place) => {
    const cell = Math.floor(place / channels);
    const [y, x] = [(Math.floor(cell / width) + 0.5) * stride, ((cell % width) + 0.5) * stride];
    const [tall, wide] = nth(sides, place % channels);
    return [y - tall / 2, x - wide / 2, y + tall / 2, x + wide / 2];
  });
  const from = (place: number) => 4 * (image * length + place);
  const ownCodes = places.flatMap((place) => [...codes.data.subarray(from(place), from(place) + 4)]);
  const boxes = clipBoxes(decodeBoxes(ownCodes, anchors, plain), extents);
  const best = places.map((place) => own[place]!);
  return boxesKept(boxes, best, proposalLimits(values)).map((at) => ({
    box: boxes.subarray(4 * at, 4 * at + 4),
    score: best[at]!,
  }));
}

function evaluate(inputs: readonly NDArray[], values: RpnParams): readonly NDArray[] {
  const first = imagesOf(nth(inputs, 0));
  const { boxes, scores } = emptyRows(first.count, values.post);
  const { stride } = values;
  const image = inputs.length % 2 === 0 ? undefined : nth(inputs, -1);
  for (let each = 0; each < first.count; each++) {
    const extents = image ? extentsOf(image, each) : ([first.height * stride, first.width * stride] as const);
    const found = Array.from({ length: pairsIn(inputs) }, (_, level) => level).flatMap((level) => {
      const pair = [nth(inputs, 2 * level), nth(inputs, 2 * level + 1)] as const;
      return foundIn(pair, each, stride * 2 ** level, extents, values);
    });
    writeBest(found, each, boxes, scores).forEach(({ score }, rank) => {
      scores.data[each * values.post + rank] = sigmoidOf(score);
    });
  }
  return [boxes, scores];
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
