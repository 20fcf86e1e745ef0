// The targets of `build`, by hand. The key is the word behind `--target`. A target is loaded when it is
// asked for.
import { nearest } from "../../grammar/index.ts";
import { exits, Failure } from "../exit.ts";
import type { Target } from "./target.ts";

export type { Layout, NotExpressible, Target, TargetOptions, Writing, Written } from "./target.ts";
export { layoutOf, parametersOf } from "./target.ts";

const targets: ReadonlyMap<string, () => Promise<Target>> = new Map([
  ["onnx", async () => (await import("./onnx.ts")).onnx],
  ["tfjs", async () => (await import("./tfjs.ts")).tfjs],
  ["torch", async () => (await import("./torch.ts")).torch],
]);

export async function targetNamed(name: string): Promise<Target> {
  const target = await targets.get(name)?.();
  if (target) return target;
  const known = [...targets.keys()];
  const guess = nearest(name, known) ?? known[0];
  throw new Failure(exits.usage, `there is no target ${name}`, [`use --target ${guess}`]);
}
