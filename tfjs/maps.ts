// Layers on feature maps [N, H, W, C] that Keras has in another way or not at all.
import { at, numberIn, numbersIn, type OwnLayer, type Settings, type Shape, type Tensor, type Tf } from "./layer.ts";

type Pair = readonly [number, number];
/** Rows before and after, columns before and after. */
type Sides = readonly [Pair, Pair];
const pairIn = (settings: Settings, name: string): Pair => numbersIn(settings, name) as unknown as Pair;

/** [N, H, W, C] with other sizes of H and W. */
const resized = (x: Shape, size: (size: number, axis: 0 | 1) => number, channels = at(x, 3)): Shape => {
  const sizeOf = (axis: 0 | 1) => {
    const known = at(x, axis + 1);
    return known === null ? null : size(known, axis);
  };
  return [at(x, 0), sizeOf(0), sizeOf(1), channels];
};

interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: "same" | "valid" | Sides;
}

/** TensorFlow's rule for "same": what is missing, less of it before. */
function paddingOf({ kernel, stride, padding }: Window, size: number, axis: 0 | 1): Pair {
  if (padding === "valid") return [0, 0];
  if (padding !== "same") return padding[axis];
  const total = Math.max((Math.ceil(size / stride[axis]) - 1) * stride[axis] + kernel[axis] - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

function windowSize(window: Window, size: number, axis: 0 | 1): number {
  const [before, after] = paddingOf(window, size, axis);
  return Math.floor((size + before + after - window.kernel[axis]) / window.stride[axis]) + 1;
}

// ---- pools whose padding is not counted

const poolWindow = (settings: Settings): Window => ({
  kernel: pairIn(settings, "poolSize"),
  stride: pairIn(settings, "strides"),
  padding: settings["padding"] as Window["padding"],
});

function pool(className: string, run: (tf: Tf, x: Tensor, window: Window, sides: Sides) => Tensor): OwnLayer {
  return {
    className,
    shape: ([x = []], settings) => resized(x, (size, axis) => windowSize(poolWindow(settings), size, axis)),
    run: (tf, inputs, settings) => {
      const window = poolWindow(settings);
      const x = at(inputs, 0);
      return run(tf, x, window, [paddingOf(window, at(x.shape, 1), 0), paddingOf(window, at(x.shape, 2), 1)]);
    },
  };
}

type Map4D = Parameters<Tf["maxPool"]>[0];

/** Padding is -infinity. */
export const maxPool = pool("DeepmaccMaxPool2D", (tf, x, { kernel, stride }, [rows, columns]) => {
  const pads: Parameters<Tf["maxPool"]>[3] = [[0, 0], [...rows], [...columns], [0, 0]];
  return tf.maxPool(x as Map4D, [...kernel], [...stride], pads);
});

/** The mean of what lies inside the map. The gradient of tfjs counts padding, so there is none where it looks. */
export const avgPool = pool("DeepmaccAvgPool2D", (tf, x, window, sides) => {
  const { kernel, stride } = window;
  const means = tf.avgPool(bordered(tf, x, sides) as Map4D, [...kernel], [...stride], "valid");
  return tf.mul(means, wholeness(tf, window, x.shape.slice(1, 3), means.shape.slice(1, 3)));
});

/** [1, H', W', 1]: by how much a window that is partly outside is larger than what it sees. */
function wholeness(tf: Tf, window: Window, from: readonly number[], to: readonly number[]): Tensor {
  const { kernel, stride } = window;
  const [rows, columns] = ([0, 1] as const).map((axis) => {
    const [before] = paddingOf(window, at(from, axis), axis);
    return Array.from({ length: at(to, axis) }, (_, i) => {
      const first = i * stride[axis] - before;
      return kernel[axis] / (Math.min(first + kernel[axis], at(from, axis)) - Math.max(first, 0));
    });
  }) as [number[], number[]];
  return tf.mul(tf.tensor(rows, [1, rows.length, 1, 1]), tf.tensor(columns, [1, 1, columns.length, 1]));
}

/** A border of one value. */
export const pad: OwnLayer = {
  className: "DeepmaccPad2D",
  shape: ([x = []], settings) => {
    const sides = settings["padding"] as Sides;
    return resized(x, (size, axis) => size + sides[axis][0] + sides[axis][1]);
  },
  run: (tf, inputs, settings) => bordered(tf, at(inputs, 0), settings["padding"] as Sides, numberIn(settings, "value")),
};

/** Rows and columns cut from every side. */
export const crop: OwnLayer = {
  className: "DeepmaccCropping2D",
  shape: ([x = []], settings) => {
    const sides = settings["cropping"] as Sides;
    return resized(x, (size, axis) => size - sides[axis][0] - sides[axis][1]);
  },
  run: (tf, inputs, settings) => {
    const x = at(inputs, 0);
    const [rows, columns] = settings["cropping"] as Sides;
    const [count, height, width, channels] = x.shape as [number, number, number, number];
    const sizes = [count, height - rows[0] - rows[1], width - columns[0] - columns[1], channels];
    return tf.slice(x, [0, rows[0], columns[0], 0], sizes);
  },
};

const bordered = (tf: Tf, x: Tensor, [rows, columns]: Sides, value = 0): Tensor =>
  tf.pad(x, [[0, 0], [...rows], [...columns], [0, 0]], value);

// ---- convolution with groups, or with a stride and dilation at once

function convWindow(settings: Settings): Window {
  const rate = pairIn(settings, "dilationRate");
  const [height, width] = pairIn(settings, "kernelSize");
  return {
    kernel: [rate[0] * (height - 1) + 1, rate[1] * (width - 1) + 1],
    stride: pairIn(settings, "strides"),
    padding: settings["padding"] as Window["padding"],
  };
}

export const conv: OwnLayer = {
  className: "DeepmaccConv2D",
  shape: ([x = []], settings) =>
    resized(x, (size, axis) => windowSize(convWindow(settings), size, axis), numberIn(settings, "filters")),
  weights: ([x = []], settings) => {
    const channels = (at(x, 3) ?? 0) / numberIn(settings, "groups");
    const filters = numberIn(settings, "filters");
    const kernel = {
      name: "kernel",
      shape: [...pairIn(settings, "kernelSize"), channels, filters],
      initialiser: "kernelInitializer",
    };
    const bias = { name: "bias", shape: [filters], initialiser: "biasInitializer" };
    return settings["useBias"] ? [kernel, bias] : [kernel];
  },
  run: (tf, inputs, settings, [kernel, bias]) => {
    const window = convWindow(settings);
    const x = at(inputs, 0);
    const sides: Sides = [paddingOf(window, at(x.shape, 1), 0), paddingOf(window, at(x.shape, 2), 1)];
    const whole = spread(tf, kernel as Tensor, pairIn(settings, "dilationRate"));
    const groups = numberIn(settings, "groups");
    const isDeep = groups > at(whole.shape, 2);
    const made = (isDeep ? byChannel : byGroup)(tf, bordered(tf, x, sides), whole, groups, window.stride);
    return bias ? tf.add(made, bias) : made;
  },
};

/** Few groups of many channels: one convolution a group. */
function byGroup(tf: Tf, x: Tensor, kernel: Tensor, groups: number, stride: Pair): Tensor {
  // tfjs cannot differentiate a split into one part.
  if (groups === 1) return convolved(tf, x, kernel, stride);
  const kernels = tf.split(kernel, groups, 3);
  const results = tf.split(x, groups, 3).map((part, i) => convolved(tf, part, at(kernels, i), stride));
  return tf.concat(results, 3);
}

/** Many groups of few channels: a depthwise convolution over the first channels of all groups, over the second ones, … */
function byChannel(tf: Tf, x: Tensor, kernel: Tensor, groups: number, stride: Pair): Tensor {
  const [height, width, channels, filters] = kernel.shape as [number, number, number, number];
  const results = Array.from({ length: channels }, (_, channel) => {
    const slice = channels === 1 ? x : channelOf(tf, x, groups, channel);
    const taps = tf.slice(kernel, [0, 0, channel, 0], [height, width, 1, filters]);
    return tf.depthwiseConv2d(
      slice as Tensor4D,
      tf.reshape(taps, [height, width, groups, filters / groups]) as Tensor4D,
      [...stride],
      "valid",
    ) as Tensor;
  });
  return results.reduce((sum, result) => tf.add(sum, result));
}

/** One channel of every group. */
function channelOf(tf: Tf, x: Tensor, groups: number, channel: number): Tensor {
  const [count, height, width, all] = x.shape as [number, number, number, number];
  const pixels = count * height * width;
  const apart = tf.reshape(x, [pixels, groups, all / groups]);
  return tf.reshape(tf.slice(apart, [0, 0, channel], [pixels, groups, 1]), [count, height, width, groups]);
}

type Tensor4D = ReturnType<Tf["tensor4d"]>;

const convolved = (tf: Tf, x: Tensor, kernel: Tensor, stride: Pair): Tensor =>
  tf.conv2d(x as Parameters<Tf["conv2d"]>[0], kernel as Parameters<Tf["conv2d"]>[1], [...stride], "valid");

/** Zeros between the taps of a kernel: tfjs takes no stride together with dilation, and has no gradient of dilation. */
function spread(tf: Tf, kernel: Tensor, [rows, columns]: Pair): Tensor {
  if (rows === 1 && columns === 1) return kernel;
  const [height, width, inputs, outputs] = kernel.shape as [number, number, number, number];
  const apart = tf.pad(tf.reshape(kernel, [height, 1, width, 1, inputs * outputs]), [
    [0, 0],
    [0, rows - 1],
    [0, 0],
    [0, columns - 1],
    [0, 0],
  ]);
  const large = tf.reshape(apart, [height * rows, width * columns, inputs, outputs]);
  return tf.slice(large, [0, 0, 0, 0], [(height - 1) * rows + 1, (width - 1) * columns + 1, inputs, outputs]);
}

// ---- where a pixel is

/** Point `i` of `length` from -1 to 1, both included; a single point is -1. */
const coordinate = (i: number, length: number): number => (length === 1 ? -1 : -1 + (2 * i) / (length - 1));

/** Two channels with y and x from -1 to 1, in front of the others. */
export const appendCoords: OwnLayer = {
  className: "DeepmaccAppendCoords",
  shape: ([x = []]) => resized(x, (size) => size, (at(x, 3) ?? 0) + 2),
  run: (tf, inputs) => {
    const x = at(inputs, 0);
    const [count, height, width] = x.shape as [number, number, number];
    const grid = new Float32Array(height * width * 2);
    for (let pixel = 0; pixel < height * width; pixel++) {
      grid[2 * pixel] = coordinate(Math.floor(pixel / width), height);
      grid[2 * pixel + 1] = coordinate(pixel % width, width);
    }
    return tf.concat([tf.tile(tf.tensor(grid, [1, height, width, 2]), [count, 1, 1, 1]), x], 3);
  },
};
