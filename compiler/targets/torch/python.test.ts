import { describe, expect, it } from "vitest";
import { docstring, isTight, literalText, statement, stringText, wrapped } from "./python.ts";

describe("statements", () => {
  it("stay on one line where they fit", () => {
    expect(statement("x = f(a, b)", 2)).toEqual(["        x = f(a, b)"]);
  });

  it("break the last bracket, one member a line, with a comma behind the last", () => {
    const long = `self.trunk = sequence(unit=Unit(50, 64), basic=BasicWithRes(64, 128), last=Unit(128, 128, stride=2))`;
    expect(statement(long, 2)).toEqual([
      "        self.trunk = sequence(",
      "            unit=Unit(50, 64),",
      "            basic=BasicWithRes(64, 128),",
      "            last=Unit(128, 128, stride=2),",
      "        )",
    ]);
  });

  it("break sums at their operators", () => {
    const parts = ["self.first_branch_of_many(x)", "self.second_branch_of_many(x)", "self.third_branch(x)"];
    expect(statement(`total = ${parts.join(" + ")}`, 2)).toEqual([
      "        total = (",
      `            ${parts[0]}`,
      `            + ${parts[1]}`,
      `            + ${parts[2]}`,
      "        )",
    ]);
  });

  it("look for brackets and commas outside of strings", () => {
    const text = `raise ValueError(f"a long message, with a comma (and a bracket that never closes, and {more} words")`;
    expect(statement(text, 1)[1]).toBe(
      `        f"a long message, with a comma (and a bracket that never closes, and {more} words",`,
    );
  });
});

it("writes literals as Python does", () => {
  expect(literalText(true)).toBe("True");
  expect(literalText([3, 3])).toBe("3");
  expect(literalText([1, 1, 2, 2])).toBe("(1, 1, 2, 2)");
  expect(literalText(1.001e-5)).toBe("1.001e-5");
  expect(literalText(Number.NEGATIVE_INFINITY)).toBe('float("-inf")');
  expect(stringText('say "no"')).toBe("'say \"no\"'");
  expect(stringText("a\\b\n")).toBe('"a\\\\b\\n"');
});

it("knows what keeps together next to a dot", () => {
  expect(isTight("self.conv(x + y)")).toBe(true);
  expect(isTight("x + y")).toBe(false);
  expect(isTight("-x")).toBe(false);
});

it("wraps words and keeps paragraphs of a docstring apart", () => {
  expect(wrapped("one two three", "# ", 9)).toEqual(["# one two", "# three"]);
  expect(docstring(["A line."], 1)).toEqual(['    """A line."""']);
  expect(docstring(["First.\n\nSecond."], 0)).toEqual(['"""First.', "", "Second.", '"""']);
  expect(docstring(['Ends with a "quote"'], 0)).toEqual(['"""Ends with a "quote" """']);
  expect(docstring(["", ""], 0)).toEqual([]);
});
