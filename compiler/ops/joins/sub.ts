import { binary } from "../kit/binary.ts";
import { nth } from "../kit/nth.ts";

export const sub = binary({
  op: "sub",
  docs: "The difference of two tensors of one shape: `(a, b) -> sub` is a - b.",
  onnxOp: "Sub",
  torchOperator: "-",
  apply: (a, b) => a - b,
  tfjs: (inputs, emit) => {
    const negated = emit.layer("Rescaling", { scale: -1, offset: 0 }, inputs.slice(1), { part: "negated" });
    return emit.layer("Add", {}, [nth(inputs, 0), negated]);
  },
});
