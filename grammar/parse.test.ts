// What holds for every text, whole or not.
import { describe, expect, it } from "vitest";
import { parse, type Span } from "./index.ts";

const whole = `dm 1
use "./a.dm" { A as B }
const a = f(x) -> { b: [1, 2] }
@paper("x", table = 1)
block A(c: int = 3) on x: [.., C] -> [.., c] where c > 2 {
  let y = x -> conv(c, k = 3) as d
  return y
}
enum E = a | b
table T { | a | b | | 1 | 2 | }
test "t" { expect A.params == 3 within 0.1 for i in 0..3 { expect i == 3 } }
weights A from "a" { "b" => "c" }
defaults { conv(bias = false) }`;

function spansIn(value: unknown, found: Span[] = []): Span[] {
  if (typeof value !== "object" || value === null || value instanceof Set) return found;
  if ("start" in value && "end" in value) found.push(value as Span);
  for (const [key, part] of Object.entries(value)) if (key !== "source") spansIn(part, found);
  return found;
}

it("spans lie in the text, wherever it is cut off", () => {
  for (let end = 0; end <= whole.length; end++) {
    const text = whole.slice(0, end);
    for (const { start, end: last } of spansIn(parse({ name: "a.dm", text }))) {
      expect(start, text).toBeGreaterThanOrEqual(0);
      expect(start, text).toBeLessThanOrEqual(last);
      expect(last, text).toBeLessThanOrEqual(text.length);
    }
  }
});

describe("invisible characters", () => {
  const codes = (text: string) =>
    parse({ name: "a.dm", text }).diagnostics.map(({ code, message }) => `${code} ${message}`);
  it.each([
    ['const a = "\u001b[2J"', "DM1009", "U+001B"],
    ["const a = 1 # \u202e", "DM1009", "U+202E"],
    ["## \u0007", "DM1009", "U+0007"],
    ["const \u200ba = 1", "DM1001", "U+200B"],
    ["const a = \u202e1", "DM1001", "U+202E"],
    ["const a\u0000 = 1", "DM1004", ""],
  ])("%j", (text, code, says) => {
    expect(codes(text)).toEqual([expect.stringMatching(`^${code} .*${says.replace("+", "\\+")}`)]);
  });

  it("tabs and all line breaks are space", () => {
    expect(codes("const a =\t1\r\n# \t\fx\rconst b = 2 \v")).toEqual([]);
  });
});

it("a letter that looks like ours is told from it", () => {
  const [first] = parse({ name: "a.dm", text: "const \u0441 = 1" }).diagnostics;
  expect(first?.help).toEqual(["this is U+0441, which looks like `c`"]);
});

describe("hostile text is read in a time that grows with it", () => {
  const texts: Record<string, string> = {
    "quotes of other languages": "'".repeat(1e6),
    "round quotes": "\u2018".repeat(1e6),
    "openings of comments": "/*".repeat(1e6),
    semicolons: ";".repeat(2e6),
    "comments with slashes": "// c d e\n".repeat(4e4),
    "assignments to names that are bound": `block A on x: [.., C] {\n${"  x = relu(x)\n".repeat(3e4)}}`,
    "words of a body outside": "if x = 3\n".repeat(4e4),
    "an indented word in every line": `block A on x: [.., C] {\n${`${" ".repeat(2000)}const b = 3\n`.repeat(1000)}}`,
  };
  it.each(Object.entries(texts))("%s", (_, text) => {
    const start = process.cpuUsage();
    expect(parse({ name: "a.dm", text }).diagnostics.length).toBeGreaterThan(0);
    const { user, system } = process.cpuUsage(start);
    // Well under a second; other tests of the same process count as well. What is quadratic takes minutes.
    expect((user + system) / 1e6).toBeLessThan(8);
  });
});
