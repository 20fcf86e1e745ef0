// Enlarging by blending between the centres of pixels, as PyTorch (align_corners = False) and tf.image do.
// tfjs computes it, but its gradient takes the corners, so the gradient is ours: the transpose of what
// blending does, as two products of matrices.
import { at, numbersIn, type OwnLayer, type Tensor, type Tf } from "./layer.ts";

export const upsampleBilinear: OwnLayer = {
  className: "DeepmaccUpsampleBilinear",
  shape: ([x = []], settings) => {
    const [rows = 1, columns = 1] = numbersIn(settings, "size");
    const times = (size: number | null, factor: number) => (size === null ? null : size * factor);
    return [at(x, 0), times(at(x, 1), rows), times(at(x, 2), columns), at(x, 3)];
  },
  run: (tf, inputs, settings) => {
    const [rows = 1, columns = 1] = numbersIn(settings, "size");
    return enlarge(tf, rows, columns)(at(inputs, 0));
  },
};

function enlarge(tf: Tf, rows: number, columns: number): (x: Tensor) => Tensor {
  return tf.customGrad((given) => {
    const x = given as Tensor;
    const [, height, width] = x.shape as [number, number, number, number];
    type Image = Parameters<Tf["image"]["resizeBilinear"]>[0];
    return {
      value: tf.image.resizeBilinear(x as Image, [height * rows, width * columns], false, true) as Tensor,
      gradFunc: (dy: Tensor) => shrink(tf, dy, height, width),
    };
  });
}

/** What flows back from [N, rows·H, columns·W, C] to [N, H, W, C]. */
function shrink(tf: Tf, dy: Tensor, height: number, width: number): Tensor {
  const [count, tall, wide, channels] = dy.shape as [number, number, number, number];
  const lines = multiply(tf, blending(height, tall), tf.reshape(dy, [count, tall, wide * channels]));
  const pixels = multiply(tf, blending(width, wide), tf.reshape(lines, [count * height, wide, channels]));
  return tf.reshape(pixels, [count, height, width, channels]);
}

function multiply(tf: Tf, [data, rows, columns]: readonly [Float32Array, number, number], x: Tensor): Tensor {
  const matrix = tf.tile(tf.tensor(data, [1, rows, columns]), [at(x.shape, 0), 1, 1]);
  return tf.matMul(matrix, x);
}

/** [size, enlarged]: how much of each source pixel is in each result. */
function blending(size: number, enlarged: number): readonly [Float32Array, number, number] {
  const data = new Float32Array(size * enlarged);
  for (let i = 0; i < enlarged; i++) {
    const place = Math.min(Math.max(((i + 0.5) * size) / enlarged - 0.5, 0), size - 1);
    const low = Math.floor(place);
    const high = Math.min(low + 1, size - 1);
    data[low * enlarged + i] = (data[low * enlarged + i] ?? 0) + 1 - (place - low);
    data[high * enlarged + i] = (data[high * enlarged + i] ?? 0) + (place - low);
  }
  return [data, size, enlarged];
}
