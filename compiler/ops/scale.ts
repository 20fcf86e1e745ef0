import { elementwise } from "./elementwise.ts";
import { numberParam } from "./node-params.ts";
import { real } from "./primitive.ts";

export const scale = elementwise({
  op: "scale",
  docs: "Multiplies every value by one number. `0.5 * x` means this.",
  params: { by: real("the factor") },
  apply: (x, { by }) => by * x,
  lower: (x, node, emit) => emit.node("Mul", [x, emit.constant("f32", [], [numberParam(node, "by")])]),
  tfjs: (x, node, emit) => emit.layer("Rescaling", { scale: numberParam(node, "by"), offset: 0 }, [x]),
  torch: {
    layout: "any",
    expression: ([x], node, emit) => `${emit.literal(numberParam(node, "by"), "by")} * ${x}`,
  },
});
