// Every operator of the language, by hand. The key is the word in the language.

import { elu } from "./activations/elu.ts";
import { gelu } from "./activations/gelu.ts";
import { hard_sigmoid } from "./activations/hard-sigmoid.ts";
import { hard_swish } from "./activations/hard-swish.ts";
import { leaky_relu } from "./activations/leaky-relu.ts";
import { relu } from "./activations/relu.ts";
import { relu6 } from "./activations/relu6.ts";
import { sigmoid } from "./activations/sigmoid.ts";
import { silu } from "./activations/silu.ts";
import { softmax } from "./activations/softmax.ts";
import { tanh } from "./activations/tanh.ts";
import { anchors } from "./detection/anchors.ts";
import { box_decode } from "./detection/box-decode.ts";
import { centernet_decode } from "./detection/centernet-decode.ts";
import { clip_boxes } from "./detection/clip-boxes.ts";
import { crop_and_resize } from "./detection/crop-and-resize.ts";
import { decode_boxes } from "./detection/decode-boxes.ts";
import { encode_boxes } from "./detection/encode-boxes.ts";
import { gather_centers } from "./detection/gather-centers.ts";
import { heatmap_peaks } from "./detection/heatmap-peaks.ts";
import { multilevel_crop } from "./detection/multilevel-crop.ts";
import { nms } from "./detection/nms.ts";
import { roi_align } from "./detection/roi-align.ts";
import { rpn_decode } from "./detection/rpn-decode.ts";
import { top_k } from "./detection/top-k.ts";
import { add } from "./joins/add.ts";
import { concat } from "./joins/concat.ts";
import { div } from "./joins/div.ts";
import { mul } from "./joins/mul.ts";
import { scale } from "./joins/scale.ts";
import { sub } from "./joins/sub.ts";
import type { Composite, Primitive } from "./kit/primitive.ts";
import { bn } from "./layers/bn.ts";
import { conv } from "./layers/conv.ts";
import { deconv } from "./layers/deconv.ts";
import { dense } from "./layers/dense.ts";
import { dropout } from "./layers/dropout.ts";
import { frozen_bn } from "./layers/frozen-bn.ts";
import { moving_statistics } from "./layers/moving-statistics.ts";
import { param } from "./layers/param.ts";
import { weight } from "./layers/weight.ts";
import { average } from "./pooling/average.ts";
import { avg_pool } from "./pooling/avg-pool.ts";
import { global_avg_pool } from "./pooling/global-avg-pool.ts";
import { max_pool } from "./pooling/max-pool.ts";
import { mean } from "./pooling/mean.ts";
import { append_coords } from "./shape/append-coords.ts";
import { cast } from "./shape/cast.ts";
import { flatten } from "./shape/flatten.ts";
import { id } from "./shape/id.ts";
import { pad } from "./shape/pad.ts";
import { reshape } from "./shape/reshape.ts";
import { slice } from "./shape/slice.ts";
import { split } from "./shape/split.ts";
import { tile_to } from "./shape/tile-to.ts";
import { transpose } from "./shape/transpose.ts";
import { upsample } from "./shape/upsample.ts";

export { NeedsFixedSize } from "./kit/fixed-size.ts";
export * from "./kit/primitive.ts";

/** The words of the language. */
export const operators = {
  // layers
  conv,
  deconv,
  dense,
  bn,
  param,
  frozen_bn,
  // activations
  relu,
  leaky_relu,
  relu6,
  elu,
  sigmoid,
  hard_sigmoid,
  tanh,
  silu,
  hard_swish,
  gelu,
  softmax,
  dropout,
  // joins and arithmetic
  add,
  sub,
  mul,
  div,
  concat,
  scale,
  // size and order
  max_pool,
  avg_pool,
  global_avg_pool,
  mean,
  average,
  upsample,
  pad,
  slice,
  split,
  flatten,
  reshape,
  transpose,
  tile_to,
  append_coords,
  cast,
  id,
  // detectors
  crop_and_resize,
  roi_align,
  multilevel_crop,
  gather_centers,
  heatmap_peaks,
  top_k,
  centernet_decode,
  anchors,
  encode_boxes,
  decode_boxes,
  clip_boxes,
  nms,
  rpn_decode,
  box_decode,
} as const satisfies Record<string, Primitive | Composite>;

export type OperatorName = keyof typeof operators;

const words: Readonly<Record<string, Primitive | Composite>> = operators;

/** What a node of a graph can be. An operator that only passes and composites use is added here, and is no word. */
export const primitives: ReadonlyMap<string, Primitive> = new Map(
  Object.entries({ ...words, weight, moving_statistics }).flatMap(([name, operator]) =>
    "expand" in operator ? [] : [[name, operator]],
  ),
);
