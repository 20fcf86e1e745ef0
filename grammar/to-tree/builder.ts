// Reading a CST without trusting it: every child may be absent, and then a harmless stand-in is read.
// Only the files of this folder know that the CST exists.
import type { CstElement, CstNode, IToken } from "chevrotain";
import { type Details, type Diagnostic, diagnose } from "../diagnostic.ts";
import { type SyntaxCode, syntaxMessages } from "../messages.ts";
import { nestingLimit } from "../nesting.ts";
import type { Source, Span } from "../span.ts";
import type { Expression, Name } from "../tree.ts";

/** Where an expression stands decides how loose its operators may be. */
export type Place = "anywhere" | "dimension" | "index" | "range" | "start of `grow`";

/** Operators hold operands, and operands and types hold expressions: the circle is closed through the builder. */
export type ReadExpression = (b: Builder, cst: CstNode, depth: number, place?: Place) => Expression;

export interface Builder {
  readonly source: Source;
  readonly docs: ReadonlyMap<number, string>;
  readonly diagnostics: Diagnostic[];
  /** Set when a part was too deep to convert; what contains it must be dropped. */
  broken: boolean;
  readonly expression: ReadExpression;
}

export function report<Code extends SyntaxCode>(
  builder: Builder,
  code: Code,
  span: Span,
  slots: Parameters<typeof diagnose<typeof syntaxMessages, Code>>[3],
  details?: Details,
): void {
  builder.diagnostics.push(diagnose(syntaxMessages, code, span, slots, details));
}

export const expressionIn: ReadExpression = (b, cst, depth, place) => b.expression(b, cst, depth, place);

/** Stands for what cannot be converted; said once, and the declaration is dropped. */
export function tooDeep(builder: Builder, span: Span): Expression {
  if (!builder.broken) report(builder, "DM1111", span, { limit: nestingLimit });
  builder.broken = true;
  return { kind: "tuple", items: [], span };
}

/** The token that stands for an operand, or an expression, of one word. */
export function leaf(of: CstNode): IToken | undefined {
  return "tokenType" in of ? (of as unknown as IToken) : undefined;
}

function inside(of: CstNode, key: string): readonly CstElement[] | undefined {
  return leaf(of) ? undefined : of.children[key];
}

export function nodes(of: CstNode, key: string): readonly CstNode[] {
  return (inside(of, key) as CstNode[] | undefined) ?? [];
}

export function node(of: CstNode, key: string): CstNode | undefined {
  return nodes(of, key)[0];
}

export function child(of: CstNode, key: string): CstNode {
  return node(of, key) ?? { name: key, children: {}, ...(of.location ? { location: of.location } : {}) };
}

export function tokens(of: CstNode, key: string): readonly IToken[] {
  return (inside(of, key) as IToken[] | undefined) ?? [];
}

export function token(of: CstNode, key: string): IToken | undefined {
  return tokens(of, key)[0];
}

export function has(of: CstNode, key: string): boolean {
  return inside(of, key) !== undefined;
}

export function spanOf(builder: Builder, of: CstNode): Span {
  const only = leaf(of);
  if (only) return tokenSpan(builder, only);
  const start = of.location?.startOffset ?? 0;
  // A node without tokens has no offsets of its own.
  if (Number.isNaN(start)) return { source: builder.source, start: 0, end: 0 };
  return { source: builder.source, start, end: (of.location?.endOffset ?? start - 1) + 1 };
}

export function tokenSpan(builder: Builder, at: IToken): Span {
  return { source: builder.source, start: at.startOffset, end: (at.endOffset ?? at.startOffset - 1) + 1 };
}

export function nameOf(builder: Builder, at: IToken): Name {
  return { text: at.image, span: tokenSpan(builder, at) };
}

export function name(builder: Builder, of: CstNode, key = "Name"): Name {
  const found = token(of, key);
  return found ? nameOf(builder, found) : { text: "", span: spanOf(builder, of) };
}

type Case = "capital" | "small";

/** Case carries meaning, but a wrong one is no reason to lose the declaration. */
export function cased(builder: Builder, of: CstNode, wanted: Case, thing: string, key = "Name"): Name {
  return checkCase(builder, name(builder, of, key), wanted, thing);
}

export function checkCase(builder: Builder, found: Name, wanted: Case, thing: string): Name {
  const first = found.text[0] ?? "";
  const isCapital = first >= "A" && first <= "Z";
  if (found.text !== "" && isCapital !== (wanted === "capital") && /[a-zA-Z]/.test(found.text)) {
    const fixed = wanted === "capital" ? capitalised(found.text) : found.text.toLowerCase();
    report(builder, "DM1113", found.span, { thing, case: wanted, name: found.text, fixed });
  }
  return found;
}

function capitalised(text: string): string {
  return text.replace(/^_*([a-z])/, (_, letter: string) => letter.toUpperCase());
}
