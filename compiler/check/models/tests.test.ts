// What a test says about a text that could not be read as a whole.
import { describe, expect, it } from "vitest";
import { loadProgram } from "../text/program.ts";
import { type TestResult, testProgram } from "./tests.ts";

const model = "model M on x: f32[N, S, S, 3] = x -> conv(8)\n";
const resultsOf = (text: string): readonly TestResult[] =>
  testProgram(loadProgram({ name: "tests.dm", text }, () => ({ error: "" }))).tests;
const passed = (text: string): readonly boolean[] => resultsOf(text).map((result) => result.passed);

describe("a test is ok where all of it was read and holds", () => {
  it("not where an expectation did not parse", () => {
    expect(passed(`${model}test "a" { expect M.depth == }\ntest "b" { expect M.depth == 1 }`)).toEqual([false, true]);
    expect(passed(`${model}test "a" { expect (M.depth == 1 }`)).toEqual([false]);
    expect(passed(`${model}test "a" { expect M.depth == 1\n foo bar }`)).toEqual([false]);
  });

  it("not where what it measures did not parse, and that is told once", () => {
    const results = resultsOf('model M on x: f32[N, S, S, 3] = x -> -> relu\ntest "a" { expect M.depth == 5 }');
    expect(results).toMatchObject([{ passed: false, expectations: 1, diagnostics: [] }]);
  });

  it("not where nobody can tell", () => {
    const [result] = resultsOf(`${model}test "a" { expect [M.macs] == [3] }`);
    expect(result?.diagnostics.map(({ message }) => message)).toEqual([
      "what `==` compares must be a number, but 216·S^2 is a free size",
    ]);
  });

  it("not where a `let` went wrong, and that is told once", () => {
    const [result] = resultsOf(`${model}test "a" { let m = M.nothing  expect m == 3 }`);
    expect(result).toMatchObject({ passed: false, diagnostics: [{ code: "DM2004" }] });
  });
});
