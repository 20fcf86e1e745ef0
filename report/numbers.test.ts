import { expect, it } from "vitest";
import { byteText, grouped, listOf, magnitude, noiseText } from "./numbers.ts";

it("numbers are grouped, and expressions stay", () => {
  expect([grouped(23454593), grouped(1234.5678), grouped("576·C")]).toEqual(["23,454,593", "1,234.5678", "576·C"]);
  expect([byteText(999), byteText(93_900_000)]).toEqual(["999 bytes", "93.9 MB"]);
  expect(magnitude(1_798_000_640)).toBe("1.798 G");
});

it("noise is a number of decibels, or a word", () => {
  expect([36.84, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map(noiseText)).toEqual([
    "SQNR 36.8 dB",
    "no error at all",
    "no signal to compare with",
    "no signal to compare with",
  ]);
});

it("lists end in a word", () => {
  expect([listOf([]), listOf(["a"]), listOf(["a", "b"]), listOf(["a", "b", "c"], "or")]).toEqual([
    "",
    "a",
    "a and b",
    "a, b or c",
  ]);
});
