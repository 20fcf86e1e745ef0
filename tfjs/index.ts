// The layers that a tfjs model of ours may need beside those of Keras. Imports nothing of ours and no tfjs:
// whoever opens a model hands in the tfjs that opens it.
import { average, fold, mean, param, reshape, slice, split, tileTo, unfold } from "./axes.ts";
import { upsampleBilinear } from "./bilinear.ts";
import { cropAndResize, gatherCenters, roiAlign } from "./crops.ts";
import { frozenNorm } from "./frozen-norm.ts";
import { classOf, type OwnLayer, type SeveralLayer, type Tf } from "./layer.ts";
import { appendCoords, avgPool, conv, crop, maxPool, pad } from "./maps.ts";
import { cast, divide, elu } from "./numbers.ts";
import { multilevelCrop } from "./pyramid.ts";

const layers: readonly (OwnLayer | SeveralLayer)[] = [
  fold,
  unfold,
  reshape,
  tileTo,
  slice,
  split,
  param,
  mean,
  average,
  conv,
  maxPool,
  avgPool,
  frozenNorm,
  pad,
  crop,
  upsampleBilinear,
  appendCoords,
  cropAndResize,
  roiAlign,
  gatherCenters,
  multilevelCrop,
  divide,
  elu,
  cast,
];

/** What `custom layers` in the metadata of a model may name. */
export const layerNames: readonly string[] = layers.map(({ className }) => className);

/** Makes the layers known to this tfjs, so that `tf.loadLayersModel` opens models that need them. */
export function register(tf: Tf): void {
  for (const layer of layers) tf.serialization.registerClass(classOf(tf, layer));
}
