import { elementwise } from "../kit/elementwise.ts";
import { torchFunction } from "../kit/torch.ts";

export const hard_sigmoid = elementwise({
  op: "hard_sigmoid",
  docs: "A sigmoid of straight lines: `relu6(x + 3) / 6`, as in PyTorch and Keras 3. (Keras 2 had `0.2 · x + 0.5`, and so has ONNX by default.)",
  params: {},
  apply: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  lower: (x, _params, emit) => emit.node("HardSigmoid", [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
  tfjs: (x, _params, emit) => {
    const line = emit.layer("Rescaling", { scale: 1 / 6, offset: 0.5 }, [x], { part: "line" });
    return emit.layer("ReLU", { max_value: 1 }, [line]);
  },
  torch: torchFunction("F.hardsigmoid", "nn.Hardsigmoid"),
});
