// Crops of a feature pyramid: the pixels of all levels lie in one table, from which four neighbours of every sample
// are gathered.
import { at, numberIn, numbersIn, type OwnLayer, type Shape, type Tensor, type Tf } from "./layer.ts";

/** Facts about levels [L], looked up for each box: [N, K, 1]. */
type LookUp = (facts: readonly number[]) => Tensor;

interface Level {
  /** One over the width of its pixels. */
  readonly scale: Tensor;
  readonly last: readonly [Tensor, Tensor];
  readonly width: Tensor;
  /** Where it begins in the table. */
  readonly start: Tensor;
}

/** Of every sample along an axis, [N, K, S]: the pixel below and the one above, and the weight of each. */
interface Taps {
  readonly ends: readonly [Tensor, Tensor];
  readonly weights: readonly [Tensor, Tensor];
}

function levelsOf(tf: Tf, maps: readonly Tensor[], area: Tensor, finest: number): Level {
  const bounds = maps.slice(1).map((_, i) => (224 * 2 ** (finest + i - 3)) ** 2);
  const reached = bounds.map((bound) => tf.cast(tf.greaterEqual(area, bound), "int32"));
  const level = reached.reduce((sum, one) => tf.add(sum, one), tf.zerosLike(tf.cast(area, "int32")));
  const lookUp: LookUp = (facts) => tf.gather(tf.tensor([...facts], [facts.length], "float32"), level);
  const [heights, widths] = [1, 2].map((axis) => maps.map(({ shape }) => at(shape, axis))) as [number[], number[]];
  const starts = heights.map((_, i) => heights.slice(0, i).reduce((sum, height, j) => sum + height * at(widths, j), 0));
  return {
    scale: lookUp(maps.map((_, i) => 2 ** -(finest + i))),
    last: [lookUp(heights.map((height) => height - 1)), lookUp(widths.map((width) => width - 1))],
    width: lookUp(widths),
    start: lookUp(starts),
  };
}

/** One sample in the middle of each cell. */
function tapsOf(tf: Tf, from: Tensor, length: Tensor, last: Tensor, samples: number): Taps {
  const middles = Float32Array.from({ length: samples }, (_, i) => (i + 0.5) / samples);
  const place = tf.add(from, tf.mul(length, tf.tensor(middles, [1, 1, samples])));
  const low = tf.relu(tf.floor(place));
  const part = tf.sub(place, low);
  return {
    ends: [tf.minimum(low, last), tf.minimum(tf.add(low, 1), last)],
    weights: [tf.sub(1, part), part],
  };
}

/** The weighted sum of the four neighbours of every sample. */
function blended(tf: Tf, table: Tensor, rows: Taps, columns: Taps, shape: readonly number[], pixels: number): Tensor {
  const [batch, perImage, tall, wide, channels] = shape as [number, number, number, number, number];
  const all = batch * perImage * tall * wide;
  const images = tf.reshape(tf.mul(tf.range(0, batch, 1, "int32"), tf.scalar(pixels, "int32")), [batch, 1, 1, 1]);
  const upright = (x: Tensor) => tf.reshape(x, [batch, perImage, tall, 1]);
  const across = (x: Tensor) => tf.reshape(x, [batch, perImage, 1, wide]);
  const taps = ([0, 1] as const).flatMap((i) =>
    ([0, 1] as const).map((j) => {
      const place = tf.cast(tf.add(upright(rows.ends[i]), across(columns.ends[j])), "int32");
      const found = tf.gather(table, tf.reshape(tf.add(place, images), [all]));
      const weight = tf.mul(upright(rows.weights[i]), across(columns.weights[j]));
      return tf.mul(tf.reshape(found, [all, channels]), tf.reshape(weight, [all, 1]));
    }),
  );
  return tf.reshape(tf.addN(taps), [...shape]);
}

/** (levels [N, H, W, C] of a pyramid, finest first, boxes [N, K, 4] in pixels): [N, K, h, w, C]. */
export const multilevelCrop: OwnLayer = {
  className: "DeepmaccMultilevelCrop",
  shape: (inputs, settings): Shape => {
    const [map, boxes] = [at(inputs, 0), at(inputs, -1)];
    return [at(map, 0), at(boxes, 1), ...numbersIn(settings, "size"), at(map, 3)];
  },
  run: (tf, inputs, settings) => {
    const [maps, boxes] = [inputs.slice(0, -1), at(inputs, -1)];
    const [tall, wide] = numbersIn(settings, "size") as [number, number];
    const [batch, perImage] = boxes.shape as [number, number];
    const side = (index: number) => tf.slice(boxes, [0, 0, index], [batch, perImage, 1]);
    const [ymin, xmin] = [side(0), side(1)];
    const [height, width] = [tf.sub(side(2), ymin), tf.sub(side(3), xmin)];
    const level = levelsOf(tf, maps, tf.mul(height, width), numberIn(settings, "finest"));
    const taps = (from: Tensor, length: Tensor, axis: 0 | 1, samples: number) =>
      tapsOf(tf, tf.mul(from, level.scale), tf.mul(length, level.scale), level.last[axis], samples);
    const rows = taps(ymin, height, 0, tall);
    const starts = rows.ends.map((row) => tf.add(tf.mul(row, level.width), level.start)) as [Tensor, Tensor];
    const channels = at(at(inputs, 0).shape, 3);
    const flat = maps.map((map) => tf.reshape(map, [batch, at(map.shape, 1) * at(map.shape, 2), channels]));
    const table = flat.length === 1 ? at(flat, 0) : tf.concat(flat, 1);
    const pixels = at(table.shape, 1);
    const shape = [batch, perImage, tall, wide, channels];
    const lines = tf.reshape(table, [batch * pixels, channels]);
    return blended(tf, lines, { ...rows, ends: starts }, taps(xmin, width, 1, wide), shape, pixels);
  },
};
