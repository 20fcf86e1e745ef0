import { elementwise } from "../kit/elementwise.ts";
import { real } from "../kit/primitive.ts";
import { activation } from "../kit/tfjs.ts";
import { torchFunctionOf } from "../kit/torch.ts";

export const elu = elementwise({
  op: "elu",
  docs: "Keeps positive values and bends negative ones to `alpha · (e^x - 1)`.",
  params: { alpha: real("the limit for very negative values, negated", 1) },
  apply: (x, { alpha }) => (x >= 0 ? x : alpha * Math.expm1(x)),
  lower: (x, params, emit) => emit.node("Elu", [x], { alpha: { float: params.alpha } }),
  // tfjs knows only the usual alpha.
  tfjs: (x, { alpha }, emit) =>
    alpha === 1 ? activation("elu")(x, undefined, emit) : emit.layer("DeepmaccElu", { alpha }, [x]),
  torch: torchFunctionOf("F.elu", "nn.ELU", "alpha", ({ alpha }: { readonly alpha: number }) => alpha),
});
