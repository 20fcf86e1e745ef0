import { elementwise } from "../kit/elementwise.ts";
import { activation } from "../kit/tfjs.ts";
import { torchFunction } from "../kit/torch.ts";

export const tanh = elementwise({
  op: "tanh",
  docs: "Maps every value to the range -1 to 1: the hyperbolic tangent.",
  params: {},
  apply: Math.tanh,
  lower: (x, _params, emit) => emit.node("Tanh", [x]),
  tfjs: activation("tanh"),
  torch: torchFunction("torch.tanh", "nn.Tanh"),
});
