// What is not an expression: comments, docstrings, signatures.
import { lineWidth } from "./printer.ts";

/** A line break for a reader is one for Python; other control characters would end the file or hide what follows. */
function linesOf(text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.split(/\r\n|[\r\n]/).map((line) => line.replace(/[\u0000-\u001f\u007f]/g, " ").trim());
}

/** `# …`, a line for each line of the text. */
export const comment = (text: string | undefined, depth: number): readonly string[] =>
  text === undefined ? [] : linesOf(text).map((line) => `${"    ".repeat(depth)}# ${line}`.trimEnd());

/** Words in lines of at most `width` characters, each behind `prefix`. */
export function wrapped(text: string, prefix: string, width = lineWidth): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((each) => each !== "")) {
    if (line !== "" && prefix.length + line.length + 1 + word.length > width) {
      lines.push(prefix + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, prefix + line];
}

/** A docstring: one line where it fits. Empty lines in a paragraph part it. */
export function docstring(paragraphs: readonly string[], depth: number): readonly string[] {
  const indent = "    ".repeat(depth);
  const safe = paragraphs
    .flatMap((text) =>
      linesOf(text)
        .join("\n")
        .split(/\n\s*\n/),
    )
    .map((text) => text.trim().replace(/\\/g, "\\\\").replace(/"""/g, "'''"))
    .filter((text) => text !== "");
  const [first, ...others] = safe;
  if (first === undefined) return [];
  const one = wrapped(`"""${first}${first.endsWith('"') ? " " : ""}"""`, indent);
  if (others.length === 0 && one.length === 1 && (one[0] ?? "").length <= lineWidth) return one;
  // Narrower by the closing quotes, so that one line becomes two.
  const start = wrapped(`"""${first}`, indent, others.length === 0 ? lineWidth - 4 : lineWidth);
  return [...start, ...others.flatMap((text) => ["", ...wrapped(text, indent)]), `${indent}"""`];
}

/** `def name(…) -> result:`, one parameter a line where it is long. */
export function functionHead(
  name: string,
  params: readonly string[],
  result: string,
  depth: number,
): readonly string[] {
  const indent = "    ".repeat(depth);
  const line = `${indent}${name}(${params.join(", ")}) -> ${result}:`;
  if (line.length <= lineWidth) return [line];
  return [`${indent}${name}(`, ...params.map((param) => `${indent}    ${param},`), `${indent}) -> ${result}:`];
}
