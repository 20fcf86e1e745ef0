import { binary } from "./binary.ts";

export const sub = binary({
  op: "sub",
  docs: "The difference of two tensors of one shape: `(a, b) -> sub` is a - b.",
  onnxOp: "Sub",
  torchOperator: "-",
  apply: (a, b) => a - b,
});
