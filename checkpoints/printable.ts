// Names come from files that anybody may have made: in a message they neither move the cursor nor fill the
// screen.

const longest = 160;

export function printable(name: string): string {
  const plain = name.slice(0, longest + 1).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "·");
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}

/** `[3, 3, 50, 64]`; a size that is not known is a question mark. */
export function shapeText(shape: readonly (number | undefined)[]): string {
  const shown = shape.slice(0, 8).map((dim) => dim ?? "?");
  return `[${[...shown, ...(shape.length > 8 ? ["…"] : [])].join(", ")}]`;
}
