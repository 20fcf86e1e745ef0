import { describe, expect, it } from "vitest";
import {
  call,
  type Expression,
  formatted,
  item,
  literal,
  member,
  method,
  name,
  operation,
  tuple,
  whole,
} from "../../ops/kit/python.ts";
import { flat, literalText, statement, stringText } from "./printer.ts";
import { docstring, wrapped } from "./python.ts";

const [a, b, c, x] = ["a", "b", "c", "x"].map(name) as [Expression, Expression, Expression, Expression];

it("puts parentheses only where the meaning needs them", () => {
  const sum = operation("+", a, b);
  const cases: readonly (readonly [Expression, string])[] = [
    [operation("+", sum, c), "a + b + c"],
    [operation("+", c, sum), "c + (a + b)"],
    [operation("-", c, operation("-", a, b)), "c - (a - b)"],
    [operation("*", sum, c), "(a + b) * c"],
    [operation("+", operation("*", a, b), operation("//", c, literal(2))), "a * b + c // 2"],
    [operation("*", a, operation("//", b, literal(2))), "a * (b // 2)"],
    [operation("/", operation("*", a, b), c), "a * b / c"],
    [method(sum, "mean"), "(a + b).mean()"],
    [item(sum, whole, literal(-1)), "(a + b)[:, -1]"],
    [method(literal(-2), "abs"), "(-2).abs()"],
    [operation("*", literal(-2), x), "-2 * x"],
    [operation("*", { kind: "negative", of: a }, b), "-a * b"],
    [call(member(name("self"), "conv"), [sum], { dim: literal(1) }), "self.conv(a + b, dim=1)"],
    [{ kind: "not", of: operation("or", operation("and", a, b), c) }, "not ((a and b) or c)"],
    [operation("in", operation("%", x, literal(4)), tuple([literal(0), literal(1)])), "x % 4 in (0, 1)"],
    [tuple([a]), "(a,)"],
  ];
  for (const [tree, text] of cases) expect(flat(tree)).toBe(text);
});

describe("statements", () => {
  const unit = (...args: readonly number[]) => call("Unit", args.map(literal));

  it("stay on one line where they fit", () => {
    expect(statement("x = ", call("f", [a, b]), 2)).toEqual(["        x = f(a, b)"]);
  });

  it("break the last bracket, one member a line, with a comma behind the last", () => {
    const last = call("Unit", [literal(128), literal(128)], { stride: literal(2) });
    const long = call("sequence", [], { unit: unit(50, 64), basic: call("BasicWithRes", [a, b]), last });
    expect(statement("self.trunk = ", long, 2)).toEqual([
      "        self.trunk = sequence(",
      "            unit=Unit(50, 64),",
      "            basic=BasicWithRes(a, b),",
      "            last=Unit(128, 128, stride=2),",
      "        )",
    ]);
  });

  it("break sums at their operators", () => {
    const parts = ["first_branch_of_many", "second_branch_of_many", "third_branch_of_many"];
    const calls = parts.map((part) => method(name("self"), part, [x]));
    expect(statement("total = ", operation("+", ...calls), 2)).toEqual([
      "        total = (",
      "            self.first_branch_of_many(x)",
      "            + self.second_branch_of_many(x)",
      "            + self.third_branch_of_many(x)",
      "        )",
    ]);
  });

  it("give a tuple of one its comma once", () => {
    const drawn = method(call("waves", [literal("x".repeat(70))]), "float");
    expect(statement("return ", tuple([drawn]), 1)).toEqual([
      "    return (",
      `        waves("${"x".repeat(70)}").float(),`,
      "    )",
    ]);
  });

  it("break members that are made alike between the member and the loop", () => {
    const long = call("a_block_with_quite_a_long_name_indeed", [literal(128), literal(128)]);
    const repeat: Expression = { kind: "repeat", item: long, count: 12 };
    expect(statement("self.chain = ", call("nn.Sequential", [repeat]), 2)).toEqual([
      "        self.chain = nn.Sequential(",
      "            *(a_block_with_quite_a_long_name_indeed(128, 128) for _ in range(12)),",
      "        )",
    ]);
    expect(statement("", call("f", [{ ...repeat, count: 1_000_000_000_000 }]), 2)).toEqual([
      "        f(",
      "            *(",
      "                a_block_with_quite_a_long_name_indeed(128, 128)",
      "                for _ in range(1000000000000)",
      "            ),",
      "        )",
    ]);
  });

  it("leave strings whole", () => {
    const text = "a long message, with a comma (and a bracket that never closes, and {more} words";
    const raised = call("ValueError", [formatted(text)]);
    expect(statement("raise ", raised, 1)[1]).toBe(`        f"${text}",`);
  });
});

it("writes literals as Python does", () => {
  expect(literalText(true)).toBe("True");
  expect(literalText([3, 3])).toBe("3");
  expect(literalText([1, 1, 2, 2])).toBe("(1, 1, 2, 2)");
  expect(literalText([5])).toBe("(5,)");
  expect(literalText(1.001e-5)).toBe("1.001e-5");
  expect(literalText(Number.NEGATIVE_INFINITY)).toBe('float("-inf")');
  expect(stringText('say "no"')).toBe("'say \"no\"'");
  expect(stringText("a\\b\n\0\u001b")).toBe('"a\\\\b\\n\\x00\\x1b"');
});

it("wraps words and keeps paragraphs of a docstring apart", () => {
  expect(wrapped("one two three", "# ", 9)).toEqual(["# one two", "# three"]);
  expect(docstring(["A line."], 1)).toEqual(['    """A line."""']);
  expect(docstring(["First.\n\nSecond."], 0)).toEqual(['"""First.', "", "Second.", '"""']);
  expect(docstring(['Ends with a "quote"'], 0)).toEqual(['"""Ends with a "quote" """']);
  expect(docstring(["", ""], 0)).toEqual([]);
});
