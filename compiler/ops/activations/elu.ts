import { elementwise } from "../kit/elementwise.ts";
import { numberParam } from "../kit/node-params.ts";
import { real } from "../kit/primitive.ts";
import { activation } from "../kit/tfjs.ts";
import { torchFunctionOf } from "../kit/torch.ts";

export const elu = elementwise({
  op: "elu",
  docs: "Keeps positive values and bends negative ones to `alpha · (e^x - 1)`.",
  params: { alpha: real("the limit for very negative values, negated", 1) },
  apply: (x, { alpha }) => (x >= 0 ? x : alpha * Math.expm1(x)),
  lower: (x, node, emit) => emit.node("Elu", [x], { alpha: { float: numberParam(node, "alpha") } }),
  // tfjs knows only the usual alpha.
  tfjs: (x, node, emit) => {
    const alpha = numberParam(node, "alpha");
    return alpha === 1 ? activation("elu")(x, node, emit) : emit.layer("DeepmaccElu", { alpha }, [x]);
  },
  torch: torchFunctionOf("F.elu", "nn.ELU", "alpha", (node) => numberParam(node, "alpha")),
});
