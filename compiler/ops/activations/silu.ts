import { composite } from "../kit/primitive.ts";

export const silu = composite({
  docs: "`x · sigmoid(x)`, also called swish.",
  inputs: ["x"],
  params: {},
  expand: ([x], _params, call) => call("mul", [x, call("sigmoid", [x])]),
});
