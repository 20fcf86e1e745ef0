// The header of a safetensors file: a small part of JSON, read strictly. A reader of its own, because
// JSON.parse drops duplicate keys without a word, and because what may stand here is flat: hostile nesting
// ends at its first bracket.
import type { Problem } from "../checkpoint.ts";
import { isProblem } from "../checkpoint.ts";
import { printable } from "../printable.ts";

export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** More tensors than any model has; keeps the memory of a hostile header in bounds. */
const mostTensors = 200_000;
/** More axes than any framework has. */
const mostAxes = 255;

interface Cursor {
  readonly text: string;
  at: number;
}

/** A failed reading of a value; how a reading went otherwise is in the value. */
type Read<Value> = Value | Problem;

export function parseHeader(text: string): Read<Header> {
  const cursor: Cursor = { text, at: 0 };
  const entries: HeaderEntry[] = [];
  const names = new Set<string>();
  let metadata: ReadonlyMap<string, string> = new Map();
  const failed = readObject(cursor, (name) => {
    if (names.has(name)) return { problem: `the header has two entries named ${shown(name)}` };
    if (names.size >= mostTensors) return { problem: `the header has more than ${mostTensors} entries` };
    names.add(name);
    const value = name === "__metadata__" ? readMetadata(cursor) : readEntry(cursor, name);
    if (isProblem(value)) return value;
    if (value instanceof Map) metadata = value;
    else entries.push(value as HeaderEntry);
    return undefined;
  });
  if (failed) return failed;
  skipSpace(cursor);
  return cursor.at < text.length ? unexpected(cursor, "the end of the header") : { entries, metadata };
}

const shown = (name: string): string => JSON.stringify(printable(name));

function readMetadata(cursor: Cursor): Read<Map<string, string>> {
  const metadata = new Map<string, string>();
  const failed = readObject(cursor, (name) => {
    if (metadata.has(name)) return { problem: `the metadata has two entries named ${shown(name)}` };
    const value = readString(cursor);
    if (typeof value !== "string") return value;
    metadata.set(name, value);
    return undefined;
  });
  return failed ?? metadata;
}

function readEntry(cursor: Cursor, name: string): Read<HeaderEntry> {
  const fields: { dtype?: string; shape?: readonly number[]; data_offsets?: readonly number[] } = {};
  const failed = readObject(cursor, (field) => {
    if (field !== "dtype" && field !== "shape" && field !== "data_offsets")
      return { problem: `the entry of ${shown(name)} has an unknown field ${shown(field)}` };
    if (field in fields) return { problem: `the entry of ${shown(name)} has two fields ${field}` };
    const value = field === "dtype" ? readString(cursor) : readNumbers(cursor);
    if (isProblem(value)) return value;
    Object.assign(fields, { [field]: value });
    return undefined;
  });
  if (failed) return failed;
  const { dtype, shape, data_offsets: offsets } = fields;
  const [begin, end] = offsets ?? [];
  if (dtype === undefined || !shape || begin === undefined || end === undefined || offsets?.length !== 2)
    return { problem: `the entry of ${shown(name)} needs dtype, shape and two data_offsets` };
  return { name, dtype, shape, begin, end };
}

/** `{ "name": value, … }`; `member` reads the value behind the colon. */
function readObject(cursor: Cursor, member: (name: string) => Problem | undefined): Problem | undefined {
  if (!take(cursor, "{")) return unexpected(cursor, "{");
  if (take(cursor, "}")) return undefined;
  do {
    const name = readString(cursor);
    if (typeof name !== "string") return name;
    if (!take(cursor, ":")) return unexpected(cursor, ":");
    const failed = member(name);
    if (failed) return failed;
  } while (take(cursor, ","));
  return take(cursor, "}") ? undefined : unexpected(cursor, ", or }");
}

function readNumbers(cursor: Cursor): Read<number[]> {
  const numbers: number[] = [];
  if (!take(cursor, "[")) return unexpected(cursor, "[");
  if (take(cursor, "]")) return numbers;
  do {
    const number = readWhole(cursor);
    if (typeof number !== "number") return number;
    if (numbers.length >= mostAxes)
      return { problem: `the list at character ${cursor.at} of the header is longer than ${mostAxes}` };
    numbers.push(number);
  } while (take(cursor, ","));
  return take(cursor, "]") ? numbers : unexpected(cursor, ", or ]");
}

function readWhole(cursor: Cursor): Read<number> {
  skipSpace(cursor);
  const digits = /(?:0|[1-9]\d{0,16})(?![\d.eE])/y;
  digits.lastIndex = cursor.at;
  const [found] = digits.exec(cursor.text) ?? [];
  if (found === undefined || !Number.isSafeInteger(Number(found)))
    return unexpected(cursor, "a whole number below 2^53");
  cursor.at += found.length;
  return Number(found);
}

function readString(cursor: Cursor): Read<string> {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== '"') return unexpected(cursor, "a string");
  const found = stringFrom(cursor);
  if (found === undefined) return { problem: `the string at character ${cursor.at} of the header does not end` };
  try {
    const value: unknown = JSON.parse(found);
    cursor.at += found.length;
    return String(value);
  } catch {
    return { problem: `the string at character ${cursor.at} of the header is not JSON` };
  }
}

/** By hand: a pattern would need a stack as deep as the string is long. */
function stringFrom({ text, at }: Cursor): string | undefined {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === "\\") end++;
    else if (text[end] === '"') return text.slice(at, end + 1);
  }
  return undefined;
}

function skipSpace(cursor: Cursor): void {
  while (" \t\n\r".includes(cursor.text[cursor.at] ?? "x")) cursor.at++;
}

function take(cursor: Cursor, mark: string): boolean {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== mark) return false;
  cursor.at++;
  return true;
}

function unexpected({ text, at }: Cursor, wanted: string): Problem {
  const found = at < text.length ? shown(text.slice(at, at + 12)) : "the end";
  return { problem: `the header wants ${wanted} at character ${at}, but has ${found}` };
}
