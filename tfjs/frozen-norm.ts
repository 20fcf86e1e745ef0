// A batch norm with its stored statistics, whether training or not.
import { at, numberIn, type OwnLayer, type Tensor } from "./layer.ts";

const initialisers = {
  gamma: "gammaInitializer",
  beta: "betaInitializer",
  moving_mean: "movingMeanInitializer",
  moving_variance: "movingVarianceInitializer",
};

export const frozenNorm: OwnLayer = {
  className: "DeepmaccFrozenNorm",
  shape: ([x = []]) => x,
  weights: ([x = []]) =>
    Object.entries(initialisers).map(([name, initialiser]) => ({ name, shape: [x.at(-1) ?? 0], initialiser })),
  run: (tf, inputs, settings, [gamma, beta, mean, variance]) => {
    const deviation = tf.sqrt(tf.add(variance as Tensor, numberIn(settings, "epsilon")));
    const centred = tf.sub(at(inputs, 0), mean as Tensor);
    return tf.add(tf.mul(tf.div(centred, deviation), gamma as Tensor), beta as Tensor);
  },
};
