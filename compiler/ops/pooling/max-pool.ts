import { padInput } from "../kit/onnx-window.ts";
import type { OnnxEmitter } from "../kit/primitive.ts";
import { type PoolParams, pool, poolWindow } from "./pooling.ts";
import { torchPool } from "./torch-pool.ts";

function lower(input: string, params: PoolParams, emit: OnnxEmitter): string {
  const window = poolWindow(params);
  const { x, pads } = padInput(input, window, Number.NEGATIVE_INFINITY, emit);
  return emit.node("MaxPool", [x], {
    kernel_shape: window.kernel,
    strides: window.stride,
    dilations: [1, 1],
    pads,
    ceil_mode: 0,
  });
}

export const max_pool = pool({
  op: "max_pool",
  docs: "The largest value of each window: [.., H, W, C] to [.., H', W', C]. Padding never wins, it counts as -infinity. `max_pool` halves an even size; `max_pool(3, stride = 2)` gives ceil(H / 2). Keras and PyTorch pad nothing by default; here odd windows are padded (`pad = half`).",
  reduce: (values) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  lower,
  tfjs: {
    layer: "MaxPooling2D",
    own: "DeepmaccMaxPool2D",
    // Where no value is negative, a zero never wins against what is there.
    zeroPads: (maker) => maker === "relu" || maker === "relu6",
  },
  torch: torchPool({ fn: "F.max_pool2d", module: "nn.MaxPool2d", helper: "max_pool_same", padded: [] }),
});
