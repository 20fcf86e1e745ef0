// What people write who know another language: one mistake is one message, at its place, with the way out. The
// golden file is read as a user reads it.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse, textOf } from "./index.ts";

const place = (name: string) => new URL(`./${name}`, import.meta.url);
const programs = readFileSync(place("synonyms.txt"), "utf8")
  .split(/^----\n/m)
  .map((part) => (part.split(/^ {2}> /m)[0] ?? "").trimEnd());

function said(text: string): string {
  const { diagnostics } = parse({ name: "a.dm", text });
  const lines = diagnostics.map(({ code, message, span, help }) =>
    [`${code} at \`${textOf(span)}\`: ${message}`, ...help.map((line) => `  help: ${line}`)].join("\n  > "),
  );
  return lines.map((line) => `  > ${line}\n`).join("");
}

it("one message each, with help", async () => {
  for (const text of programs) {
    const { diagnostics } = parse({ name: "a.dm", text });
    expect(diagnostics.length, `${text}\n${said(text)}`).toBe(1);
    expect(diagnostics[0]?.help.length, `${text}\n${said(text)}`).toBe(1);
  }
  const golden = programs.map((text) => `${text}\n${said(text)}`).join("----\n");
  await expect(golden).toMatchFileSnapshot("./synonyms.txt");
});
