import { composite } from "../kit/primitive.ts";

export const hard_swish = composite({
  docs: "`x · hard_sigmoid(x)`.",
  inputs: ["x"],
  params: {},
  expand: ([x], _params, call) => call("mul", [x, call("hard_sigmoid", [x])]),
});
