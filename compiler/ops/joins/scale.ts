import { elementwise } from "../kit/elementwise.ts";
import { nth } from "../kit/nth.ts";
import { real } from "../kit/primitive.ts";
import { operation } from "../kit/python.ts";
import { setting } from "../kit/torch.ts";

export const scale = elementwise({
  op: "scale",
  docs: "Multiplies every value by one number. `0.5 * x` means this.",
  params: { by: real("the factor") },
  apply: (x, { by }) => by * x,
  identity: ({ by }) => by === 1,
  lower: (x, params, emit) => emit.node("Mul", [x, emit.constant("f32", [], [params.by])]),
  tfjs: (x, params, emit) => emit.layer("Rescaling", { scale: params.by, offset: 0 }, [x]),
  torch: {
    layout: "any",
    expression: (inputs, params) => operation("*", setting(params.by, "by"), nth(inputs, 0)),
  },
});
