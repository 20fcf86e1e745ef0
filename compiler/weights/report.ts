// What is wrong with a binding, as diagnostics: shapes side by side, and what was left over on either side.
import { type Diagnostic, diagnose, nearest, type Span } from "../../grammar/index.ts";
import { formatDim } from "../ir/dim.ts";
import { messages } from "../messages.ts";
import type { Binding, WrongShape } from "./bind.ts";

/** What the messages speak of. */
export interface Subject {
  /** As the user wrote it. */
  readonly file: string;
  readonly model: string;
  /** The `weights` declaration, or the model where a file was named outside. */
  readonly span: Span;
}

/** More of the same help nobody. */
const mostShapes = 12;
const mostNames = 8;
/** Suggestions compare names pair by pair. */
const mostCompared = 400;

export function bindingDiagnostics(binding: Binding, subject: Subject): readonly Diagnostic[] {
  const shapes = binding.wrong.slice(0, mostShapes).map((wrong) => wrongShape(wrong, binding, subject));
  return binding.missing.length === 0 ? shapes : [...shapes, unmatched(binding, subject)];
}

const shapeText = (shape: readonly (number | undefined)[]): string => `[${shape.map((dim) => dim ?? "?").join(", ")}]`;

function wrongShape({ weight, tensor, wanted }: WrongShape, { order, wrong }: Binding, subject: Subject): Diagnostic {
  const logical = `[${weight.dims.map((dim) => formatDim(dim)).join(", ")}]`;
  const inFile = shapeText(wanted);
  const rest = wrong.length - mostShapes;
  const notes = [
    ...(order === "torch" && inFile !== logical
      ? [`the file orders axes as PyTorch does; there it would be ${inFile}`]
      : []),
    ...(rest > 0 && weight === wrong[0]?.weight ? [`${rest + mostShapes} shapes differ in all`] : []),
  ];
  const slots = { weight: weight.path, wanted: logical, tensor: `"${tensor.name}"`, file: subject.file };
  return diagnose(messages, "DM5401", subject.span, { ...slots, found: shapeText(tensor.shape) }, { notes });
}

function unmatched({ missing, unused, tensors, naming }: Binding, { file, model, span }: Subject): Diagnostic {
  const weights = missing.map(({ path }) => path);
  const names = unused.map(({ name }) => name);
  const notes = [
    `names were read by ${naming.title}`,
    `no tensor for ${listed(weights)}`,
    ...(names.length > 0 ? [`nothing uses ${listed(names)}`] : []),
  ];
  const slots = { file, model, missing: missing.length, total: missing.length + tensors.size };
  return diagnose(messages, "DM5402", span, slots, { notes, help: suggestions(weights, names) });
}

function listed(names: readonly string[]): string {
  const rest = names.length - mostNames;
  return names.slice(0, mostNames).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function suggestions(weights: readonly string[], names: readonly string[]): string[] {
  const known = names.slice(0, mostCompared);
  return weights.slice(0, mostNames).flatMap((path) => {
    const guess = nearest(path, known);
    return guess === undefined ? [] : [`is "${guess}" meant for ${path}?`];
  });
}
