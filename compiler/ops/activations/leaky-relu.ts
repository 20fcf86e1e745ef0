import { elementwise } from "../kit/elementwise.ts";
import { real } from "../kit/primitive.ts";
import { torchFunctionOf } from "../kit/torch.ts";

export const leaky_relu = elementwise({
  op: "leaky_relu",
  docs: "Keeps positive values and multiplies negative ones by `slope`. The default is PyTorch's; Keras has 0.3.",
  params: { slope: real("factor for negative values", 0.01) },
  apply: (x, { slope }) => (x >= 0 ? x : slope * x),
  lower: (x, { slope }, emit) => emit.node("LeakyRelu", [x], { alpha: { float: slope } }),
  tfjs: (x, { slope }, emit) => emit.layer("LeakyReLU", { alpha: slope }, [x]),
  torch: torchFunctionOf("F.leaky_relu", "nn.LeakyReLU", "slope", ({ slope }: { readonly slope: number }) => slope),
});
