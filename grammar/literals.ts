// What a number or a string literal means. Kept apart from the scanner, which only finds its borders.

const decimalUnits: ReadonlyMap<string, number> = new Map([
  ["K", 3],
  ["M", 6],
  ["G", 9],
  ["B", 9],
]);
const binaryUnits: ReadonlyMap<string, number> = new Map([
  ["KiB", 2 ** 10],
  ["MiB", 2 ** 20],
  ["GiB", 2 ** 30],
]);

export const isUnit = (text: string) => decimalUnits.has(text) || binaryUnits.has(text);

const numberParts = /^([0-9]+(?:\.[0-9]+)?)(?:[eE]([+-]?[0-9]+))?([A-Za-z]*)$/;

/** The value of a literal, or nothing when no double is what was written. */
export function numberValue(text: string): number | undefined {
  // Such a text is beyond every double, or is all zeros; and regular expressions are slow on it.
  if (text.length > 400) return undefined;
  const parts = numberParts.exec(text);
  if (!parts) return undefined;
  const [, digits = "0", exponent = "0", unit = ""] = parts;
  if (unit !== "" && !isUnit(unit)) return undefined;
  // A decimal unit moves the point instead of multiplying, because 1.1 * 1e6 is not 1100000.
  const shift = decimalUnits.get(unit) ?? 0;
  const value = Number(`${digits}e${Number(exponent) + shift}`) * (binaryUnits.get(unit) ?? 1);
  if (!Number.isFinite(value)) return undefined;
  // Written as a whole number, it has to stay one; what has an exponent is a measure.
  const isWhole = !digits.includes(".") && exponent === "0";
  return isWhole && value > Number.MAX_SAFE_INTEGER ? undefined : value;
}

const plainEscapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ['"', '"'],
  ["\\", "\\"],
]);
/** Sticky, so that each escape is read where it stands and the text before it is never seen again. */
const escapeHere = /\\(?:u\{([0-9A-Fa-f]{1,6})\}|(.))/suy;

/** Calls `bad` with the text and place of each escape that means nothing; such an escape stays as written. */
export function stringValue(image: string, bad: (text: string, offset: number) => void = () => {}): string {
  const inner = image.slice(1, image.endsWith('"') && image.length > 1 ? -1 : undefined);
  let value = "";
  let from = 0;
  for (let at = inner.indexOf("\\"); at >= 0; at = inner.indexOf("\\", from)) {
    escapeHere.lastIndex = at;
    const [whole = "\\", point, letter] = escapeHere.exec(inner) ?? [];
    const meaning = point === undefined ? plainEscapes.get(letter ?? "") : characterAt(Number.parseInt(point, 16));
    if (meaning === undefined) bad(whole, at + 1);
    value += inner.slice(from, at) + (meaning ?? whole);
    from = at + whole.length;
  }
  return from === 0 ? inner : value + inner.slice(from);
}

function characterAt(point: number): string | undefined {
  const isCharacter = point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return isCharacter ? String.fromCodePoint(point) : undefined;
}

/** The literal that reads back as `value`. */
export function quote(value: string): string {
  return `"${value.replace(/["\\\p{Cc}\u2028\u2029\uFEFF\uFFFD]/gu, quoteCharacter)}"`;
}

function quoteCharacter(character: string): string {
  for (const [letter, meaning] of plainEscapes) if (meaning === character) return `\\${letter}`;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
