// Layers that work on one number at a time.
import { at, numberIn, type OwnLayer } from "./layer.ts";

/** (a, b): a / b. */
export const divide: OwnLayer = {
  className: "DeepmaccDivide",
  shape: ([a = []]) => a,
  run: (tf, inputs) => tf.div(at(inputs, 0), at(inputs, 1)),
};

/** Keras's own layer knows only alpha = 1 in tfjs. */
export const elu: OwnLayer = {
  className: "DeepmaccElu",
  shape: ([x = []]) => x,
  run: (tf, inputs, settings) => {
    const x = at(inputs, 0);
    return tf.add(tf.relu(x), tf.mul(tf.elu(tf.minimum(x, 0)), numberIn(settings, "alpha")));
  },
};

const dtypes = { f32: "float32", i32: "int32", bool: "bool" } as const;

/** To i32 cuts toward 0, to bool is x != 0. */
export const cast: OwnLayer = {
  className: "DeepmaccCast",
  shape: ([x = []]) => x,
  run: (tf, inputs, settings) => {
    const x = at(inputs, 0);
    const to = dtypes[settings["to"] as keyof typeof dtypes];
    return to === "bool" && x.dtype !== "bool" ? tf.notEqual(x, tf.zerosLike(x)) : tf.cast(x, to);
  },
};
