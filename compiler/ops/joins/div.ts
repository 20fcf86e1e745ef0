import { binary } from "../kit/binary.ts";

export const div = binary({
  op: "div",
  docs: "The quotient of two tensors of one shape: `(a, b) -> div` is a / b.",
  onnxOp: "Div",
  torchOperator: "/",
  apply: (a, b) => a / b,
  tfjs: (inputs, emit) => emit.layer("DeepmaccDivide", {}, inputs),
});
