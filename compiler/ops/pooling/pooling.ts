// What max_pool and avg_pool share.
import type { TensorType } from "../../ir/graph.ts";
import { type Images, imagesOf, zeros } from "../kit/ndarray.ts";
import { nth } from "../kit/nth.ts";
import {
  choice,
  type Failure,
  laterGradient,
  type NDArray,
  noMacs,
  noWeights,
  type OnnxEmitter,
  type ParametersOf,
  type Primitive,
  pair,
  primitive,
  type Sizes,
} from "../kit/primitive.ts";
import { channelsLast, type TfjsEmitter, type TfjsTensor } from "../kit/tfjs.ts";
import { kerasPadding, zeroPadded } from "../kit/tfjs-window.ts";
import type { TorchLowering } from "../kit/torch.ts";
import { keepsType, mapOf } from "../kit/types.ts";
import { offsets, outputSize, type Pair, padDocs, paddings, reachOf, type Window, windowShape } from "../kit/window.ts";

const params = {
  k: pair("window size", 2),
  stride: pair("step of the window; 0 is the window size", 0, 0),
  pad: choice(padDocs, paddings, "half"),
};
export type PoolParams = ParametersOf<typeof params>;

const stepOf = (k: Pair, stride: Pair): Pair => [stride[0] || k[0], stride[1] || k[1]];
export const poolWindow = ({ k, stride, pad }: PoolParams): Window => ({ kernel: k, stride: stepOf(k, stride), pad });

interface Pool {
  readonly op: string;
  readonly docs: string;
  /** Folds the values of one window; padding is not among them. */
  reduce(values: Float64Array): number;
  lower(x: string, params: PoolParams, emit: OnnxEmitter): string;
  /** Keras's layer, ours for a padding that Keras has no word for, and whether zeros may stand in for padding. */
  readonly tfjs: {
    readonly layer: string;
    readonly own: string;
    zeroPads(maker: string | undefined): boolean;
  };
  readonly torch: TorchLowering<PoolParams>;
}

export function pool({ op, docs, reduce, lower, tfjs, torch }: Pool): Primitive {
  return primitive({
    docs,
    inputs: ["x"],
    params,
    // A window of one pixel; the type is kept only where the step is one, too.
    identity: ({ k }, types) => k.every((size) => size === 1) && keepsType(undefined, types),
    weights: noWeights,
    shape: (inputs: readonly TensorType[], values: PoolParams, sizes: Sizes): TensorType | Failure => {
      const x = nth(inputs, 0);
      return windowShape(op, x, poolWindow(values), values.k, x.dims.length < 4 ? 1 : mapOf(x).channels, sizes);
    },
    macs: noMacs,
    reach: (values) => reachOf(poolWindow(values)),
    evaluate: (inputs, values) => slide(nth(inputs, 0), poolWindow(values), reduce),
    onnx: { layout: "channels-first", lower: (inputs, params, emit) => lower(nth(inputs, 0), params, emit) },
    tfjs: { form: "map", lower: (inputs, params, emit) => lowerTfjs(nth(inputs, 0), params, emit, tfjs) },
    gradient: laterGradient,
    torch,
  });
}

function lowerTfjs(x: TfjsTensor, params: PoolParams, emit: TfjsEmitter, tfjs: Pool["tfjs"]): TfjsTensor {
  const window = poolWindow(params);
  const sides = kerasPadding(window);
  const config = { pool_size: window.kernel, strides: window.stride };
  if (typeof sides !== "string" && !tfjs.zeroPads(emit.makerOf(0)))
    return emit.layer(tfjs.own, { ...config, padding: sides }, [x]);
  const padded = zeroPadded(x, window, emit);
  return emit.layer(tfjs.layer, { ...config, padding: padded.padding, ...channelsLast }, [padded.x]);
}

function slide(x: NDArray, window: Window, reduce: (values: Float64Array) => number): NDArray {
  const images = imagesOf(x);
  const height = outputSize(images.height, window.kernel[0], window.stride[0], window.pad) as number;
  const width = outputSize(images.width, window.kernel[1], window.stride[1], window.pad) as number;
  const from = offsets(images.height, images.width, window);
  const out = zeros([...images.lead, height, width, images.channels]);
  const values = new Float64Array(window.kernel[0] * window.kernel[1]);
  for (let at = 0; at < out.data.length; at++) {
    const channel = at % images.channels;
    const pixel = Math.floor(at / images.channels);
    const row = Math.floor(pixel / width);
    const corner: Pair = [(row % height) * window.stride[0] - from[0], (pixel % width) * window.stride[1] - from[1]];
    const filled = collect(x.data, images, Math.floor(row / height), channel, corner, window.kernel, values);
    out.data[at] = reduce(values.subarray(0, filled));
  }
  return out;
}

/** Copies what lies inside the map into `values`, and answers how many there are. */
function collect(
  x: Float64Array,
  images: Images,
  image: number,
  channel: number,
  [top, left]: Pair,
  kernel: Pair,
  values: Float64Array,
): number {
  let filled = 0;
  for (let y = Math.max(top, 0); y < Math.min(top + kernel[0], images.height); y++) {
    for (let column = Math.max(left, 0); column < Math.min(left + kernel[1], images.width); column++) {
      values[filled++] = x[((image * images.height + y) * images.width + column) * images.channels + channel]!;
    }
  }
  return filled;
}
