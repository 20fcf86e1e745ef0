import { describe, expect, it } from "vitest";
import { Failure } from "./exit.ts";
import {
  fileNameOf,
  parseByteCount,
  parseFields,
  parseReference,
  parseSizes,
  parseWhole,
  splitTopLevel,
} from "./reference.ts";

describe("a REF", () => {
  it("is not empty", () => expect(() => parseReference(" ")).toThrow("the model has no name"));

  it.each([
    ["a/net.dm", { file: "a/net.dm" }],
    ["net.dm:HG", { file: "net.dm", model: "HG" }],
    ["net.dm:HG[52]", { file: "net.dm", model: "HG", key: "52" }],
    ['net.dm:SpineNet["49S"]', { file: "net.dm", model: "SpineNet", key: "49S" }],
    ["net.dm:SpineNet['49S']", { file: "net.dm", model: "SpineNet", key: "49S" }],
    ['net.dm:Odd["a:B"]', { file: "net.dm", model: "Odd", key: "a:B" }],
    ["C:\\nets\\net.dm", { file: "C:\\nets\\net.dm" }],
    ["C:/nets/net.dm:HG[52]", { file: "C:/nets/net.dm", model: "HG", key: "52" }],
    ["odd:name.dm", { file: "odd:name.dm" }],
  ])("%s", (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it("without a file is a shipped model", () => {
    expect(parseReference("HG[52]")).toMatchObject({ model: "HG", key: "52" });
    expect(parseReference("HG[52]").file).toMatch(/heads[/\\]hourglass\.dm$/);
    expect(parseReference("HG52").file).toMatch(/specs[/\\]hg52\.dm$/);
  });

  it("that nobody ships is refused with a suggestion", () => {
    expect(() => parseReference("HGG[52]")).toThrow(Failure);
  });

  it("names its output", () => {
    expect(fileNameOf({ file: "specs/hg52.dm" })).toBe("hg52");
    expect(fileNameOf({ file: "h.dm", model: "HG", key: "100" })).toBe("hg100");
    expect(fileNameOf({ file: "C:\\nets\\Net.dm" })).toBe("net");
  });

  it.each(["...dm", "..dm", ".dm", "a/...dm", "....dm", "..", "-.dm"])("never leads out of the folder: %s", (file) => {
    expect(fileNameOf({ file })).toMatch(/^[a-z0-9]/);
  });
});

describe("options", () => {
  it("split at commas outside brackets and quotes", () => {
    expect(splitTopLevel('a = [1, 2], head = F(3, "x,y"), c=4')).toEqual(["a = [1, 2]", 'head = F(3, "x,y")', "c=4"]);
  });

  it("--at reads sizes", () => {
    expect(parseSizes("N=1, S = 32")).toEqual({ N: 1, S: 32 });
  });

  it.each(["", "S", "S=", "S=-1", "S=1.5", "S=1,S=2", "S=99999999999999999999"])("--at refuses %j", (text) => {
    expect(() => parseSizes(text)).toThrow(Failure);
  });

  it("--with keeps the language's own words", () => {
    expect(parseFields("nc=4,head=HG[20]")).toBe("nc=4, head=HG[20]");
    expect(parseFields('mode="a)",c=[1, 2]')).toBe('mode="a)", c=[1, 2]');
    for (const text of ["4", "nc=(", "nc=4)", "nc=4 } at (S = 3) with { nc = 4", "nc=[1", 'nc="', "nc=4 # x", ""])
      expect(() => parseFields(text), text).toThrow(Failure);
  });

  it("byte counts have units", () => {
    expect([parseByteCount("16M", "x"), parseByteCount("4MiB", "x"), parseByteCount("100", "x")]).toEqual([
      16e6,
      4 * 2 ** 20,
      100,
    ]);
    expect(() => parseByteCount("lots", "x")).toThrow(Failure);
  });

  it("whole numbers have a range", () => {
    expect(parseWhole("18", "--opset", [16, 21])).toBe(18);
    expect(() => parseWhole("9", "--opset", [16, 21])).toThrow("from 16 to 21");
  });
});
