// What the parser could not read, said in the user's words. The parser's errors carry only a key (what
// was expected); the sentence depends on what stands there instead.
import type { TokenType } from "chevrotain";
import { type Details, type Diagnostic, diagnose, type Label } from "./diagnostic.ts";
import { syntaxMessages } from "./messages.ts";
import { nearest } from "./nearest.ts";
import type { Expectation } from "./parser.ts";
import type { Outcome, Reader } from "./reader.ts";
import { shortened } from "./shown.ts";
import { type Span, textOf } from "./span.ts";
import { meantAt, type Situation } from "./synonyms.ts";
import * as t from "./tokens.ts";

type Code = keyof typeof syntaxMessages;

/** Tells unless the scanner already complained between `start` and `place`: one mistake, one message. */
function tell<Key extends Code>(
  reader: Reader,
  start: number,
  key: Key,
  span: Span,
  slots: Parameters<typeof diagnose<typeof syntaxMessages, Key>>[3],
  details: Details = {},
): void {
  if (isKnown(reader, reader.tokens[start - 1]?.endOffset ?? 0, span)) return;
  const opener = openedBefore(reader, start, span);
  const meaning = meantAt(reader.source.text, span.start, ...(situations.get(key) ?? within));
  const help = meaning ? [meaning.help] : details.help;
  reader.diagnostics.push(opener ?? diagnose(syntaxMessages, key, span, slots, { ...details, ...(help && { help }) }));
}

/** Whether the scanner complained in front of `span`, or the word there has been called a keyword before. */
function isKnown(reader: Reader, from: number, span: Span): boolean {
  if (reader.lexical.some((offset) => offset >= from && offset <= span.end)) return true;
  const before = reader.tokens[t.tokenAt(reader.tokens, span.start) - 1];
  return reader.misnamed.has(textOf(span)) || (before !== undefined && reader.misnamed.has(before.image));
}

const situations: ReadonlyMap<string, readonly Situation[]> = new Map([
  ["DM1102", ["declaring"]],
  ["DM1105", ["stating"]],
  ["DM1112/declaration", ["within", "declaring"]],
  ["DM1112/statement", ["within", "stating"]],
  ["DM1112/keyword", []],
]);

const within: readonly Situation[] = ["within"];

/** The word in front of `span`, where that is the mistake: `lambda y`, `let mut y`. */
function openedBefore(reader: Reader, start: number, span: Span): Diagnostic | undefined {
  const at = t.tokenAt(reader.tokens, span.start);
  const before = reader.tokens[at - 1];
  if (before === undefined || at <= start || startsLine(reader, at)) return undefined;
  const meaning = meantAt(reader.source.text, before.startOffset, "opening");
  if (meaning === undefined) return undefined;
  const place = { ...span, start: before.startOffset, end: before.startOffset + meaning.word.length };
  return diagnose(syntaxMessages, "DM1008", place, { found: meaning.word }, { help: [meaning.help] });
}

function found(reader: Reader, at: number): string {
  const token = reader.tokens[at];
  return token ? `\`${shortened(token.image)}\`` : "the end of the file";
}

/** The place of a token; at the end of the file, the place just after the last one. */
export function placeOf(reader: Reader, at: number): Span {
  const token = reader.tokens[at];
  const end = (reader.tokens.at(-1)?.endOffset ?? -1) + 1;
  return { source: reader.source, start: token?.startOffset ?? end, end: token ? token.endOffset + 1 : end };
}

/** Just behind a token, where something is missing. */
function behind(reader: Reader, at: number): Span {
  const end = (reader.tokens[at]?.endOffset ?? -1) + 1;
  return { source: reader.source, start: end, end };
}

export function startsLine(reader: Reader, at: number): boolean {
  return reader.tokens[at]?.startsLine ?? true;
}

/** The brackets from `start` to `end` that have no partner there, outermost first. */
function unclosed(reader: Reader, start: number, end: number): number[] {
  const open: number[] = [];
  for (let at = start; at < end; at++) {
    const type = reader.tokens[at]?.tokenType;
    if (type && t.closerOf.has(type)) open.push(at);
    else if (type && t.closers.has(type)) open.pop();
  }
  return open;
}

/** An opening bracket that nothing closes, and where its partner was missed. */
export function neverClosed(reader: Reader, start: number, opener: number, last: number): void {
  const type = reader.tokens[opener]?.tokenType;
  const closer = (type && t.closerOf.get(type)?.LABEL) ?? "`}`";
  const labels: Label[] = [{ span: behind(reader, last), text: `expected ${closer} here` }];
  tell(reader, start, "DM1109", placeOf(reader, opener), { open: reader.tokens[opener]?.image ?? "{" }, { labels });
}

/** The error of a rule that was run on the tokens from `start` to `end`. */
export function syntaxError(reader: Reader, start: number, end: number, { error, stop }: Outcome): void {
  if (error === undefined) return;
  const opener = unclosed(reader, start, Math.min(stop, end)).at(-1);
  if (stop >= end && opener !== undefined) return neverClosed(reader, start, opener, end - 1);
  const rules = error.context.ruleStack;
  if (rowError(reader, start, stop, rules, error.message) || aliasError(reader, start, stop)) return;
  const stopType = reader.tokens[stop]?.tokenType;
  const closes = stop < end && stopType !== undefined && t.closers.has(stopType);
  const labels: Label[] =
    closes && opener !== undefined && isCloser(error.message)
      ? [{ span: placeOf(reader, opener), text: "opened here" }]
      : [];
  if (!expected(reader, start, stop, error.message as Expectation))
    wanted(reader, start, stop, error.message, rules, labels);
}

/** `as` where no stage ends. The parser stops in front of it, wherever that is. */
function aliasError(reader: Reader, start: number, at: number): boolean {
  const name = reader.tokens[at + 1];
  const isAlias = reader.tokens[at]?.tokenType === t.As && (name?.tokenType === t.Lower || name?.tokenType === t.Upper);
  if (isAlias) tell(reader, start, "DM1116", placeOf(reader, at), { name: shortened(name.image) });
  return isAlias;
}

/** `x @ y`: an annotation begins a line. */
function strayAt(reader: Reader, start: number, at: number): boolean {
  const isStray = reader.tokens[at]?.tokenType === t.AtSign;
  if (isStray) tell(reader, start, "DM1008", placeOf(reader, at), { found: "@" });
  return isStray;
}

const isCloser = (key: string) => key.startsWith("Right");

/** The places with a message of their own. */
function expected(reader: Reader, start: number, stop: number, key: Expectation): boolean {
  const slots = { found: found(reader, stop) };
  const place = placeOf(reader, stop);
  switch (key) {
    case "expression":
      tell(reader, start, "DM1103", place, slots);
      return true;
    case "type":
      tell(reader, start, "DM1106", place, slots);
      return true;
    case "body":
      tell(reader, start, "DM1104", place, { ...slots, open: "{" });
      return true;
    case "equals":
      tell(reader, start, "DM1101", place, slots);
      return true;
    case "declaration":
      notADeclaration(reader, start, stop);
      return true;
    case "statement":
      notAStatement(reader, start, stop, t.statementWords);
      return true;
    default:
      return false;
  }
}

const descriptions: ReadonlyMap<string, string> = new Map([
  ["pattern", "a name"],
  ["arm", "a name, a number, a string or `else`"],
  ["port", "an input such as x: [.., H, W, C]"],
  ["place", "a named value, or a field of one such as det.boxes"],
  ["NumberLiteral", "a number"],
  ["StringLiteral", "a string"],
  ["Label", "a label"],
  ["Name", "a name"],
]);
const labels: ReadonlyMap<string, string> = new Map(t.vocabulary.map((type) => [type.name, type.LABEL ?? type.name]));
const listRules: ReadonlySet<string | undefined> = new Set([
  "args",
  "params",
  "tuple",
  "list",
  "record",
  "use",
  "match",
  "portList",
  "cuts",
  "places",
  "dims",
]);

function wanted(
  reader: Reader,
  start: number,
  stop: number,
  key: string,
  rules: readonly string[],
  marks: readonly Label[],
): void {
  if (key === "Label" && cutNumber(reader, start, stop)) return;
  const token = reader.tokens[stop];
  const place = placeOf(reader, stop);
  const isName = key === "Name" || key === "pattern" || key === "port" || key === "place";
  const isWord = token !== undefined && /^[a-z]/.test(token.image) && token.tokenType !== t.Lower;
  if (isName && isWord && !startsLine(reader, stop)) {
    tell(reader, start, "DM1112/keyword", place, { found: found(reader, stop) }, keywordHelp(token));
    reader.misnamed.add(token.image);
    return;
  }
  const one = descriptions.get(key) ?? labels.get(key) ?? "something else";
  const many = isCloser(key) && listRules.has(rules.at(-1)) ? `\`,\` or ${one}` : one;
  const help = helps.get(key);
  const details = { labels: marks, ...(help !== undefined && { help: [help] }) };
  tell(reader, start, "DM1112", place, { expected: many, found: found(reader, stop) }, details);
}

/** `5.`, as other languages write a number with a fraction. */
function cutNumber(reader: Reader, start: number, stop: number): boolean {
  const [number, dot] = reader.tokens.slice(stop - 2, stop);
  if (number?.tokenType !== t.NumberLiteral || dot?.tokenType !== t.Dot) return false;
  const image = shortened(number.image);
  const place = { ...placeOf(reader, stop - 2), end: dot.endOffset + 1 };
  tell(reader, start, "DM1008", place, { found: `${image}.` }, { help: [`write \`${image}\` or \`${image}.0\``] });
  return true;
}

const keywordHelp = ({ image }: t.Token): Details => ({ help: [`choose another name, such as \`my_${image}\``] });

const helps: ReadonlyMap<string, string> = new Map([
  ["ThenWord", "a choice is a value: `if c then a else b`"],
  ["ElseWord", "an `if` is a value, so it says what it is else: `if c then a else b`"],
]);

/** Rows are told from each other by their bars, so a missing bar is best seen from the line breaks. */
function rowError(reader: Reader, start: number, stop: number, rules: readonly string[], key: string): boolean {
  const rule = rules.at(-1);
  const isRow = rule === "row" || rule === "tableHead" || rule === "table";
  if (!isRow || stop <= start + 1) return false;
  const typeAt = (at: number) => reader.tokens[at]?.tokenType;
  const previous = stop - 1;
  if (typeAt(previous) === t.LeftCurly)
    return key === "Bar" && typeAt(stop) !== t.RightCurly && barMissing(reader, stop);
  const isNextRow =
    typeAt(previous) === t.Bar &&
    typeAt(previous - 1) !== t.LeftCurly &&
    previous > start &&
    startsLine(reader, previous);
  if (isNextRow) return barMissing(reader, previous);
  if (rule === "table" && typeAt(stop) !== t.RightCurly) return startsLine(reader, stop) && barMissing(reader, stop);
  if (key !== "Bar" || !(typeAt(stop) === t.RightCurly || startsLine(reader, stop))) return false;
  return barMissing(reader, stop);
}

/** A bar is missing in front of `at`: either the last one of its row, or the first. */
export function barMissing(reader: Reader, at: number): true {
  const isNewRow = reader.tokens[at - 1]?.tokenType === t.Bar || reader.tokens[at - 1]?.tokenType === t.LeftCurly;
  if (isNewRow) tell(reader, at, "DM1108/start", placeOf(reader, at), {});
  else tell(reader, at - 1, "DM1108", placeOf(reader, at - 1), {});
  return true;
}

const wordsOf = (types: ReadonlySet<TokenType>) => [...types].map((type) => (type.LABEL ?? "").replaceAll("`", ""));

/** What is left of a line after a mistake in it is no mistake of its own. */
function isRemainder(reader: Reader, at: number): boolean {
  const last = reader.diagnostics.at(-1);
  if (last === undefined || startsLine(reader, at)) return false;
  const { start } = placeOf(reader, at);
  return last.span.start < start && !/[\r\n]/.test(reader.source.text.slice(last.span.start, start));
}

/** `at` begins something that is no declaration; what follows up to the next one is part of the same mistake. */
export function notADeclaration(reader: Reader, start: number, at: number, details: Details = {}): void {
  const token = reader.tokens[at];
  if (token === undefined)
    return tell(reader, start, "DM1112", placeOf(reader, at), { expected: "a declaration", found: found(reader, at) });
  if (isRemainder(reader, at)) return;
  if (t.closers.has(token.tokenType))
    return tell(reader, start, "DM1109/extra", placeOf(reader, at), { close: token.image });
  if (aliasError(reader, start, at) || strayAt(reader, start, at)) return;
  if (isTail(reader, start, at)) {
    return tell(reader, start, "DM1112/declaration", placeOf(reader, at), { found: found(reader, at) }, details);
  }
  const name = reader.tokens[at + 1];
  if (name?.tokenType === t.Upper || name?.tokenType === t.Lower) reader.damaged.add(name.image);
  const help = details.help ?? declarationHelp(token);
  tell(reader, start, "DM1102", placeOf(reader, at), { found: found(reader, at) }, { ...details, help });
}

function declarationHelp(token: t.Token): string[] {
  const near = nearest(token.image, wordsOf(t.declarationWords));
  return near === undefined ? [] : [`did you mean \`${near}\`?`];
}

/** Something that goes on in the line of what was complete: rather a missing operator than a new beginning. */
function isTail(reader: Reader, start: number, at: number): boolean {
  if (at === start || startsLine(reader, at)) return false;
  const next = reader.tokens[at + 1]?.tokenType;
  // A mark, or a word that joins expressions, begins nothing.
  if (!/^\w/.test(reader.tokens[at]?.image ?? "") || reader.tokens[at]?.tokenType === t.If) return true;
  const begins: readonly (TokenType | undefined)[] = [
    t.Equals,
    t.Colon,
    t.Upper,
    t.Lower,
    t.StringLiteral,
    t.LeftCurly,
  ];
  return !begins.includes(next) && reader.tokens[at]?.tokenType !== t.Let;
}

/** The same inside a body or a test, whose statements begin with one of `words`. */
export function notAStatement(reader: Reader, start: number, at: number, words: ReadonlySet<TokenType>): void {
  const token = reader.tokens[at];
  if (isRemainder(reader, at)) return;
  if (token && t.closers.has(token.tokenType))
    return tell(reader, start, "DM1109/extra", placeOf(reader, at), { close: token.image });
  if (aliasError(reader, start, at) || strayAt(reader, start, at)) return;
  if (isTail(reader, start, at)) {
    return tell(reader, start, "DM1112/statement", placeOf(reader, at), { found: found(reader, at) });
  }
  tell(
    reader,
    start,
    "DM1105",
    placeOf(reader, at),
    { found: found(reader, at) },
    { help: statementHelp(reader, at, words) },
  );
}

function statementHelp(reader: Reader, at: number, words: ReadonlySet<TokenType>): string[] {
  const token = reader.tokens[at];
  if (token === undefined || (token.tokenType !== t.Lower && token.tokenType !== t.Upper)) return [];
  const near = nearest(token.image, wordsOf(words));
  return near === undefined ? [] : [`did you mean \`${near}\`?`];
}
