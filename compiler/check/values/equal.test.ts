// `==` of blocks: tables may hold them, so a text may ask which one it got.
import { expect, it } from "vitest";
import { testProgram } from "../models/tests.ts";
import { loadProgram } from "../text/program.ts";

const blocks = `block Plain(c: int = 8) on x: [.., H, W, C] = x -> conv(c)
block Quick(c: int = 8) on x: [.., H, W, C] = x -> conv(c, k = 1)
fn half(x) = x / 2
const unit = Plain
`;
const holds = (condition: string): boolean => {
  const program = loadProgram({ name: "equal.dm", text: `${blocks}test "t" { expect ${condition} }` }, () => ({
    error: "",
  }));
  return testProgram(program).tests.every(({ passed }) => passed);
};

it.each([
  "Plain == Plain",
  "unit == Plain",
  "relu == relu",
  "conv(8) == conv(8)",
  "Plain(4) == Plain(4)",
  "half == half",
  "sum == sum",
])("%s", (condition) => expect(holds(condition)).toBe(true));

it.each([
  "Plain == Quick",
  "relu == relu6",
  "conv(8) == conv(9)",
  "Plain(4) == Plain(5)",
  "half == sum",
  "relu == 3",
  "Plain == relu",
])("not %s", (condition) => {
  expect(holds(condition)).toBe(false);
  expect(holds(`not (${condition})`)).toBe(true);
});
