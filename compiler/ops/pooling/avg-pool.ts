import { nth } from "../kit/nth.ts";
import { dynamicPads, padded, spatialShape, staticPads } from "../kit/onnx-window.ts";
import type { OnnxEmitter, OnnxType } from "../kit/primitive.ts";
import { named } from "../kit/torch.ts";
import type { Window } from "../kit/window.ts";
import { type PoolParams, pool, poolWindow } from "./pooling.ts";
import { torchPool } from "./torch-pool.ts";

const attributesOf = ({ kernel, stride }: Window, pads: readonly number[]) => ({
  kernel_shape: kernel,
  strides: stride,
  pads,
  ceil_mode: 0,
  count_include_pad: 0,
});

function lower(x: string, params: PoolParams, emit: OnnxEmitter): string {
  const window = poolWindow(params);
  const pads = staticPads(emit, window);
  return pads ? emit.node("AveragePool", [x], attributesOf(window, pads)) : lowerPadded(x, window, emit);
}

/** Where the padding is not known, a map of ones pooled the same way says how much of a window is real. */
function lowerPadded(x: string, window: Window, emit: OnnxEmitter): string {
  const shape = spatialShape(x, emit);
  const amounts = dynamicPads(shape, window, emit);
  const pooled = (map: string, from: OnnxType, to: OnnxType) =>
    emit.node("AveragePool", [padded(map, amounts, 0, from, window, emit)], attributesOf(window, [0, 0, 0, 0]), to);
  const plane = ({ dims }: OnnxType): OnnxType => ({ dtype: "f32", dims: [1, 1, nth(dims, 2), nth(dims, 3)] });
  const [input, output] = [emit.inputType(0), emit.outputType(0)];
  const whole = emit.node(
    "Concat",
    [emit.constant("i64", [2], [1, 1]), shape],
    { axis: 0 },
    { dtype: "i64", dims: [4] },
  );
  const ones = emit.node("Expand", [emit.constant("f32", [1, 1, 1, 1], [1]), whole], {}, plane(input));
  return emit.node("Div", [pooled(x, input, output), pooled(ones, plane(input), plane(output))]);
}

export const avg_pool = pool({
  op: "avg_pool",
  docs: "The mean of each window: [.., H, W, C] to [.., H', W', C]. Padding is not counted, as in Keras; PyTorch counts it by default.",
  reduce: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  lower,
  tfjs: { layer: "AveragePooling2D", own: "DeepmaccAvgPool2D", zeroPads: () => false },
  torch: torchPool({
    fn: "F.avg_pool2d",
    module: "nn.AvgPool2d",
    helper: "avg_pool_same",
    padded: [named("count_include_pad", false, true)],
  }),
});
