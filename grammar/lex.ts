// Text to tokens, in one pass and without backtracking: four megabytes of one token, or of none, cost
// the same as any other text. A bad character is reported and left out, so that the rest can be parsed.
import type { TokenType } from "chevrotain";
import { type Details, type Diagnostic, diagnose } from "./diagnostic.ts";
import { isUnit, numberValue, quote, stringValue } from "./literals.ts";
import { syntaxMessages } from "./messages.ts";
import { shortened, visible } from "./shown.ts";
import type { Source, Span } from "./span.ts";
import { closersOf, type ForeignMark, foreignMarks, letterMeant } from "./synonyms.ts";
import { Edition, keywords, Lower, marks, NumberLiteral, StringLiteral, type Token, Upper } from "./tokens.ts";

export interface Lexed {
  readonly tokens: readonly Token[];
  /** Doc comments by the offset of the token that follows them. */
  readonly docs: ReadonlyMap<number, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Real files stay far below; beyond, memory would grow without any use. */
const tokenLimit = 250_000;

/** More than anyone will read: beyond, errors are neither looked for nor kept. */
export const complaintLimit = 1000;

interface Scan {
  readonly source: Source;
  readonly text: string;
  readonly tokens: Token[];
  /** By the index of the token that will follow. */
  readonly docs: Map<number, string>;
  readonly diagnostics: Diagnostic[];
  /** What was said of marks of other languages. */
  readonly foreign: Set<string>;
  at: number;
  /** Whether a line break was passed since the last token. */
  newLine: boolean;
  /** Where the last doc line ended, to tell one run of lines from the next. */
  docEnd: number;
}

const LF = 10;
const CR = 13;
const isDigit = (code: number) => code >= 48 && code <= 57;
const isLetter = (code: number) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isWord = (code: number) => isLetter(code) || isDigit(code);
const isSpace = (code: number) => code === 32 || (code >= 9 && code <= 13);
const foreignLetter = /[\p{L}\p{N}\p{M}]/u;

/** `text` is that of the source, with some of it blanked out. */
export function lex(source: Source, text = source.text): Lexed {
  const scan: Scan = {
    source,
    text,
    tokens: [],
    docs: new Map(),
    diagnostics: [],
    foreign: new Set(),
    at: text.charCodeAt(0) === 0xfeff ? 1 : 0,
    newLine: true,
    docEnd: -1,
  };
  while (scan.at < scan.text.length && scan.tokens.length <= tokenLimit) step(scan);
  reportUnseen(scan);
  if (scan.tokens.length > tokenLimit) report(scan, "DM1007", spanOf(scan, scan.at, scan.at), { limit: tokenLimit });
  return { tokens: scan.tokens, docs: docsByOffset(scan), diagnostics: scan.diagnostics };
}

// Control characters, and marks that turn the direction of writing: an editor or a terminal shows another text
// than the one that is read. Between words they are bad characters anyway.
const unseen = /[^\P{Cc}\t-\r]|[\u202a-\u202e\u2066-\u2069]/gu;

/** Those in strings and comments, each once in a file. */
function reportUnseen(scan: Scan): void {
  const known = new Set(scan.diagnostics.map(({ span }) => span.start));
  const said = new Set<string>();
  for (const { 0: character, index } of scan.text.matchAll(unseen)) {
    const isNew = !said.has(character) && said.size < complaintLimit && !known.has(index);
    if (isNew) report(scan, "DM1009", spanOf(scan, index, index + 1), { character: visible(character) });
    said.add(character);
  }
}

function docsByOffset(scan: Scan): ReadonlyMap<number, string> {
  const entries = Array.from(scan.docs, ([index, text]) => [scan.tokens[index]?.startOffset ?? -1, text] as const);
  return new Map(entries);
}

function spanOf(scan: Scan, start: number, end: number): Span {
  return { source: scan.source, start, end };
}

function report<Key extends keyof typeof syntaxMessages>(
  scan: Scan,
  key: Key,
  span: Span,
  slots: Parameters<typeof diagnose<typeof syntaxMessages, Key>>[3],
  details?: Details,
): void {
  if (scan.diagnostics.length >= complaintLimit) return;
  scan.diagnostics.push(diagnose(syntaxMessages, key, span, slots, details));
}

function step(scan: Scan): void {
  const code = scan.text.charCodeAt(scan.at);
  if (isSpace(code)) {
    scan.newLine ||= code === LF || code === CR;
    scan.at++;
  } else if (code === 35 /* # */) comment(scan);
  else if (isLetter(code)) word(scan);
  else if (isDigit(code)) number(scan);
  else if (code === 34 /* " */) string(scan);
  else if (!mark(scan)) unexpected(scan);
}

function push(scan: Scan, type: TokenType, start: number, image: string): void {
  scan.tokens.push({
    image,
    startOffset: start,
    endOffset: scan.at - 1,
    tokenTypeIdx: type.tokenTypeIdx ?? 0,
    tokenType: type,
    index: scan.tokens.length,
    startsLine: scan.newLine,
  });
  scan.newLine = false;
}

export function endOfLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== LF && text.charCodeAt(at) !== CR) at++;
  return at;
}

function comment(scan: Scan): void {
  const start = scan.at;
  scan.at = endOfLine(scan.text, start);
  if (scan.text[start + 1] !== "#") return;
  const line = scan.text
    .slice(start + 2, scan.at)
    .replace(/^ /, "")
    .trimEnd();
  const known = scan.docs.get(scan.tokens.length);
  const continues = known !== undefined && isNextLine(scan.text, scan.docEnd, start);
  // Of several runs of lines the last one describes what follows; the others speak of the file.
  scan.docs.set(scan.tokens.length, continues ? `${known}\n${line}` : line);
  scan.docEnd = scan.at;
}

/** Whether nothing but one line break lies between. */
export function isNextLine(text: string, from: number, to: number): boolean {
  return /^(?:\r\n|\r|\n)[ \t]*$/.test(text.slice(from, to));
}

function word(scan: Scan): void {
  const start = scan.at;
  let next = start + 1;
  while (isWord(scan.text.charCodeAt(next))) next++;
  scan.at = next;
  if (foreignLetter.test(characterAt(scan, next))) return foreignWord(scan, start);
  const image = scan.text.slice(start, next);
  push(scan, wordType(scan, image), start, image);
}

function wordType(scan: Scan, image: string): TokenType {
  // `dm` states the edition only where a number follows, so it stays free as a name.
  if (image === "dm" && scan.tokens.length === 0 && numberNext(scan)) return Edition;
  const first = image.charCodeAt(0);
  return keywords.get(image) ?? (first >= 65 && first <= 90 ? Upper : Lower);
}

function numberNext({ text, at }: Scan): boolean {
  let next = at;
  while (isSpace(text.charCodeAt(next)) || text[next] === "#")
    next = text[next] === "#" ? endOfLine(text, next) : next + 1;
  return next > at && isDigit(text.charCodeAt(next));
}

function characterAt(scan: Scan, at: number): string {
  const point = scan.text.codePointAt(at);
  return point === undefined ? "" : String.fromCodePoint(point);
}

/** `größe` is one name with one bad letter, not two names with a hole between them. */
function foreignWord(scan: Scan, start: number): void {
  const bad = scan.at;
  let character = characterAt(scan, scan.at);
  while (character !== "" && (isWord(character.charCodeAt(0)) || foreignLetter.test(character))) {
    scan.at += character.length;
    character = characterAt(scan, scan.at);
  }
  const letter = characterAt(scan, bad);
  const meant = letterMeant(letter);
  const details = meant === undefined ? {} : { help: [meant] };
  report(scan, "DM1001", spanOf(scan, bad, bad + letter.length), { character: letter }, details);
  const first = scan.text.charCodeAt(start);
  push(scan, first >= 65 && first <= 90 ? Upper : Lower, start, scan.text.slice(start, scan.at));
}

function digits(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

function number(scan: Scan): void {
  const { text, at: start } = scan;
  let next = digits(text, start);
  if (text[next] === "." && isDigit(text.charCodeAt(next + 1))) next = digits(text, next + 1);
  if (text[next] === "e" || text[next] === "E") {
    const sign = text[next + 1] === "-" || text[next + 1] === "+" ? 1 : 0;
    if (isDigit(text.charCodeAt(next + 1 + sign))) next = digits(text, next + 1 + sign);
  }
  const unitStart = next;
  while (isWord(text.charCodeAt(next))) next++;
  scan.at = next;
  const unit = text.slice(unitStart, next);
  const image = text.slice(start, next);
  if (unit !== "" && !isUnit(unit))
    report(scan, "DM1003", spanOf(scan, unitStart, next), { unit: shortened(unit) }, unitHelp(image, unit));
  else if (numberValue(image) === undefined)
    report(scan, "DM1005", spanOf(scan, start, next), { number: shortened(image) });
  push(scan, NumberLiteral, start, image);
}

/** `1_000`, `0x10` and `3k`, as other languages write them. */
function unitHelp(image: string, unit: string): Details {
  const near = ["K", "M", "G", "B", "KiB", "MiB", "GiB"].find((each) => each.toLowerCase() === unit.toLowerCase());
  if (near !== undefined) return { help: [`did you mean \`${near}\`?`] };
  if (/^[0-9_]+$/.test(image)) return { help: [`digits stand together: \`${shortened(image.replaceAll("_", ""))}\``] };
  if (/^0[xob]/i.test(image)) return { help: ["numbers are written with ten digits"] };
  return /^[dfluFLU]+$/.test(unit) ? { help: ["write the number alone"] } : {};
}

function string(scan: Scan): void {
  const { text, at: start } = scan;
  let next = start + 1;
  let code = text.charCodeAt(next);
  while (next < text.length && code !== 34 && code !== LF && code !== CR) {
    const escapes = code === 92 && text.charCodeAt(next + 1) !== LF && text.charCodeAt(next + 1) !== CR;
    next += escapes ? 2 : 1;
    code = text.charCodeAt(next);
  }
  const closed = next < text.length && code === 34;
  scan.at = closed ? next + 1 : Math.min(next, text.length);
  const image = text.slice(start, scan.at);
  if (!closed) report(scan, "DM1002", spanOf(scan, start, scan.at), {});
  else if (image.includes("\\")) checkEscapes(scan, image, start);
  push(scan, StringLiteral, start, image);
}

function checkEscapes(scan: Scan, image: string, start: number): void {
  stringValue(image, (text, offset) =>
    report(scan, "DM1006", spanOf(scan, start + offset, start + offset + text.length), { escape: text }),
  );
}

function mark(scan: Scan): boolean {
  const start = scan.at;
  for (const length of [2, 1]) {
    const image = scan.text.slice(start, start + length);
    const foreign = foreignMarks.get(image);
    if (foreign) return foreignMark(scan, image, foreign);
    const type = marks.get(image);
    if (type === undefined) continue;
    scan.at += image.length;
    push(scan, type, start, image);
    return true;
  }
  return false;
}

/** A mark of another language is read as what it means, and said once in a file. */
function foreignMark(scan: Scan, image: string, { help, reads }: ForeignMark): true {
  const start = scan.at;
  scan.at += image.length;
  const span = spanOf(scan, start, scan.at);
  if (!scan.foreign.has(help)) {
    const said = { help: [help] };
    if (image.length === 1) report(scan, "DM1001", span, { character: visible(image) }, said);
    else report(scan, "DM1008", span, { found: image }, said);
  }
  scan.foreign.add(help);
  if (image === "/*") skipComment(scan);
  else if (reads === StringLiteral) foreignString(scan, start);
  else if (reads) push(scan, reads, start, image);
  return true;
}

function skipComment(scan: Scan): void {
  const end = scan.text.indexOf("*/", scan.at);
  const after = end < 0 ? scan.text.length : end + 2;
  scan.newLine ||= /[\r\n]/.test(scan.text.slice(scan.at, after));
  scan.at = after;
}

/** Up to what closes it on the line; without that, it was only a stray mark. */
function foreignString(scan: Scan, start: number): void {
  const closers = closersOf(scan.text[start] ?? "");
  let end = start + 1;
  while (end < scan.text.length && !closers.includes(scan.text[end] ?? "")) {
    if (scan.text[end] === "\n" || scan.text[end] === "\r") return;
    end++;
  }
  if (end === scan.text.length) return;
  scan.at = end + 1;
  push(scan, StringLiteral, start, quote(scan.text.slice(start + 1, end)));
}

/** A run of bad characters is one mistake. A foreign letter starts a word, which is kept as a name. */
function unexpected(scan: Scan): void {
  const start = scan.at;
  const character = characterAt(scan, start);
  if (foreignLetter.test(character)) return foreignWord(scan, start);
  scan.at += character.length;
  while (scan.at < scan.text.length && isBad(scan)) scan.at++;
  report(scan, "DM1001", spanOf(scan, start, scan.at), { character: visible(character) });
}

function isBad(scan: Scan): boolean {
  const code = scan.text.charCodeAt(scan.at);
  if (isSpace(code) || isWord(code) || code === 34 || code === 35) return false;
  return (
    !marks.has(scan.text.slice(scan.at, scan.at + 2)) &&
    !marks.has(scan.text[scan.at] ?? "") &&
    !foreignMarks.has(scan.text[scan.at] ?? "") &&
    !foreignLetter.test(characterAt(scan, scan.at))
  );
}
