// Crops of feature maps, as products with matrices of tent weights: tfjs's own crop has no gradient.
import { at, numberIn, numbersIn, type OwnLayer, type Settings, type Shape, type Tensor, type Tf } from "./layer.ts";

/** [n, samples, size]: how much of each pixel is in the samples at `places` [n, samples], which lie on whole numbers. */
function tents(tf: Tf, places: Tensor, size: number): Tensor {
  const [count, samples] = places.shape as [number, number];
  const pixels = tf.reshape(tf.range(0, size), [1, 1, size]);
  const distance = tf.sub(tf.reshape(places, [count, samples, 1]), pixels);
  return tf.relu(tf.sub(1, tf.abs(distance)));
}

/** [n, samples]: from one end of each box to the other on an axis of `size` pixels, both ends included. */
function between(tf: Tf, boxes: Tensor, axis: 0 | 1, samples: number, size: number): Tensor {
  const count = at(boxes.shape, 0);
  const [low, high] = [tf.slice(boxes, [0, axis], [count, 1]), tf.slice(boxes, [0, axis + 2], [count, 1])];
  const parts = Float32Array.from({ length: samples }, (_, i) => (samples === 1 ? 0.5 : i / (samples - 1)));
  return tf.mul(tf.add(low, tf.mul(tf.sub(high, low), tf.tensor(parts, [1, samples]))), size - 1);
}

/** Crops [N, K, h, w, C] of x, given how much of each of its rows [N·K, h, H] and columns [N·K, w, W] is in theirs. */
function cropped(tf: Tf, x: Tensor, perImage: number, rows: Tensor, columns: Tensor): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [all, tall, wide] = [batch * perImage, at(rows.shape, 1), at(columns.shape, 1)];
  // All rows of the crops of an image are one product; the columns are one for each crop.
  const map = tf.reshape(x, [batch, height, width * channels]);
  const lines = tf.matMul(tf.reshape(rows, [batch, perImage * tall, height]), map);
  const across = tf.transpose(tf.reshape(lines, [all, tall, width, channels]), [0, 2, 1, 3]);
  const crops = tf.matMul(columns, tf.reshape(across, [all, width, tall * channels]));
  const upright = tf.transpose(tf.reshape(crops, [all, wide, tall, channels]), [0, 2, 1, 3]);
  return tf.reshape(upright, [batch, perImage, tall, wide, channels]);
}

const cropShape: OwnLayer["shape"] = ([x = [], boxes = []], settings): Shape => [
  at(x, 0),
  at(boxes, 1),
  ...numbersIn(settings, "size"),
  at(x, 3),
];

/** (x [N, H, W, C], boxes [N, K, 4] as parts of the map): [N, K, h, w, C], corners aligned. */
export const cropAndResize: OwnLayer = {
  className: "DeepmaccCropAndResize",
  shape: cropShape,
  run: (tf, inputs, settings) => {
    const outside = numberIn(settings, "outside");
    const [x, boxes] = [at(inputs, 0), at(inputs, 1)];
    const [tall, wide] = numbersIn(settings, "size") as [number, number];
    const [batch, height, width] = x.shape as [number, number, number];
    const perImage = at(boxes.shape, 1);
    const flat = tf.reshape(boxes, [batch * perImage, 4]);
    const rows = tents(tf, between(tf, flat, 0, tall, height), height);
    const columns = tents(tf, between(tf, flat, 1, wide, width), width);
    return tf.add(cropped(tf, tf.sub(x, outside), perImage, rows, columns), outside);
  },
};

/** [n, cells, size]: how much of each pixel is in a cell, which is the mean of its samples. */
function means(tf: Tf, boxes: Tensor, axis: 0 | 1, size: number, settings: Settings): Tensor {
  const count = at(boxes.shape, 0);
  const [cells, samples] = [at(numbersIn(settings, "size"), axis), numberIn(settings, "samples")];
  const side = (index: number) => tf.mul(tf.slice(boxes, [0, index], [count, 1]), numberIn(settings, "scale"));
  const aligned = settings["aligned"] === true;
  const [from, to] = [side(axis), side(axis + 2)];
  const length = aligned ? tf.sub(to, from) : tf.maximum(tf.sub(to, from), 1);
  const parts = Float32Array.from({ length: cells * samples }, (_, i) => (i + 0.5) / (cells * samples));
  const within = tf.mul(length, tf.tensor(parts, [1, parts.length]));
  const places = tf.add(aligned ? tf.sub(from, 0.5) : from, within);
  const isNear = tf.logicalAnd(tf.greaterEqual(places, -1), tf.lessEqual(places, size));
  const weights = tents(tf, tf.clipByValue(places, 0, size - 1), size);
  const seen = tf.mul(weights, tf.reshape(tf.cast(isNear, "float32"), [count, cells * samples, 1]));
  return tf.mean(tf.reshape(seen, [count, cells, samples, size]), 2);
}

/** (x [N, H, W, C], boxes [N, K, 4] in pixels): [N, K, h, w, C], as ONNX and torchvision make them. */
export const roiAlign: OwnLayer = {
  className: "DeepmaccRoiAlign",
  shape: cropShape,
  run: (tf, inputs, settings) => {
    const [x, boxes] = [at(inputs, 0), at(inputs, 1)];
    const [batch, height, width] = x.shape as [number, number, number];
    const perImage = at(boxes.shape, 1);
    const flat = tf.reshape(boxes, [batch * perImage, 4]);
    const [rows, columns] = [means(tf, flat, 0, height, settings), means(tf, flat, 1, width, settings)];
    return cropped(tf, x, perImage, rows, columns);
  },
};

/** [n, samples, size]: 1 where a pixel is the cell that the centre of a box lies in, 0 elsewhere; cut toward 0. */
function centers(tf: Tf, boxes: Tensor, axis: 0 | 1, size: number): Tensor {
  const lead = boxes.shape.slice(0, 2) as [number, number];
  const side = (index: number) => tf.mul(tf.slice(boxes, [0, 0, index], [...lead, 1]), size);
  const [low, high] = [side(axis), side(axis + 2)];
  const center = tf.add(low, tf.div(tf.sub(high, low), 2));
  // Far away is cut to just outside, where it still has a whole number.
  const cell = tf.cast(tf.clipByValue(center, -1, size), "int32");
  return tents(tf, tf.reshape(tf.cast(cell, "float32"), lead), size);
}

/** (x [N, H, W, C], boxes [N, K, 4] as parts of the map): [N, K, C], the vector of the cell of each centre. */
export const gatherCenters: OwnLayer = {
  className: "DeepmaccGatherCenters",
  shape: ([x = [], boxes = []]): Shape => [at(x, 0), at(boxes, 1), at(x, 3)],
  run: (tf, inputs) => {
    const [x, boxes] = [at(inputs, 0), at(inputs, 1)];
    const [batch, height, width, channels] = x.shape as [number, number, number, number];
    const perImage = at(boxes.shape, 1);
    const rows = centers(tf, boxes, 0, height);
    const columns = tf.reshape(centers(tf, boxes, 1, width), [batch * perImage, 1, width]);
    const lines = tf.matMul(rows, tf.reshape(x, [batch, height, width * channels]));
    const cells = tf.matMul(columns, tf.reshape(lines, [batch * perImage, width, channels]));
    return tf.reshape(cells, [batch, perImage, channels]);
  },
};
