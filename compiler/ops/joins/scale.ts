import { elementwise } from "../kit/elementwise.ts";
import { numberParam } from "../kit/node-params.ts";
import { nth } from "../kit/nth.ts";
import { real } from "../kit/primitive.ts";
import { operation } from "../kit/python.ts";
import { setting } from "../kit/torch.ts";

export const scale = elementwise({
  op: "scale",
  docs: "Multiplies every value by one number. `0.5 * x` means this.",
  params: { by: real("the factor") },
  apply: (x, { by }) => by * x,
  lower: (x, node, emit) => emit.node("Mul", [x, emit.constant("f32", [], [numberParam(node, "by")])]),
  tfjs: (x, node, emit) => emit.layer("Rescaling", { scale: numberParam(node, "by"), offset: 0 }, [x]),
  torch: {
    layout: "any",
    expression: (inputs, node) => operation("*", setting(numberParam(node, "by"), "by"), nth(inputs, 0)),
  },
});
