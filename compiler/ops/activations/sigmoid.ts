import { elementwise, sigmoidOf } from "../kit/elementwise.ts";
import { activation } from "../kit/tfjs.ts";
import { torchFunction } from "../kit/torch.ts";

export const sigmoid = elementwise({
  op: "sigmoid",
  docs: "Maps every value to the range 0 to 1: `1 / (1 + e^-x)`.",
  params: {},
  apply: sigmoidOf,
  lower: (x, _params, emit) => emit.node("Sigmoid", [x]),
  tfjs: activation("sigmoid"),
  torch: torchFunction("torch.sigmoid", "nn.Sigmoid"),
});
