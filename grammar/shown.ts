// How pieces of a text are shown in a message about it.

/** A megabyte of digits must not become a megabyte of message. */
export function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 37)}…`;
}

/** `U+200B`. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** A character as it is, or its number where it cannot be seen. */
export function visible(character: string): string {
  return /[\p{C}\p{Z}]/u.test(character) ? codePoint(character) : character;
}
