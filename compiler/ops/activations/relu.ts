import { elementwise } from "../kit/elementwise.ts";
import { activation } from "../kit/tfjs.ts";
import { torchFunction } from "../kit/torch.ts";

export const relu = elementwise({
  op: "relu",
  docs: "Keeps positive values and replaces negative ones by 0.",
  params: {},
  apply: (x) => Math.max(x, 0),
  lower: (x, _params, emit) => emit.node("Relu", [x]),
  tfjs: activation("relu"),
  torch: torchFunction("F.relu", "nn.ReLU"),
});
