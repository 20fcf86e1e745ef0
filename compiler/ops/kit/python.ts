// Python as a tree of expressions, with the builders that operators write it with. Precedence, parentheses and
// line breaks are the printer's concern, names of values the target's.

/** A value of Python; a list is a tuple, and of two equal numbers one number, which means the same. */
export type Literal = number | boolean | string | readonly number[];

export type Operator = "or" | "and" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "in" | "not in" | "+" | "-" | Factor;
type Factor = "*" | "/" | "//" | "%";

/** `Place`: what else may stand for an expression, until somebody fills it. */
export type Expression<Place = never> =
  | Place
  /** What the file defines or imports, with dots: `F.relu`. */
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "literal"; readonly value: Literal }
  /** An f-string, as it stands between its quotes. */
  | { readonly kind: "formatted"; readonly text: string }
  | { readonly kind: "member"; readonly of: Expression<Place>; readonly name: string }
  | { readonly kind: "call"; readonly callee: Expression<Place>; readonly args: readonly Argument<Place>[] }
  | { readonly kind: "item"; readonly of: Expression<Place>; readonly at: readonly Subscript<Place>[] }
  | { readonly kind: "tuple" | "list"; readonly items: readonly Expression<Place>[] }
  | { readonly kind: "dict"; readonly entries: readonly (readonly [string, Expression<Place>])[] }
  /** `a + b + c`, from the left. */
  | { readonly kind: "operation"; readonly operator: Operator; readonly operands: readonly Expression<Place>[] }
  | { readonly kind: "negative" | "not" | "spread"; readonly of: Expression<Place> }
  /** Members of a call that are made alike: `*(item for _ in range(count))`. */
  | { readonly kind: "repeat"; readonly item: Expression<Place>; readonly count: number };

export interface Argument<Place = never> {
  /** Absent: by position. */
  readonly name?: string;
  readonly value: Expression<Place>;
}

/** `None`, `...`, a range of which either end may be left out, or an expression. */
export type Subscript<Place = never> =
  | { readonly kind: "none" }
  | { readonly kind: "rest" }
  | { readonly kind: "range"; readonly from?: number; readonly to?: number }
  | Expression<Place>;

export const name = (text: string): Expression => ({ kind: "name", name: text });
export const literal = (value: Literal): Expression => ({ kind: "literal", value });
export const formatted = (text: string): Expression => ({ kind: "formatted", text });
export const none: Subscript = { kind: "none" };
export const rest: Subscript = { kind: "rest" };
export const whole: Subscript = { kind: "range" };
/** `from:to`; 0 is the start at one end, and the end at the other. */
export const range = (from: number, to: number): Subscript => ({
  kind: "range",
  ...(from === 0 ? {} : { from }),
  ...(to === 0 ? {} : { to }),
});
export const tuple = <P>(items: readonly Expression<P>[]): Expression<P> => ({ kind: "tuple", items });
export const member = <P>(of: Expression<P>, text: string): Expression<P> => ({ kind: "member", of, name: text });
export const item = <P>(of: Expression<P>, ...at: readonly Subscript<P>[]): Expression<P> => ({ kind: "item", of, at });

export const operation = <P>(operator: Operator, ...operands: readonly Expression<P>[]): Expression<P> => {
  const [only, second] = operands;
  return only !== undefined && second === undefined ? only : { kind: "operation", operator, operands };
};

/** `callee(a, b, name=c)`; a callee by its name, with dots. */
export function call<P>(
  callee: Expression<P> | string,
  args: readonly Expression<P>[],
  keywords: Readonly<Record<string, Expression<P>>> = {},
): Expression<P> {
  const given = args.map((value): Argument<P> => ({ value }));
  const more = Object.entries(keywords).map(([text, value]): Argument<P> => ({ name: text, value }));
  return { kind: "call", callee: typeof callee === "string" ? name(callee) : callee, args: [...given, ...more] };
}

/** `of.method(a, b)`. */
export const method = <P>(
  of: Expression<P>,
  text: string,
  args: readonly Expression<P>[] = [],
  keywords: Readonly<Record<string, Expression<P>>> = {},
): Expression<P> => call(member(of, text), args, keywords);
