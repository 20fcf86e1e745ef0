// Python text that its formatter leaves alone: lines of at most 88 characters, and brackets that do not fit
// broken one member a line, with a comma behind the last.
import type { TorchLiteral } from "../../ops/torch.ts";

export const lineWidth = 88;

export function literalText(value: TorchLiteral): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return stringText(value);
  const [first, second, ...others] = value;
  if (others.length === 0 && first !== undefined && first === second) return numberText(first);
  return `(${value.map(numberText).join(", ")})`;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'float("inf")';
  if (value === Number.NEGATIVE_INFINITY) return 'float("-inf")';
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential();
  return String(value).replace("e+", "e");
}

export function stringText(text: string): string {
  const escaped = text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t");
  // Ruff prefers the quotes that need fewer escapes.
  return text.includes('"') && !text.includes("'") ? `'${escaped}'` : `"${escaped.replace(/"/g, '\\"')}"`;
}

/** Nine digits of each: more than a 32-bit number holds. */
export const numberList = (values: readonly number[]): string =>
  values.map((value) => numberText(Number(value.toPrecision(9)) + 0)).join(", ");

/** A statement, indented by `depth` levels, in as many lines as it needs. */
export function statement(text: string, depth: number): readonly string[] {
  const indent = "    ".repeat(depth);
  if (indent.length + text.length <= lineWidth) return [indent + text];
  return broken(text, depth) ?? [indent + text];
}

/** Breaks the last bracket, or the outermost operators. */
function broken(text: string, depth: number): readonly string[] | undefined {
  const head = /^(return |[\w.[\]"]+(?:: [\w.]+)? = )/.exec(text)?.[0] ?? "";
  const operands = splitOperators(text.slice(head.length));
  if (head !== "" && operands.length > 1) {
    const indent = "    ".repeat(depth);
    const inner = operands.map((operand) => `${indent}    ${operand}`);
    return [`${indent}${head}(`, ...inner, `${indent})`];
  }
  return brokenBracket(text, depth, "");
}

function brokenBracket(text: string, depth: number, end: string): readonly string[] | undefined {
  const open = lastBracket(text);
  if (open === undefined || open === text.length - 2) return undefined;
  const indent = "    ".repeat(depth);
  const members = splitMembers(text.slice(open + 1, -1));
  return [
    `${indent}${text.slice(0, open + 1)}`,
    ...members.flatMap((member) => memberLines(member, depth + 1)),
    `${indent}${text.at(-1)}${end}`,
  ];
}

function memberLines(member: string, depth: number): readonly string[] {
  const indent = "    ".repeat(depth);
  if (indent.length + member.length + 1 <= lineWidth) return [`${indent}${member},`];
  return brokenBracket(member, depth, ",") ?? [`${indent}${member},`];
}

const pairs: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Which characters are code: those in strings are not. */
function codeMask(text: string): readonly boolean[] {
  const mask: boolean[] = [];
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    mask.push(quote === "");
    if (quote !== "") {
      if (c === "\\") mask[++i] = false;
      else if (c === quote) quote = "";
    } else if (c === '"' || c === "'") quote = c;
  }
  return mask;
}

/** Where the bracket opens that the text ends with. */
function lastBracket(text: string): number | undefined {
  if (!pairs[text.at(-1) ?? ""]) return undefined;
  const mask = codeMask(text);
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    const c = text[i] as string;
    if (!mask[i]) continue;
    if (pairs[c]) depth++;
    else if (isOpening(c) && --depth === 0) return i;
  }
  return undefined;
}

const isOpening = (c: string): boolean => c === "(" || c === "[" || c === "{";

/** The parts between commas that stand in no bracket. */
function splitMembers(text: string): readonly string[] {
  return splitOutside(text, (rest) => (rest.startsWith(", ") ? 2 : 0)).map(({ part }) => part);
}

/** `a + b` as `a` and `+ b`; one part where there is no operator outside of brackets. */
function splitOperators(text: string): readonly string[] {
  const parts = splitOutside(text, (rest) => (/^ [-+*/] /.test(rest) ? 3 : 0));
  return parts.map(({ part, separator }) => separator.trim() + (separator === "" ? "" : " ") + part);
}

function splitOutside(
  text: string,
  separatorAt: (rest: string) => number,
): readonly { readonly part: string; readonly separator: string }[] {
  const parts: { part: string; separator: string }[] = [];
  let depth = 0;
  let start = 0;
  let separator = "";
  const mask = codeMask(text);
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (!mask[i]) continue;
    if (isOpening(c)) depth++;
    else if (pairs[c]) depth--;
    const length = depth === 0 ? separatorAt(text.slice(i, i + 3)) : 0;
    if (length === 0) continue;
    parts.push({ part: text.slice(start, i), separator });
    separator = text.slice(i, i + length);
    i += length - 1;
    start = i + 1;
  }
  return [...parts, { part: text.slice(start), separator }];
}

/** Whether an expression keeps together next to a dot or an operator. */
export const isTight = (text: string): boolean => splitOperators(text).length === 1 && !/^-/.test(text);

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
    .flatMap((text) => text.split(/\n\s*\n/))
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
