// Which printed token is which token of the source.
import type { TokenType } from "chevrotain";
import * as t from "../tokens.ts";

// What the printer may leave out: the comma behind a last item, `()` without parameters, `(x: T)` around one port.
const optional: ReadonlySet<TokenType | undefined> = new Set([t.Comma, t.LeftRound, t.RightRound]);
/** Literals are printed in one form, and a field has one sign. */
const kindOf: ReadonlyMap<TokenType, string> = new Map([
  [t.StringLiteral, "a string"],
  [t.NumberLiteral, "a number"],
  [t.Colon, "a sign"],
  [t.Equals, "a sign"],
]);

const said = ({ tokenType, image }: t.Token) => kindOf.get(tokenType) ?? image;

/** For each token of the source the printed one that stands at its place; nothing when another text was printed. */
export function aligned(source: readonly t.Token[], printed: readonly t.Token[]): number[] | undefined {
  const places: number[] = [];
  let at = 0;
  for (const token of source) {
    while (!matches(token, printed[at]) && printed[at]?.tokenType === t.Comma) at++;
    places.push(at);
    if (matches(token, printed[at])) at++;
    else if (!optional.has(token.tokenType)) return undefined;
  }
  return at === printed.length ? places : undefined;
}

function matches(token: t.Token, printed: t.Token | undefined): boolean {
  return printed !== undefined && said(token) === said(printed);
}
