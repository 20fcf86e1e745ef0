// What an operator leaves open in its expression: counted, listed in order, and filled for one use.
import type { Argument, Expression, Subscript } from "../../ops/kit/python.ts";
import type { TorchArgument, TorchCall, TorchExpression, TorchPlace } from "../../ops/kit/torch.ts";
import { flat } from "./printer.ts";

/** What stands in a place; nothing where a value is PyTorch's own and is not written. */
export type Filling = (place: TorchPlace) => readonly Expression[];

export function filled(e: TorchExpression, fill: Filling): Expression {
  const inner = (each: TorchExpression): Expression => filled(each, fill);
  switch (e.kind) {
    case "input":
    case "layer":
    case "setting":
      return only(fill(e));
    case "member":
    case "negative":
    case "not":
    case "spread":
      return { ...e, of: inner(e.of) };
    case "call":
      return { ...e, callee: inner(e.callee), args: e.args.flatMap((argument) => filledArgument(argument, fill)) };
    case "item":
      return { ...e, of: inner(e.of), at: e.at.map((at) => filledSubscript(at, fill)) };
    case "tuple":
    case "list":
      return { ...e, items: e.items.map(inner) };
    case "dict":
      return { ...e, entries: e.entries.map(([key, value]) => [key, inner(value)] as const) };
    case "operation":
      return { ...e, operands: e.operands.map(inner) };
    case "repeat":
      return { ...e, item: inner(e.item) };
    default:
      return e;
  }
}

function only([first]: readonly Expression[]): Expression {
  if (!first) throw new Error("internal: a value that is not written stands where it must be");
  return first;
}

function filledArgument({ name, value }: Argument<TorchPlace>, fill: Filling): readonly Argument[] {
  const values = value.kind === "setting" ? fill(value) : [filled(value, fill)];
  return values.map((each) => (name === undefined ? { value: each } : { name, value: each }));
}

function filledSubscript(at: Subscript<TorchPlace>, fill: Filling): Subscript {
  return at.kind === "range" || at.kind === "none" || at.kind === "rest" ? at : filled(at, fill);
}

/** What an expression is made of, in the order in which it is written. */
function partsOf(e: TorchExpression): readonly TorchExpression[] {
  switch (e.kind) {
    case "member":
    case "negative":
    case "not":
    case "spread":
      return [e.of];
    case "call":
      return [e.callee, ...e.args.map(({ value }) => value)];
    case "item":
      return [e.of, ...e.at.filter((at) => at.kind !== "range" && at.kind !== "none" && at.kind !== "rest")];
    case "tuple":
    case "list":
      return e.items;
    case "dict":
      return e.entries.map(([, value]) => value);
    case "operation":
      return e.operands;
    case "repeat":
      return [e.item];
    default:
      return [];
  }
}

function visit(e: TorchExpression, see: (each: TorchExpression) => void): void {
  see(e);
  for (const part of partsOf(e)) visit(part, see);
}

/** The places of an expression, in the order in which they are filled. */
export function placesOf(e: TorchExpression): readonly TorchPlace[] {
  const places: TorchPlace[] = [];
  visit(e, (each) => {
    if (each.kind === "input" || each.kind === "layer" || each.kind === "setting") places.push(each);
  });
  return places;
}

/** The locals in an expression, and whatever else it calls by a name. */
export function namesIn(e: Expression): ReadonlySet<string> {
  const names = new Set<string>();
  visit(e, (each) => {
    if (each.kind === "name") names.add(each.name);
  });
  return names;
}

/** The expression with its inputs numbered: equal for uses that could be one. */
export const patternOf = (e: TorchExpression): string =>
  flat(filled(e, (place) => [{ kind: "name", name: place.kind === "input" ? `$${place.index}` : `$${place.kind}` }]));

/** A layer's constructor, with all its values open. */
export function constructorOf({ callee, args, through }: TorchCall): TorchExpression {
  const values = args.map(
    (argument): Argument<TorchPlace> => ({
      ...(argument.name === undefined ? {} : { name: argument.name }),
      value: { kind: "setting", argument },
    }),
  );
  const made: TorchExpression = { kind: "call", callee: { kind: "name", name: callee }, args: values };
  return through ? { kind: "call", callee: { kind: "name", name: through }, args: [{ value: made }] } : made;
}

export const settingsOf = (places: readonly TorchPlace[]): readonly TorchArgument[] =>
  places.flatMap((place) => (place.kind === "setting" ? [place.argument] : []));
