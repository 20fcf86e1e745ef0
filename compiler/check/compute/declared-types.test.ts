// Values are what their declared types say, wherever they come from.
import { describe, expect, it } from "vitest";
import { elaborate } from "../../compile.ts";
import { checkProgram } from "../models/check.ts";
import { loadProgram } from "../text/program.ts";

const load = (text: string) => loadProgram({ name: "types.dm", text }, () => ({ error: "" }));
const scaleOf = (text: string, given?: string): unknown => {
  const request = { model: "M", ...(given === undefined ? {} : { with: given }) };
  return elaborate(load(text), request, "infer").graph?.nodes.find((node) => node.op === "scale")?.params["by"];
};
const on = "on x: f32[N, 8, 8, 4] = x";

describe("a declared float is decimal", () => {
  it.each([
    ["a default", `model M(s: float = 1) ${on} -> scale(s / 2)`],
    ["an argument", `block B(s: float) on x: [.., C] = x -> scale(s / 2)\nmodel M ${on} -> B(1)`],
    ["an edit", `model P(s: float = 4.0) ${on} -> scale(s / 2)\nmodel M = P with { s = 1 }`],
    ["a parameter of a function", `fn half(s: float) = s / 2\nmodel M ${on} -> scale(half(1))`],
    ["the result of a function", `fn one() -> float = 1\nmodel M ${on} -> scale(one() / 2)`],
    ["a constant", `const one: float = 1\nmodel M ${on} -> scale(one / 2)`],
    ["an element of a list", `const l: float[] = [1, 3]\nmodel M ${on} -> scale(l[0] / 2)`],
    ["a field of a record", `type P = (a: float)\nfn f(p: P) = p.a / 2\nmodel M ${on} -> scale(f({ a: 1 }))`],
    ["a type by another name", `type Rate = float\nmodel M(s: Rate = 1) ${on} -> scale(s / 2)`],
    [
      "a parameter of an alias",
      `model P(s: float = 4.0) ${on} -> scale(s)\nmodel M(s: float = 1) = P with { s = s / 2 }`,
    ],
    ["a statement", "model M on x: f32[N, 8, 8, 4] { let s: float = 1  return x -> scale(s / 2) }"],
  ])("%s", (_what, text) => expect(scaleOf(text)).toBe(0.5));

  it("what --with gives", () => expect(scaleOf(`model M(s: float = 3.0) ${on} -> scale(s / 2)`, "s=1")).toBe(0.5));
});

it("a declared int is whole", () => {
  expect(scaleOf(`model M(s: int = 3.0) ${on} -> scale(s // 2)`)).toBe(1);
});

it("a function may take tensors, and what it builds stands where it is called", () => {
  const text = "fn f(x: [.., 4]) = x -> conv(4)\nmodel M on x: f32[N, 8, 8, 4] { let y = f(x)  return f(f(y)) }";
  const paths = elaborate(load(text), {}, "infer").graph?.nodes.map(({ path }) => path);
  expect(paths).toEqual(["y/conv", "conv", "conv_2"]);
});

it("a function that calls itself is checked with open arguments", () => {
  const text =
    "fn f(n: int) -> int = if n <= 1 then 1 else n * f(n - 1)\nblock B(n: int) on x: [.., H, W, C] = x -> conv(f(n))";
  expect(checkProgram(load(text))).toEqual([]);
});
