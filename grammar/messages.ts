// The diagnostics of the text itself: DM10xx for characters and words, DM11xx for their order. A row's
// `docs` is the page that `deepmacc explain CODE` prints.
import type { MessageRow } from "./diagnostic.ts";

export const syntaxMessages = {
  DM1001: {
    severity: "error",
    message: 'unexpected character "{character}"',
    docs: `The language uses ASCII letters, digits and a few marks; any other character may only stand in a comment or a string.
Wrong: \`let cost$ = 3\`. Right: \`let cost = 3\`.`,
  },
  DM1002: {
    severity: "error",
    message: "this string has no closing quote",
    docs: `A string starts and ends with a double quote and stays on one line. Write \`\\n\` for a line break inside it.
Wrong: \`use "./blocks.dm { Unit }\`. Right: \`use "./blocks.dm" { Unit }\`.`,
  },
  DM1003: {
    severity: "error",
    message: "{unit} is not a unit; units are K, M, G, B, KiB, MiB, GiB",
    docs: `A number may carry a unit directly after its digits: K, M, G and B are a thousand, a million and twice a billion; KiB, MiB and GiB are powers of 1024.
Wrong: \`expect HG[52].params < 2Q\`. Right: \`expect HG[52].params < 24M\`.`,
  },
  DM1004: {
    severity: "error",
    message: "this file is not UTF-8 text",
    hint: "save it as UTF-8; a model is plain text",
    docs: `A file of the language is UTF-8 text. A NUL character, or bytes that are not UTF-8, show that it is something else, and nothing in it was read.
Wrong: \`deepmacc check weights.onnx\`. Right: \`deepmacc check model.dm\`.`,
  },
  DM1005: {
    severity: "error",
    message: "the number {number} cannot be represented exactly",
    hint: "whole numbers are exact up to 9007199254740991",
    docs: `Numbers are 64-bit floating point. Whole numbers are exact below 2^53; one that is written beyond, and any number above 1.8e308, is refused instead of being changed silently.
Wrong: \`const n = 9007199254740992\`. Right: \`const n = 9007199254740991\`.`,
  },
  DM1006: {
    severity: "error",
    message: "{escape} is not an escape",
    hint: 'escapes are \\n, \\t, \\r, \\", \\\\ and \\u with a code point in braces',
    docs: `A backslash in a string starts an escape: \`\\n\`, \`\\t\`, \`\\r\`, \`\\"\`, \`\\\\\` or \`\\u{…}\` with a code point in hexadecimal. To write a backslash, write two.
Wrong: \`use ".\\blocks.dm" { Unit }\`. Right: \`use "./blocks.dm" { Unit }\`.`,
  },
  DM1007: {
    severity: "error",
    message: "this file has more than {limit} words and marks",
    hint: "split it into several files and join them with `use`",
    docs: `One file may have so many words and marks and no more, so that a mistaken or hostile file cannot use up the memory of the machine. Real models are a hundred times smaller.
Wrong: a generated list of five million numbers. Right: the rule that makes them, such as \`each i in 0..n { i }\`.`,
  },
  DM1008: {
    severity: "error",
    message: "unexpected `{found}`",
    docs: `Another language says it like that; the help line says what to write here.
Wrong: \`const a = 2 ** 8\`. Right: \`const a = 2 ^ 8\`.`,
  },
  DM1009: {
    severity: "error",
    message: "the invisible character {character} makes this look like another text",
    hint: "delete it; in a string, write it as an escape",
    docs: `Control characters and marks that turn the direction of writing change what an editor or a terminal shows, so none may stand in a string or a comment as it is.
Wrong: a string with the character U+202E in it. Right: the same string with \`\\u{202e}\` in its place.`,
  },
  DM1101: {
    severity: "error",
    message: "expected `=` after the name, found {found}",
    docs: `A \`let\`, \`skip\`, \`share\`, \`loss\`, \`output\`, \`const\`, \`fn\`, \`type\` or \`enum\` binds a name with \`=\`.
Wrong: \`let y x -> relu\`. Right: \`let y = x -> relu\`.`,
  },
  DM1102: {
    severity: "error",
    message: "a declaration cannot start with {found}",
    docs: `Outside of bodies, everything starts with one of \`use const fn type enum table block model test weights mapping defaults\` or with an annotation such as \`@paper(…)\`.
Wrong: \`blok Unit(c: int) …\`. Right: \`block Unit(c: int) …\`.`,
  },
  DM1103: {
    severity: "error",
    message: "expected an expression, found {found}",
    docs: `A value is missing: after an operator, an arrow, \`=\` or \`return\` there must be a number, a string, a name, a list, a record, \`if\`, \`match\`, \`chain\`, \`each\` or \`grow\`.
Wrong: \`let y = x ->\`. Right: \`let y = x -> relu\`.`,
  },
  DM1104: {
    severity: "error",
    message: "expected `=` or `{open}` to start the body, found {found}",
    docs: `After the signature a block or model has a body: \`= expression\` or \`{ statements }\`.
Wrong: \`block A on x: [.., H, W, C] x -> relu\`. Right: \`block A on x: [.., H, W, C] = x -> relu\`.`,
  },
  DM1105: {
    severity: "error",
    message: "a statement cannot start with {found}",
    docs: `Every statement starts with a keyword: \`let skip share require return input output loss part\` in a body, \`expect for let\` in a test.
Wrong: \`{ y = x -> relu }\`. Right: \`{ let y = x -> relu return y }\`.`,
  },
  DM1106: {
    severity: "error",
    message: "expected a type such as [.., H, W, C], found {found}",
    docs: `After \`:\` stands a type: a tensor \`[.., H, W, C]\` or \`f32[N, 4]\`, a list \`int[]\`, or a name such as \`int\`, \`str\` or \`Block\`.
Wrong: \`on x: 32\`. Right: \`on x: [.., 32, 32, C]\`.`,
  },
  DM1107: {
    severity: "error",
    message: "`->` and `{operator}` need parentheses when they meet",
    hint: "`(a {operator} b) -> f` joins first, `a {operator} (b -> f)` flows first",
    docs: `Both readings of \`x -> f + y\` look natural, so the language takes neither and asks for parentheses.
Wrong: \`x -> conv(8) + x\`. Right: \`(x -> conv(8)) + x\`.`,
  },
  DM1108: {
    severity: "error",
    message: "this row ends without `|`",
    docs: `Each row of a table starts with \`|\`, and each cell, the last one too, ends with \`|\`.
Wrong: \`| 10 | [1, 1]\`. Right: \`| 10 | [1, 1] |\`.`,
  },
  "DM1108/start": {
    severity: "error",
    message: "this row starts without `|`",
    docs: `Each row of a table starts with \`|\`, and each cell, the last one too, ends with \`|\`.
Wrong: \`10 | [1, 1] |\`. Right: \`| 10 | [1, 1] |\`.`,
  },
  DM1109: {
    severity: "error",
    message: "this `{open}` is never closed",
    docs: `Every \`{\`, \`(\` and \`[\` needs its partner before the next declaration, and inside a body before the next statement.
Wrong: \`let y = x -> conv(8 return y\`. Right: \`let y = x -> conv(8) return y\`.`,
  },
  "DM1109/extra": {
    severity: "error",
    message: "this `{close}` closes nothing",
    docs: `Every \`}\`, \`)\` and \`]\` needs the bracket that it closes.
Wrong: \`let y = x -> conv(8)) return y\`. Right: \`let y = x -> conv(8) return y\`.`,
  },
  DM1110: {
    severity: "error",
    message: "this file is edition {edition}; this compiler knows editions up to {known}",
    hint: "update deepmacc, or write `dm {known}`",
    docs: `The first line states which edition of the language a file is written in, so that a later compiler can still read it as it was meant.
Wrong: \`dm 3\`. Right: \`dm 1\`.`,
  },
  DM1111: {
    severity: "error",
    message: "this is nested deeper than {limit} levels",
    hint: "name a part of it with `let`, or write the repetition with `chain` or `each`",
    docs: `Brackets, \`if\`, signs, powers and chains of \`.name\`, \`(…)\` and \`[…]\` may nest 256 levels deep. Sums and flows may have any length.
Wrong: 300 opening parentheses in a row. Right: a few of them, with \`let\` for the inner parts.`,
  },
  DM1112: {
    severity: "error",
    message: "expected {expected}, found {found}",
    docs: `Something else must stand here; the message names it.
Wrong: \`use "./blocks.dm" Unit\`. Right: \`use "./blocks.dm" { Unit }\`.`,
  },
  "DM1112/declaration": {
    severity: "error",
    message: "expected an operator or the next declaration, found {found}",
    docs: `A declaration was complete here, so an operator goes on with it, or the next one begins.
Wrong: \`const a = 1 2\`. Right: \`const a = 1 + 2\`.`,
  },
  "DM1112/statement": {
    severity: "error",
    message: "expected an operator or the next statement, found {found}",
    docs: `A statement was complete here, so an operator goes on with it, or the next one begins.
Wrong: \`let y = x relu\`. Right: \`let y = x -> relu\`.`,
  },
  "DM1112/keyword": {
    severity: "error",
    message: "{found} is a keyword and cannot be a name here",
    docs: `The words that start declarations and statements or join expressions are reserved as names. As labels (\`f(table = 16)\`, \`row.from\`) they are free.
Wrong: \`let table = 3\`. Right: \`let tables = 3\`.`,
  },
  DM1113: {
    severity: "error",
    message: "the name of a {thing} starts with a {case} letter, found `{name}`",
    hint: "write `{fixed}`",
    docs: `Case carries meaning: blocks, models, tables, types and enums start with a capital, values, parameters and ports with a small letter.
Wrong: \`block unit on x: [.., H, W, C] = x\`. Right: \`block Unit on x: [.., H, W, C] = x\`.`,
  },
  DM1114: {
    severity: "error",
    message: "`{first}` and `{second}` do not chain",
    hint: "write `a {first} b and b {second} c`",
    docs: `A comparison has two sides. To compare three values, join two comparisons with \`and\`.
Wrong: \`where 2 <= n <= 8\`. Right: \`where 2 <= n and n <= 8\`.`,
  },
  DM1115: {
    severity: "error",
    message: "`{operator}` cannot stand here without parentheses",
    docs: `A dimension is arithmetic only; an index, a range and the start of \`grow\` may not contain a flow; \`not\` stands before a comparison or a name. Parentheses allow anything.
Wrong: \`a + not b\`. Right: \`a + (not b)\`.`,
  },
  DM1116: {
    severity: "error",
    message: "`as` names a stage of a flow",
    hint: "write `x -> f as {name}`, or bind the value with `let {name} = …`",
    docs: `\`as\` gives a name to what comes out of a stage, so it stands directly after the block of that stage.
Wrong: \`return x as y\`. Right: \`return x -> relu as y\`.`,
  },
  DM1117: {
    severity: "error",
    message: "`use` must stand before the first declaration",
    docs: `All imports stand at the top of a file, after \`dm 1\` and before everything else, where a reader looks for them.
Wrong: \`const a = 1 use "./b.dm" { B }\`. Right: \`use "./b.dm" { B } const a = 1\`.`,
  },
  DM1118: {
    severity: "error",
    message: "further errors in this file are not shown",
    docs: `After a hundred errors in the text of one file the rest is left out. Such a file is rarely a program; when it is, the first errors usually explain the others.
Wrong: an HTML page named \`model.dm\`. Right: the model itself.`,
  },
  DM1119: {
    severity: "error",
    message: "{name} stands twice in this {thing}",
    docs: `A label of a record, a member of an enum, a column of a table and an arm of a \`match\` stand once: of two, one would be lost without a word.
Wrong: \`{ low: x, low: y }\`. Right: \`{ low: x, high: y }\`.`,
  },
  "DM1119/return": {
    severity: "error",
    message: "this body has returned already",
    hint: "several tensors are returned as one: `return (a, b)`",
    docs: `A body returns once; a second \`return\` would never be reached.
Wrong: \`{ return a return b }\`. Right: \`{ return (a, b) }\`.`,
  },
} as const satisfies Record<string, MessageRow>;

export type SyntaxCode = keyof typeof syntaxMessages;
