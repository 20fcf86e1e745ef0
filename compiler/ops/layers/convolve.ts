// The meaning of a convolution: the definition as loops, ordered so that the innermost one runs over
// neighbouring output channels of kernel and result.
import { count, imagesOf, weightOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import type { NDArray } from "../kit/primitive.ts";
import { outputSize, type Pair, type Window } from "../kit/window.ts";

export interface Convolution extends Window {
  readonly k: Pair;
  readonly rate: Pair;
  /** Padding before height and width. */
  readonly from: Pair;
}

export function convolve(x: NDArray, weights: Readonly<Record<string, NDArray>>, how: Convolution): NDArray {
  const images = imagesOf(x);
  const kernel = weightOf(weights, "kernel");
  const c = nth(kernel.dims, 3);
  const height = outputSize(images.height, how.kernel[0], how.stride[0], how.pad) as number;
  const width = outputSize(images.width, how.kernel[1], how.stride[1], how.pad) as number;
  const out = zeros([...images.lead, height, width, c]);
  const step = tap(x.data, kernel, out.data, images.channels);
  fillBias(out, weights["bias"]);
  for (let row = 0; row < images.count * height; row++) {
    const image = Math.floor(row / height);
    const top = (row % height) * how.stride[0] - how.from[0];
    for (let ky = 0; ky < how.k[0]; ky++) {
      const y = top + ky * how.rate[0];
      if (y < 0 || y >= images.height) continue;
      const line = (image * images.height + y) * images.width;
      for (let column = 0; column < width; column++) {
        const left = column * how.stride[1] - how.from[1];
        for (let kx = 0; kx < how.k[1]; kx++) {
          const at = left + kx * how.rate[1];
          if (at < 0 || at >= images.width) continue;
          step(
            (line + at) * images.channels,
            (ky * how.k[1] + kx) * nth(kernel.dims, 2) * c,
            (row * width + column) * c,
          );
        }
      }
    }
  }
  return out;
}

/** Adds one pixel times one tap of the kernel to one pixel of the result, group by group. */
function tap(x: Float64Array, kernel: NDArray, out: Float64Array, channels: number) {
  const k = kernel.data;
  const inGroup = nth(kernel.dims, 2);
  const c = nth(kernel.dims, 3);
  const groups = channels / inGroup;
  const outGroup = c / groups;
  return (xAt: number, kAt: number, outAt: number): void => {
    for (let group = 0; group < groups; group++) {
      const to = outAt + group * outGroup;
      for (let i = 0; i < inGroup; i++) {
        const value = x[xAt + group * inGroup + i]!;
        const from = kAt + i * c + group * outGroup;
        for (let o = 0; o < outGroup; o++) out[to + o]! += value * k[from + o]!;
      }
    }
  };
}

export function fillBias(out: NDArray, bias: NDArray | undefined): void {
  if (!bias) return;
  for (let at = 0; at < count(out.dims); at += bias.data.length) out.data.set(bias.data, at);
}
