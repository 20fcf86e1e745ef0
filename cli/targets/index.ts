// The targets of `build`, by hand. The key is the word behind `--target`. A target is loaded when it is
// asked for.
import type { Target } from "./target.ts";

export type { Layout, NotExpressible, Target, TargetOptions, Written } from "./target.ts";
export { parametersOf } from "./target.ts";

export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  onnx: async () => (await import("./onnx.ts")).onnx,
};
