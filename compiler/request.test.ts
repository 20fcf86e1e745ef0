// `--with` on a model by another name: its own parameters, or those of the model behind it.
import { expect, it } from "vitest";
import { loadProgram } from "./check/text/program.ts";
import { elaborate } from "./compile.ts";

const text = `model Plain(c: int = 4) on x: f32[N, 8, 8, 4] = x -> conv(c)
model Open(k: int) = Plain with { c = k }
model Own(k: int = 3) = Plain with { c = k }
model Same = Plain`;
const program = loadProgram({ name: "alias.dm", text }, () => ({ error: "" }));
const channels = (model: string, given?: string) => {
  const request = given === undefined ? { model } : { model, with: given };
  const { graph, diagnostics } = elaborate(program, request, "infer");
  return graph?.outputs[0]?.value.type.dims.at(-1) ?? diagnostics.map(({ code }) => code).join();
};

it.each([
  ["Open", "k=7", 7],
  ["Open", undefined, "DM3111"],
  ["Own", undefined, 3],
  ["Own", "k=9", 9],
  ["Own", "c=9", "DM3102"],
  ["Same", "c=2", 2],
])("%s with %s: %s", (model, given, wanted) => expect(channels(model, given)).toBe(wanted));
