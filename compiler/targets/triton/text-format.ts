// Protobuf's text format, write only: what Triton reads as config.pbtxt.

/** A name of an enumeration, which stands without quotes. */
export interface Word {
  readonly word: string;
}
type Value = number | string | Word | Message;
/** Fields in order; a list is a repeated field. An absent value leaves the field out. */
export type Field = readonly [name: string, value: Value | readonly Value[] | undefined];
export interface Message {
  readonly fields: readonly Field[];
}

export const word = (name: string): Word => ({ word: name });
export const message = (...fields: readonly Field[]): Message => ({ fields });

/** One field a line, lists of numbers on one line. */
export function textOf({ fields }: Message, indent = ""): string {
  return fields.map((field) => fieldText(field, indent)).join("");
}

function fieldText([name, value]: Field, indent: string): string {
  if (value === undefined) return "";
  if (!Array.isArray(value)) return `${indent}${name}${valueText(value as Value, indent)}\n`;
  const items = value as readonly Value[];
  if (items.every((item) => typeof item === "number")) return `${indent}${name}: [${items.join(", ")}]\n`;
  return items.map((item) => `${indent}${name}${valueText(item, indent)}\n`).join("");
}

function valueText(value: Value, indent: string): string {
  if (typeof value === "number") return `: ${value}`;
  if (typeof value === "string") return `: ${quoted(value)}`;
  if ("word" in value) return `: ${value.word}`;
  return value.fields.length === 0 ? " {}" : ` {\n${textOf(value, `${indent}  `)}${indent}}`;
}

/** Escapes that C knows; other characters are UTF-8. */
function quoted(text: string): string {
  const escaped = text.replace(/["\\\p{Cc}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return character === '"' || character === "\\" ? `\\${character}` : `\\${code.toString(8).padStart(3, "0")}`;
  });
  return `"${escaped}"`;
}
