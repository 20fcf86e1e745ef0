// Every operator of the language, by hand. The key is the word in the language.
import { add } from "./add.ts";
import { append_coords } from "./append-coords.ts";
import { average } from "./average.ts";
import { avg_pool } from "./avg-pool.ts";
import { bn } from "./bn.ts";
import { box_decode } from "./box-decode.ts";
import { cast } from "./cast.ts";
import { centernet_decode } from "./centernet-decode.ts";
import { concat } from "./concat.ts";
import { conv } from "./conv.ts";
import { deconv } from "./deconv.ts";
import { dense } from "./dense.ts";
import { div } from "./div.ts";
import { dropout } from "./dropout.ts";
import { elu } from "./elu.ts";
import { flatten } from "./flatten.ts";
import { gather_centers } from "./gather-centers.ts";
import { gelu } from "./gelu.ts";
import { global_avg_pool } from "./global-avg-pool.ts";
import { hard_sigmoid } from "./hard-sigmoid.ts";
import { hard_swish } from "./hard-swish.ts";
import { id } from "./id.ts";
import { leaky_relu } from "./leaky-relu.ts";
import { max_pool } from "./max-pool.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { pad } from "./pad.ts";
import type { Composite, Primitive } from "./primitive.ts";
import { relu } from "./relu.ts";
import { relu6 } from "./relu6.ts";
import { reshape } from "./reshape.ts";
import { roi_align } from "./roi-align.ts";
import { roi_align_levels } from "./roi-align-levels.ts";
import { rpn_decode } from "./rpn-decode.ts";
import { scale } from "./scale.ts";
import { sigmoid } from "./sigmoid.ts";
import { silu } from "./silu.ts";
import { slice } from "./slice.ts";
import { softmax } from "./softmax.ts";
import { sub } from "./sub.ts";
import { tanh } from "./tanh.ts";
import { tile_to } from "./tile-to.ts";
import { transpose } from "./transpose.ts";
import { upsample } from "./upsample.ts";

export { NeedsFixedSize } from "./fixed-size.ts";
export * from "./primitive.ts";

export const operators = {
  // layers
  conv,
  deconv,
  dense,
  bn,
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
  flatten,
  reshape,
  transpose,
  tile_to,
  append_coords,
  cast,
  id,
  // detectors
  roi_align,
  roi_align_levels,
  gather_centers,
  centernet_decode,
  rpn_decode,
  box_decode,
} as const satisfies Record<string, Primitive | Composite>;

export type OperatorName = keyof typeof operators;
