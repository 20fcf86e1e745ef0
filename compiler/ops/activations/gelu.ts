import { elementwise } from "../kit/elementwise.ts";
import type { OnnxEmitter } from "../kit/primitive.ts";
import { activation } from "../kit/tfjs.ts";
import { torchFunction } from "../kit/torch.ts";

/** The error function to double precision; the terms of this series are all positive. */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** Spelled out, since ONNX has a Gelu only from opset 20 on; runtimes know the pattern and fuse it. */
function lower(x: string, _params: unknown, emit: OnnxEmitter): string {
  const type = emit.outputType(0);
  const scalar = (value: number) => emit.constant("f32", [], [value]);
  const bent = emit.node("Erf", [emit.node("Div", [x, scalar(Math.SQRT2)], {}, type)], {}, type);
  const weighed = emit.node("Mul", [x, emit.node("Add", [bent, scalar(1)], {}, type)], {}, type);
  return emit.node("Mul", [weighed, scalar(0.5)]);
}

export const gelu = elementwise({
  op: "gelu",
  docs: "`x · Φ(x)` with the exact normal distribution (erf), as PyTorch's and Keras's default; not the tanh approximation.",
  params: {},
  apply: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  lower,
  tfjs: activation("gelu"),
  torch: torchFunction("F.gelu", "nn.GELU"),
});
