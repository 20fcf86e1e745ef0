import { elementwise } from "../kit/elementwise.ts";
import { activation } from "../kit/tfjs.ts";
import { torchFunction } from "../kit/torch.ts";

export const relu6 = elementwise({
  op: "relu6",
  docs: "Cuts values to the range 0 to 6.",
  params: {},
  apply: (x) => Math.min(Math.max(x, 0), 6),
  lower: (x, _params, emit) => emit.node("Clip", [x, emit.constant("f32", [], [0]), emit.constant("f32", [], [6])]),
  tfjs: activation("relu6"),
  torch: torchFunction("F.relu6", "nn.ReLU6"),
});
