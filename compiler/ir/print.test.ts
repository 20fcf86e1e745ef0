import { expect, it } from "vitest";
import { optimize } from "../passes/index.ts";
import { GraphBuilder } from "../testing.ts";
import { printGraph } from "./print.ts";

it("prints one line a node, weights below, derivations and shared weights named", () => {
  const b = new GraphBuilder();
  const x = b.input("x", ["N", "S", "S", 3]);
  const first = b.apply(
    "bn",
    [b.apply("conv", [x], { c: 3, bias: false }, { path: "trunk/conv" })],
    {},
    { path: "trunk/bn" },
  );
  const second = b.apply("conv", [b.apply("relu", [first])], { c: 3, stride: 2, pad: "same" }, { path: "low" });
  const third = b.apply("conv", [second], { c: 3 }, { path: "again", weights: b.nodes.at(-1)?.weights ?? {} });
  const graph = b.output("mask", b.apply("reshape", [b.apply("sigmoid", [third])], { sizes: [3] })).graph();
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "graph Test (infer)
      input x: f32[N, S, S, 3]
      trunk/conv: f32[N, S, S, 3] = conv(x; c = 3; k = [3, 3]; stride = [1, 1]; rate = [1, 1]; groups = 1; pad = half; bias = false; init = glorot_uniform; bias_init = 0)
        kernel = trunk/conv/kernel: HWIO [3, 3, 3, 3] glorot_uniform 27 -> 27
      trunk/bn: f32[N, S, S, 3] = bn(trunk/conv; eps = 0.00001; decay = 0.9; scale = true; center = true; unbiased = true)
        gamma = trunk/bn/gamma: C [3] constant 1
        beta = trunk/bn/beta: C [3] constant 0
        moving_mean = trunk/bn/moving_mean: C [3] constant 0 (buffer)
        moving_variance = trunk/bn/moving_variance: C [3] constant 1 (buffer)
      relu: f32[N, S, S, 3] = relu(trunk/bn)
      low: f32[N, ⌈S/2⌉, ⌈S/2⌉, 3] = conv(relu; c = 3; k = [3, 3]; stride = [2, 2]; rate = [1, 1]; groups = 1; pad = same; bias = true; init = glorot_uniform; bias_init = 0)
        kernel = low/kernel: HWIO [3, 3, 3, 3] glorot_uniform 27 -> 27
        bias = low/bias: C [3] constant 0
      again: f32[N, ⌈S/2⌉, ⌈S/2⌉, 3] = conv(low; c = 3; k = [3, 3]; stride = [1, 1]; rate = [1, 1]; groups = 1; pad = half; bias = true; init = glorot_uniform; bias_init = 0)
        kernel = low/kernel (shared)
        bias = low/bias (shared)
      sigmoid: f32[N, ⌈S/2⌉, ⌈S/2⌉, 3] = sigmoid(again)
      reshape: f32[N, 3] = reshape(sigmoid; sizes = [3])
      output mask: f32[N, 3] = reshape
    "
  `);
  expect(printGraph(optimize(graph, { fold: true }))).toMatchInlineSnapshot(`
    "graph Test (infer)
      input x: f32[N, S, S, 3]
      trunk/conv: f32[N, S, S, 3] = conv(x; c = 3; k = [3, 3]; stride = [1, 1]; rate = [1, 1]; groups = 1; pad = half; bias = true; init = glorot_uniform; bias_init = 0)
        kernel = trunk/conv/kernel: HWIO [3, 3, 3, 3] folded_kernel of trunk/conv/kernel, trunk/bn/gamma, trunk/bn/beta, trunk/bn/moving_mean, trunk/bn/moving_variance, eps 0.00001
        bias = trunk/conv/bias: C [3] folded_bias of trunk/bn/gamma, trunk/bn/beta, trunk/bn/moving_mean, trunk/bn/moving_variance, eps 0.00001
      relu: f32[N, S, S, 3] = relu(trunk/conv)
      low: f32[N, ⌈S/2⌉, ⌈S/2⌉, 3] = conv(relu; c = 3; k = [3, 3]; stride = [2, 2]; rate = [1, 1]; groups = 1; pad = same; bias = true; init = glorot_uniform; bias_init = 0)
        kernel = low/kernel: HWIO [3, 3, 3, 3] glorot_uniform 27 -> 27
        bias = low/bias: C [3] constant 0
      again: f32[N, ⌈S/2⌉, ⌈S/2⌉, 3] = conv(low; c = 3; k = [3, 3]; stride = [1, 1]; rate = [1, 1]; groups = 1; pad = half; bias = true; init = glorot_uniform; bias_init = 0)
        kernel = low/kernel (shared)
        bias = low/bias (shared)
      sigmoid: f32[N, ⌈S/2⌉, ⌈S/2⌉, 3] = sigmoid(again)
      reshape: f32[N, 3] = reshape(sigmoid; sizes = [3])
      output mask: f32[N, 3] = reshape
    "
  `);
});
