// Layers that give tensors other axes.
import { at, numberIn, numbersIn, type OwnLayer, product, type SeveralLayer } from "./layer.ts";
import { sizesIn } from "./sizes.ts";

/** The first `lead` axes as one: Keras's layers for feature maps take four axes. */
export const fold: OwnLayer = {
  className: "DeepmaccFold",
  shape: ([x = []], settings) => {
    const lead = numberIn(settings, "lead");
    return [product(x.slice(0, lead)), ...x.slice(lead)];
  },
  run: (tf, inputs, settings) => {
    const { shape } = at(inputs, 0);
    const lead = numberIn(settings, "lead");
    return tf.reshape(at(inputs, 0), [product(shape.slice(0, lead)) ?? -1, ...shape.slice(lead)]);
  },
};

/** (x, like): the first axis of x as the first `lead` axes of `like`. */
export const unfold: OwnLayer = {
  className: "DeepmaccUnfold",
  shape: ([x = [], like = []], settings) => [...like.slice(0, numberIn(settings, "lead")), ...x.slice(1)],
  run: (tf, inputs, settings) => {
    const [x, like] = [at(inputs, 0), at(inputs, 1)];
    return tf.reshape(x, [...like.shape.slice(0, numberIn(settings, "lead")), ...x.shape.slice(1)]);
  },
};

/** (x, sources…): the same numbers under other sizes behind the first `keep` axes; -1 is what remains. */
export const reshape: OwnLayer = {
  className: "DeepmaccReshape",
  shape: (inputs, settings) => {
    const keep = numberIn(settings, "keep");
    const x = at(inputs, 0);
    const sizes = sizesIn(settings, inputs);
    const known = product(sizes.filter((size) => size !== -1));
    const all = product(x.slice(keep));
    const rest = known === null || all === null ? null : all / known;
    return [...x.slice(0, keep), ...sizes.map((size) => (size === -1 ? rest : size))];
  },
  // What remains is computed from the sizes: tfjs cannot infer it where there are no elements.
  run: (tf, inputs, settings) => {
    const shapes = inputs.map(({ shape }) => shape);
    return tf.reshape(
      at(inputs, 0),
      reshape.shape(shapes, settings).map((size) => size ?? -1),
    );
  },
};

/** (x, sources…): [.., C] repeated over a map [.., h, w, C]. */
export const tileTo: OwnLayer = {
  className: "DeepmaccTileTo",
  shape: (inputs, settings) => {
    const x = at(inputs, 0);
    return [...x.slice(0, -1), ...sizesIn(settings, inputs), at(x, -1)];
  },
  run: (tf, inputs, settings) => {
    const x = at(inputs, 0);
    const [height, width] = sizesIn(
      settings,
      inputs.map(({ shape }) => shape),
    ) as [number, number];
    const lead = x.shape.slice(0, -1);
    // One axis in front and one for the map: tfjs tiles few axes on some backends.
    const rows = tf.reshape(x, [product(lead) ?? 1, 1, at(x.shape, -1)]);
    return tf.reshape(tf.tile(rows, [1, height * width, 1]), [...lead, height, width, at(x.shape, -1)]);
  },
};

/** Part of one axis; `to` = 0 is the end, negative numbers count from it. */
export const slice: OwnLayer = {
  className: "DeepmaccSlice",
  shape: ([x = []], settings) => {
    const axis = axisOf(settings, x.length);
    return x.map((size, i) => (i === axis ? sliceLength(settings, size) : size));
  },
  run: (tf, inputs, settings) => {
    const x = at(inputs, 0);
    const axis = axisOf(settings, x.rank);
    const [from, to] = ends(settings, at(x.shape, axis));
    return tf.slice(
      x,
      x.shape.map((_, i) => (i === axis ? from : 0)),
      x.shape.map((size, i) => (i === axis ? to - from : size)),
    );
  },
};

type Settings = Parameters<OwnLayer["shape"]>[1];

function axisOf(settings: Settings, rank: number): number {
  const axis = numberIn(settings, "axis");
  return axis < 0 ? rank + axis : axis;
}

/** Known also of a free size where both ends count from the same side. */
function sliceLength(settings: Settings, size: number | null): number | null {
  const [from, to] = [numberIn(settings, "from"), numberIn(settings, "to")];
  const isSameSide = from < 0 ? to <= 0 : to > 0;
  if (size === null) return isSameSide ? to - from : null;
  const [first, last] = ends(settings, size);
  return last - first;
}

function ends(settings: Settings, size: number): readonly [number, number] {
  const [from, to] = [numberIn(settings, "from"), numberIn(settings, "to")];
  return [from < 0 ? size + from : from, to <= 0 ? size + to : to];
}

/** Trained numbers, the same for every sample: x lends its first `lead` axes. */
export const param: OwnLayer = {
  className: "DeepmaccParam",
  shape: ([x = []], settings) => [...x.slice(0, numberIn(settings, "lead")), ...numbersIn(settings, "sizes")],
  weights: (_inputs, settings) => [
    { name: "value", shape: numbersIn(settings, "sizes"), initialiser: "valueInitializer" },
  ],
  run: (tf, inputs, settings, weights) => {
    const value = at(weights, 0);
    const lead = at(inputs, 0).shape.slice(0, numberIn(settings, "lead"));
    // One axis in front and one for the numbers: tfjs tiles few axes on some backends.
    const rows = tf.tile(tf.reshape(value, [1, value.size]), [product(lead) ?? 1, 1]);
    return tf.reshape(rows, [...lead, ...value.shape]);
  },
};

/** One axis in `count` equal parts. */
export const split: SeveralLayer = {
  className: "DeepmaccSplit",
  shapes: ([x = []], settings) => {
    const count = numberIn(settings, "count");
    const axis = axisOf(settings, x.length);
    const part = x.map((size, i) => (i === axis && size !== null ? size / count : size));
    return new Array<typeof part>(count).fill(part);
  },
  runAll: (tf, inputs, settings) => {
    const x = at(inputs, 0);
    return tf.split(x, numberIn(settings, "count"), axisOf(settings, x.rank));
  },
};

/** The mean over one axis, which disappears. */
export const mean: OwnLayer = {
  className: "DeepmaccMean",
  shape: ([x = []], settings) => x.filter((_, i) => i !== axisOf(settings, x.length)),
  run: (tf, inputs, settings) => tf.mean(at(inputs, 0), axisOf(settings, at(inputs, 0).rank)),
};

/** The mean of all values, batch included: one number. */
export const average: OwnLayer = {
  className: "DeepmaccAverage",
  shape: () => [],
  run: (tf, inputs) => tf.mean(at(inputs, 0)),
};
