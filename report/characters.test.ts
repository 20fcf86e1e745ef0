import { expect, it } from "vitest";
import { escaped, visible } from "./characters.ts";

const hostile = [
  0x00, 0x07, 0x08, 0x0d, 0x1b, 0x7f, 0x80, 0x9b, 0x9f, 0xad, 0x61c, 0x200b, 0x200f, 0x2028, 0x202e, 0x2066, 0xfeff,
  0xe0041,
];

it.each(hostile.map((code) => code.toString(16)))("U+%s is a dot in text and an escape in JSON", (code) => {
  const text = `a${String.fromCodePoint(Number.parseInt(code, 16))}b`;
  expect(visible(text)).toBe("a·b");
  expect(escaped(JSON.stringify(text))).toMatch(/^"a\\[\\\w]+b"$/);
  expect(JSON.parse(escaped(JSON.stringify(text)))).toBe(text);
});

it("lines, tabs and the letters of all languages stay", () => {
  const text = "one\n\ttwo, 東京, é, 🎈";
  expect(visible(text)).toBe(text);
});
