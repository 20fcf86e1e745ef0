// What is wrong with a binding, as diagnostics: shapes side by side, and what was left over on either side.
import { printable, shapeText } from "../../checkpoints/index.ts";
import { type Diagnostic, diagnose, nearest, type Span } from "../../grammar/index.ts";
import { messages } from "../messages/messages.ts";
import { formatDim } from "../sizes/dim/dim.ts";
import type { AxisOrder, Binding, WrongShape } from "./bind.ts";

/** What the messages speak of. */
export interface Subject {
  /** As the user wrote it. */
  readonly file: string;
  readonly model: string;
  /** The `weights` declaration, or the model where a file was named outside. */
  readonly span: Span;
}

/** More of the same help nobody. */
const mostShapes = 6;
const mostNames = 8;
/** Suggestions compare names pair by pair. */
const mostCompared = 400;
const longestCompared = 300;

export function bindingDiagnostics(binding: Binding, subject: Subject): readonly Diagnostic[] {
  return [
    ...(binding.wrong.length === 0 ? [] : [wrongShapes(binding, subject)]),
    ...(binding.missing.length === 0 ? [] : [unmatched(binding, subject)]),
  ];
}

/** One message, however many shapes differ: they mostly differ for one reason. */
function wrongShapes({ order, wrong, naming }: Binding, { file, span }: Subject): Diagnostic {
  const [first, ...others] = wrong.map((each) => shapesOf(each, order));
  const { weight = "", wanted = "", tensor = "", found = "" } = first ?? {};
  const shown = others
    .slice(0, mostShapes)
    .map((each) => `${each.weight} is ${each.wanted}, but ${each.tensor} is ${each.found}`);
  const rest = others.length - shown.length;
  const notes = [`names were read by ${naming.title}`, ...shown, ...(rest > 0 ? [`${rest} more shapes differ`] : [])];
  return diagnose(messages, "DM5401", span, { weight, wanted, tensor, file, found }, { notes });
}

function shapesOf({ weight, tensor, wanted }: WrongShape, order: AxisOrder) {
  const logical = `[${weight.dims.map((dim) => formatDim(dim)).join(", ")}]`;
  const inFile = shapeText(wanted);
  const isTurned = order === "torch" && inFile !== logical;
  return {
    weight: weight.path,
    wanted: isTurned ? `${logical} (${inFile} in PyTorch's order)` : logical,
    tensor: `"${printable(tensor.name)}"`,
    found: shapeText(tensor.shape),
  };
}

function unmatched(binding: Binding, { file, model, span }: Subject): Diagnostic {
  const { missing, unused, tensors, naming } = binding;
  const weights = missing.map(({ path }) => path);
  const names = unused.map(({ name }) => name);
  const notes = [
    `names were read by ${naming.title}`,
    `no tensor for ${listed(weights)}`,
    ...(names.length > 0 ? [`nothing uses ${listed(names)}`] : []),
  ];
  const slots = { file, model, missing: missing.length, total: missing.length + tensors.size };
  return diagnose(messages, "DM5402", span, slots, { notes, help: suggestions(binding) });
}

function listed(names: readonly string[]): string {
  const rest = names.length - mostNames;
  return names.slice(0, mostNames).map(printable).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** A slip in a name of the file, or in what a rule makes of it, shows as a path that is nearly a weight. */
function suggestions({ missing, unused, aim }: Binding): string[] {
  const aims = unused
    .filter(({ name }) => name.length <= longestCompared)
    .slice(0, mostCompared)
    .flatMap(({ name }) => ({ name: printable(name), path: aim(name) ?? "" }));
  return missing.slice(0, mostNames).flatMap(({ path }) => {
    const guess = nearest(
      path,
      aims.map((each) => each.path),
    );
    const from = guess === undefined ? undefined : aims.find((each) => each.path === guess)?.name;
    if (from === undefined) return [];
    return from === guess ? `is "${from}" meant for ${path}?` : `"${from}" leads to ${guess}; is ${path} meant?`;
  });
}
