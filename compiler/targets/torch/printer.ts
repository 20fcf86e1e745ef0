// A tree of Python as text that its formatter leaves alone: parentheses only where the meaning needs them, lines
// of at most 88 characters, and brackets that do not fit broken one member a line, with a comma behind the last.
import type { Argument, Expression, Literal, Operator, Subscript } from "../../ops/kit/python.ts";

export const lineWidth = 88;

// ---- how tight things bind

const levels: Readonly<Record<Operator | "not" | "negative", number>> = {
  or: 1,
  and: 2,
  not: 3,
  "==": 4,
  "!=": 4,
  "<": 4,
  ">": 4,
  "<=": 4,
  ">=": 4,
  in: 4,
  "not in": 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "//": 6,
  "%": 6,
  negative: 7,
};
const tight = 8;

function levelOf(e: Expression): number {
  if (e.kind === "operation") return levels[e.operator];
  if (e.kind === "not" || e.kind === "negative") return levels[e.kind];
  return e.kind === "literal" && typeof e.value === "number" && e.value < 0 ? levels.negative : tight;
}

/** In parentheses where it binds looser than `level`. */
const within = (level: number, e: Expression): string => (levelOf(e) < level ? `(${flat(e)})` : flat(e));

// ---- one line

/** The expression on one line. */
export function flat(e: Expression): string {
  switch (e.kind) {
    case "name":
      return e.name;
    case "literal":
      return literalText(e.value);
    case "formatted":
      return `f"${e.text}"`;
    case "member":
      return `${within(tight, e.of)}.${e.name}`;
    case "operation":
      return operandsOf(e)
        .map(({ before, text }) => before + text)
        .join(" ");
    case "negative":
      return `-${within(levels.negative, e.of)}`;
    case "not":
      return `not ${within(levels.not, e.of)}`;
    case "spread":
      return `*${within(tight, e.of)}`;
    case "repeat":
      return `*(${flat(e.item)} for _ in range(${e.count}))`;
    default:
      return flatBracket(bracketOf(e));
  }
}

interface Bracket {
  readonly before: string;
  readonly open: string;
  readonly members: readonly Member[];
  readonly close: string;
}
/** `name=` or `"key": ` in front of a value. */
interface Member {
  readonly before: string;
  readonly value: Expression | Subscript;
}

type Bracketed = Extract<Expression, { kind: "call" | "item" | "tuple" | "list" | "dict" }>;

function bracketOf(e: Bracketed): Bracket {
  const plain = (value: Expression | Subscript): Member => ({ before: "", value });
  switch (e.kind) {
    case "call":
      return { before: within(tight, e.callee), open: "(", members: e.args.map(argumentMember), close: ")" };
    case "item":
      return { before: within(tight, e.of), open: "[", members: e.at.map(plain), close: "]" };
    case "tuple":
      return { before: "", open: "(", members: e.items.map(plain), close: e.items.length === 1 ? ",)" : ")" };
    case "list":
      return { before: "", open: "[", members: e.items.map(plain), close: "]" };
    case "dict":
      return { before: "", open: "{", members: e.entries.map(entryMember), close: "}" };
  }
}

const argumentMember = ({ name, value }: Argument): Member => ({
  before: name === undefined ? "" : `${name}=`,
  value,
});
const entryMember = ([key, value]: readonly [string, Expression]): Member => ({
  before: `${stringText(key)}: `,
  value,
});

const flatBracket = ({ before, open, members, close }: Bracket): string =>
  `${before}${open}${members.map(flatMember).join(", ")}${close}`;
const flatMember = ({ before, value }: Member): string => before + flatSubscript(value);

function flatSubscript(e: Expression | Subscript): string {
  if (e.kind === "none") return "None";
  if (e.kind === "rest") return "...";
  return e.kind === "range" ? `${e.from ?? ""}:${e.to ?? ""}` : flat(e);
}

// ---- many lines

/** `head` and an expression, indented by `depth` levels, in as many lines as they need. */
export function statement(head: string, e: Expression, depth: number): readonly string[] {
  const indent = "    ".repeat(depth);
  const line = `${indent}${head}${flat(e)}`;
  if (line.length <= lineWidth) return [line];
  const operands = operandsOf(e);
  if (head === "" || operands.length === 1) return broken(head, e, depth, "") ?? [line];
  const inner = operands.flatMap((operand) => fitted(operand, depth + 1));
  return [`${indent}${head}(`, ...inner, `${indent})`];
}

export interface Operand {
  /** The operator and a space; "" in front of the first. */
  readonly before: string;
  readonly value: Expression;
  /** With the parentheses that it needs. */
  readonly text: string;
}

/** `a + b - c` as `a`, `+ b` and `- c`: what is joined by the operators that bind loosest. */
export function operandsOf(e: Expression): readonly Operand[] {
  if (e.kind !== "operation") return [{ before: "", value: e, text: flat(e) }];
  // People want to see which of `and` and `or` binds.
  const level = e.operator === "or" ? levels.and : levels[e.operator];
  const [first, ...others] = e.operands;
  const start = first === undefined ? [] : leftOf(first, level);
  const more = others.map((value) => ({ before: `${e.operator} `, value, text: within(level + 1, value) }));
  return [...start, ...more];
}

/** What stands on the left needs no parentheses where it binds alike. */
const leftOf = (value: Expression, level: number): readonly Operand[] =>
  levelOf(value) === level && level > levels.and
    ? operandsOf(value)
    : [{ before: "", value, text: within(level === levels.and ? level + 1 : level, value) }];

/** One operand; where it does not fit it breaks as an expression does. */
function fitted({ before, value, text }: Operand, depth: number): readonly string[] {
  const line = `${"    ".repeat(depth)}${before}${text}`;
  return line.length <= lineWidth || text.startsWith("(") ? [line] : (broken(before, value, depth, "") ?? [line]);
}

/** The last bracket broken; undefined where there is none. */
function broken(head: string, e: Expression, depth: number, end: string): readonly string[] | undefined {
  switch (e.kind) {
    case "repeat":
      return brokenRepeat(head, e, depth, end);
    case "spread":
      return broken(`${head}*`, e.of, depth, end);
    case "literal":
      return typeof e.value !== "object" ? undefined : broken(head, tupleOf(e.value), depth, end);
    case "item":
      // A comma behind the only index would make it a tuple.
      return e.at.length === 1 ? undefined : brokenBracket(head, bracketOf(e), depth, end);
    case "call":
    case "tuple":
    case "list":
    case "dict":
      return brokenBracket(head, bracketOf(e), depth, end);
    default:
      return undefined;
  }
}

const tupleOf = (values: readonly number[]): Expression => ({
  kind: "tuple",
  items: values.map((value) => ({ kind: "literal", value })),
});

function brokenBracket(
  head: string,
  { before, open, members, close }: Bracket,
  depth: number,
  end: string,
): readonly string[] | undefined {
  if (members.length === 0) return undefined;
  const indent = "    ".repeat(depth);
  return [
    `${indent}${head}${before}${open}`,
    ...members.flatMap((member) => memberLines(member, depth + 1)),
    `${indent}${close.slice(-1)}${end}`,
  ];
}

function memberLines({ before, value }: Member, depth: number): readonly string[] {
  const line = `${"    ".repeat(depth)}${before}${flatSubscript(value)},`;
  if (line.length <= lineWidth || value.kind === "none" || value.kind === "rest" || value.kind === "range")
    return [line];
  return broken(before, value, depth, ",") ?? [line];
}

function brokenRepeat(
  head: string,
  { item, count }: Extract<Expression, { kind: "repeat" }>,
  depth: number,
  end: string,
): readonly string[] {
  const indent = "    ".repeat(depth);
  return [
    `${indent}${head}*(`,
    ...fitted({ before: "", value: item, text: flat(item) }, depth + 1),
    `${indent}    for _ in range(${count})`,
    `${indent})${end}`,
  ];
}

// ---- literals

export function literalText(value: Literal): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return stringText(value);
  const [first, second, ...others] = value;
  if (others.length === 0 && first !== undefined && first === second) return numberText(first);
  return `(${value.map(numberText).join(", ")}${value.length === 1 ? "," : ""})`;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'float("inf")';
  if (value === Number.NEGATIVE_INFINITY) return 'float("-inf")';
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential();
  return String(value).replace("e+", "e");
}

/** Whole numbers as Python writes them for people: 23_454_593. */
export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, "_");

export function stringText(text: string): string {
  const escaped = escapedText(text);
  // Ruff prefers the quotes that need fewer escapes.
  return text.includes('"') && !text.includes("'") ? `'${escaped}'` : `"${escaped.replace(/"/g, '\\"')}"`;
}

const short: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** What a string cannot hold as it is. */
export const escapedText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\\\u0000-\u001f\u007f]/g, (c) => short[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
