// Printing loses nothing: the text reads back as the tree it was printed from, every comment stands once and
// between the tokens where it stood, and a printed text is printed as it is.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomProgram } from "../tests/properties/random-programs.ts";
import { commentsOf } from "./comments.ts";
import { type Diagnostic, parse, print, type Source, textOf } from "./index.ts";
import { lex } from "./lex.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function textsIn(folder: string): [name: string, text: string][] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".dm")).map((name) => [`${folder}/${name}`, read(`${folder}/${name}`)]);
}

const read = (path: string) => readFileSync(join(root, path), "utf8");

/** The programs between ``` in the documents. */
function examplesIn(folder: string): [name: string, text: string][] {
  const pages = readdirSync(join(root, folder)).filter((name) => name.endsWith(".md"));
  return pages.flatMap((page) =>
    [...read(`${folder}/${page}`).matchAll(/```\w*\n([\s\S]*?)```/g)].map(
      ([, text = ""], index) => [`${folder}/${page} ${index}`, text] as [string, string],
    ),
  );
}

const isWhole = (text: string) => parse(sourceOf(text)).diagnostics.every(({ severity }) => severity !== "error");
const texts = [...textsIn("specs"), ...textsIn("tests/language"), ...examplesIn("docs")].filter(([, text]) =>
  isWhole(text),
);

function sourceOf(text: string): Source {
  return { name: "a.dm", text };
}

/** A tree without places, and without the form that literals were written in. */
function bare(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(bare);
  if (typeof tree !== "object" || tree === null || tree instanceof Set) return tree;
  const entries = Object.entries(tree).filter(([key]) => !/[sS]pan$|^source$/.test(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, bare(value)]));
}

/** Each comment with the number of tokens before it; the ones that the printer may leave out do not count. */
function placed(text: string): string[] {
  const source = sourceOf(text);
  const { tokens } = lex(source);
  const counts = [0];
  for (const { image } of tokens) counts.push((counts.at(-1) ?? 0) + (/^[(),]$/.test(image) ? 0 : 1));
  let last = -1;
  return commentsOf(source, tokens).map(({ span, token, ownLine }) => {
    const before = counts[token] ?? 0;
    // Only the first one between two tokens can stand behind the token.
    const form = before === last || ownLine ? "own" : "end";
    last = before;
    return `${before} ${form} ${textOf(span)}`;
  });
}

/** Random programs say things twice, and that is no matter of their form. */
const mistakes = (all: readonly Diagnostic[]) => all.filter(({ code }) => code !== "DM1119");

function expectKept(text: string): void {
  const { file, diagnostics } = parse(sourceOf(text));
  expect(mistakes(diagnostics), text).toEqual([]);
  const printed = print(file);
  const again = parse(sourceOf(printed));
  expect(mistakes(again.diagnostics), printed).toEqual([]);
  expect(bare(again.file), printed).toEqual(bare(file));
  expect(placed(printed), printed).toEqual(placed(text));
  expect(print(again.file)).toBe(printed);
}

describe("what was read is printed", () => {
  it.each(texts)("%s", (_, text) => expectKept(text));
});

/** The text with `comment` behind each of its tokens that `chosen` names. */
function withComments(text: string, comment: (index: number) => string): string {
  const { tokens } = lex(sourceOf(text));
  let end = 0;
  const parts = tokens.map(({ startOffset, endOffset }, index) => {
    const part = text.slice(end, startOffset) + comment(index) + text.slice(startOffset, endOffset + 1);
    end = endOffset + 1;
    return part;
  });
  return `${parts.join("")}${comment(tokens.length)}${text.slice(end)}`;
}

describe("a comment at every place", () => {
  const forms: Record<string, (index: number) => string> = {
    "behind a token": (index) => ` # ${index}\n`,
    "on its own line": (index) => `\n# ${index}\n`,
    "between empty lines": (index) => `\n\n# ${index}\n\n`,
    "of two lines": (index) => ` # ${index}\n  #\n`,
    "that documents": (index) => `\n## ${index}\n`,
    "of every kind": (index) =>
      ["", ` #${index}\n`, `\n\n#${index} #\n\n`, `\r\n## ${index}\r\n`, "## a\n\f## b\n"][
        (index * 7 + (index >> 2)) % 5
      ] ?? "",
  };
  it.each(Object.entries(forms))("%s", (_, form) => {
    for (const [, text] of texts) expectKept(withComments(text, form));
  });
});

it("a text with mistakes keeps its comments, each once", () => {
  for (const [, whole] of texts) {
    const text = withComments(whole, (index) =>
      index % 5 === 0 ? ` # ${index}\n` : index % 7 === 0 ? `\n## ${index}\n` : "",
    );
    const { tokens } = lex(sourceOf(text));
    for (let at = 3; at < tokens.length; at += 293) {
      const { startOffset, endOffset } = tokens[at] ?? { startOffset: 0, endOffset: 0 };
      const broken = sourceOf(text.slice(0, startOffset) + text.slice(endOffset + 1));
      expect(said(sourceOf(print(parse(broken).file)))).toEqual(said(broken));
    }
  }
});

const said = (source: Source) =>
  commentsOf(source, lex(source).tokens)
    .map(({ span }) => textOf(span))
    .toSorted();

it("random programs, with comments at random places", () => {
  const kinds = fc.array(fc.constantFrom("", "", " # end\n", "\n# own\n", "\n\n# apart\n\n", "\n## doc\n"), {
    minLength: 1,
  });
  const program = fc.tuple(randomProgram, kinds);
  fc.assert(
    fc.property(program, ([text, comments]) => {
      expectKept(withComments(text, (index) => comments[index % comments.length] ?? ""));
    }),
    { numRuns: 100 },
  );
});
