import { describe, expect, it } from "vitest";
import type { Diagnostic, Source, Span } from "../grammar/index.ts";
import { renderDiagnostic, renderDiagnostics, summaryOf } from "./diagnostics.ts";

const source = (name: string, text: string): Source => ({ name, text });
const spanOf = (from: Source, part: string): Span => {
  const start = from.text.indexOf(part);
  return { source: from, start, end: start + part.length };
};
const diagnostic = (span: Span, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code: "DM4201",
  severity: "error",
  message: "cannot add",
  span,
  labels: [],
  notes: [],
  help: [],
  chain: [],
  ...more,
});

describe("a diagnostic", () => {
  it("has a header, a frame per place, notes, help and the way there", () => {
    const lines = [...Array<string>(24).fill(""), "        H % scale ^ (len(c) - 1) == 0, W % 2 == 0"];
    const head = source(
      "heads.dm",
      [...lines, ...Array<string>(14).fill(""), "  let trunk = x -> Hourglass(c, r.n)"].join("\n"),
    );
    const caller = source("deepmac.dm", "\nuse HG[100] here\n");
    const text = renderDiagnostic(
      diagnostic(spanOf(head, "Hourglass(c, r.n)"), {
        code: "DM4101",
        message: "Hourglass([128,128], [4,4], 2) requires H % scale ^ (len(c) - 1) == 0",
        labels: [{ span: spanOf(head, "H % scale ^ (len(c) - 1) == 0"), text: "required here" }],
        notes: ["here H = 24, scale = 2, c = [128,128]"],
        help: ["nearest sizes that work: 32"],
        chain: [{ text: "HG[100]", span: spanOf(caller, "HG[100]") }],
      }),
    );
    expect(text).toBe(`error[DM4101]: Hourglass([128,128], [4,4], 2) requires H % scale ^ (len(c) - 1) == 0
  ┌─ heads.dm:40:20
   40 │   let trunk = x -> Hourglass(c, r.n)
      │                    ^^^^^^^^^^^^^^^^^
  ┌─ heads.dm:25:9
   25 │         H % scale ^ (len(c) - 1) == 0, W % 2 == 0
      │         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ required here
  note: here H = 24, scale = 2, c = [128,128]
  help: nearest sizes that work: 32
  while expanding:
    HG[100]  (deepmac.dm:2)
`);
  });

  it("puts a label on the primary place behind its carets", () => {
    const file = source("a.dm", "let y = x");
    const span = spanOf(file, "y");
    expect(renderDiagnostic(diagnostic(span, { labels: [{ span, text: "defined here" }] }))).toContain(
      "      │     ^ defined here",
    );
  });

  it("shortens a long chain", () => {
    const file = source("a.dm", "x");
    const chain = Array.from({ length: 9 }, (_, i) => ({ text: `Level(${i})`, span: spanOf(file, "x") }));
    const text = renderDiagnostic(diagnostic(spanOf(file, "x"), { chain }));
    expect(text).toContain("Level(5)  (a.dm:1)\n    … three more levels\n");
    expect(text).not.toContain("Level(6)");
  });
});

describe("the source line", () => {
  it("keeps carets under the text behind tabs", () => {
    const file = source("a.dm", "\tlet y = $");
    expect(renderDiagnostic(diagnostic(spanOf(file, "$")))).toContain("    1 │     let y = $\n      │             ^\n");
  });

  it("counts wide letters twice and combining ones not at all", () => {
    const file = source("a.dm", "# 東京 e\u0301 $");
    expect(renderDiagnostic(diagnostic(spanOf(file, "$")))).toContain(`      │ ${" ".repeat(9)}^\n`);
  });

  it("cuts a very long line around the place", () => {
    const file = source("a.dm", `${"a".repeat(5000)}$${"b".repeat(5000)}`);
    const lines = renderDiagnostic(diagnostic(spanOf(file, "$"))).split("\n");
    const [, , shown = "", carets = ""] = lines;
    expect(shown.length).toBeLessThan(150);
    expect(shown[carets.indexOf("^")]).toBe("$");
  });

  it("shows no control characters and no turned text", () => {
    const file = source("a.dm", "a\u001b[31m\u202eb $");
    expect(renderDiagnostic(diagnostic(spanOf(file, "$")))).toContain("a·[31m·b $");
  });

  it("shows the end of an empty file", () => {
    const file = source("a.dm", "");
    expect(renderDiagnostic(diagnostic({ source: file, start: 0, end: 0 }))).toContain(
      "a.dm:1:1\n    1 │\n      │ ^\n",
    );
  });

  it("ends the carets of a place of several lines with its first line", () => {
    const file = source("a.dm", "block A {\n}\n");
    expect(renderDiagnostic(diagnostic({ source: file, start: 6, end: 11 }))).toContain("      │       ^^^\n");
  });
});

describe("many diagnostics", () => {
  it("are counted, and the rest is not shown", () => {
    const file = source("a.dm", "x");
    const many = Array.from({ length: 50 }, () => diagnostic(spanOf(file, "x")));
    expect(renderDiagnostics(many)).toContain("… and ten more messages");
    expect(summaryOf([...many, diagnostic(spanOf(file, "x"), { severity: "warning" })])).toBe(
      "50 errors and 1 warning",
    );
  });
});
