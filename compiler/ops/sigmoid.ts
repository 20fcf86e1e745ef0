import { elementwise, sigmoidOf } from "./elementwise.ts";
import { activation } from "./tfjs.ts";
import { torchFunction } from "./torch.ts";

export const sigmoid = elementwise({
  op: "sigmoid",
  docs: "Maps every value to the range 0 to 1: `1 / (1 + e^-x)`.",
  params: {},
  apply: sigmoidOf,
  lower: (x, _node, emit) => emit.node("Sigmoid", [x]),
  tfjs: activation("sigmoid"),
  torch: torchFunction("torch.sigmoid", "nn.Sigmoid"),
});
