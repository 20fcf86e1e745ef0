// What is doubtful about a binding that fits: orders that nothing proves, and tensors that should have been used.
import { printable, type TensorEntry } from "../../checkpoints/index.ts";
import { type Diagnostic, diagnose } from "../../grammar/index.ts";
import { messages } from "../messages/messages.ts";
import type { Binding, StatedOrders } from "./bind.ts";
import type { GuessedOrder } from "./order.ts";
import { listed, type Subject } from "./report.ts";
import { type AxisOrder, otherThan } from "./roles.ts";
import type { ChannelsFirst } from "./stored.ts";
import type { Uses } from "./uses.ts";

const titles: Readonly<Record<AxisOrder, string>> = { tensorflow: "TensorFlow", torch: "PyTorch" };

export const orderDoubts = ({ guessed }: Binding, subject: Subject): readonly Diagnostic[] =>
  guessed.map((each) => orderDoubt(each, subject));

function orderDoubt({ order, tensors, isAgainstNames }: GuessedOrder, { file, span }: Subject): Diagnostic {
  const other = otherThan(order);
  const slots = { tensors: someOf(tensors), file, order: titles[order] };
  const help = [`if they are ${titles[other]}'s: --axes ${other}, or @axes(${other}) in front of the rules`];
  return isAgainstNames
    ? diagnose(messages, "DM5406/torn", span, { ...slots, other: titles[other] })
    : diagnose(messages, "DM5406", span, slots, { help });
}

const someOf = (tensors: readonly TensorEntry[]): string =>
  listed(
    tensors.map(({ name }) => name),
    3,
  );

/** Weights that hold a flattened map, and how they must be read. */
export interface FlattenedReading {
  readonly channelsFirst: ReadonlyMap<string, ChannelsFirst>;
  readonly diagnostics: readonly Diagnostic[];
}

/** A file in PyTorch's order is warned about, unless it is said how it flattens. */
export function flattenedReading(
  { tensors, orders }: Binding,
  { rows, columns }: Uses,
  flatten: StatedOrders["flatten"],
  { file, span }: Subject,
): FlattenedReading {
  const channelsFirst = new Map<string, ChannelsFirst>();
  if (flatten === "tensorflow") return { channelsFirst, diagnostics: [] };
  const touched = [...tensors].filter(([path]) => rows.has(path) || columns.has(path));
  if (flatten === undefined) {
    const doubtful = touched.filter(([path]) => orders.get(path) === "torch").map(([, tensor]) => tensor);
    const slots = { tensors: someOf(doubtful), file };
    const help = [
      "--flatten torch, or @flatten(torch) in front of the rules, puts them in order; `tensorflow` leaves them",
    ];
    return {
      channelsFirst,
      diagnostics: doubtful.length > 0 ? [diagnose(messages, "DM5407", span, slots, { help })] : [],
    };
  }
  const diagnostics: Diagnostic[] = [];
  for (const [path, tensor] of touched) {
    const [row, column] = [rows.get(path), columns.get(path)];
    if (row === "mixed" || column === "mixed")
      diagnostics.push(diagnose(messages, "DM5407/mixed", span, { tensor: printable(tensor.name), file }));
    else channelsFirst.set(path, { ...(row && { rows: row }), ...(column && { columns: column }) });
  }
  return { channelsFirst, diagnostics };
}

/** `fitting` finds a model that has a weight for all that is left. */
export function leftoverDoubts(
  left: readonly TensorEntry[],
  { file, model, span }: Subject,
  fitting: () => string | undefined,
): readonly Diagnostic[] {
  if (left.length === 0) return [];
  const count = left.length === 1 ? "1 more tensor" : `${left.length} more tensors`;
  const other = fitting();
  if (other !== undefined) return [diagnose(messages, "DM5408", span, { file, count, model, fitting: other })];
  return [diagnose(messages, "DM5408/more", span, { file, count, model, tensors: someOf(left) })];
}
