// What is wrong with a binding, as diagnostics: shapes side by side, and what was left over on either side.
import { printable, shapeText } from "../../checkpoints/index.ts";
import { type Diagnostic, diagnose, type Label, nearest, type Span } from "../../grammar/index.ts";
import { messages } from "../messages/messages.ts";
import { formatDim } from "../sizes/dim/dim.ts";
import type { Binding } from "./bind.ts";
import type { WrongShape } from "./order.ts";
import { type Fit, fitTitle } from "./relatives.ts";

/** What the messages speak of. */
export interface Subject {
  /** As the user wrote it. */
  readonly file: string;
  readonly model: string;
  /** The `weights` declaration, or the model where a file was named outside. */
  readonly span: Span;
  /** The rules are those that the user named, and no attempt of many. */
  readonly isMeant?: boolean;
}

/** More of the same help nobody. */
const mostShapes = 6;
const mostNames = 8;
const mostRules = 4;
/** Suggestions compare names pair by pair. */
const mostCompared = 400;
const longestCompared = 300;

/** Why a binding cannot be used; `fitting` is a model that has all of the file's weights. */
export function bindingDiagnostics(binding: Binding, subject: Subject, fitting?: Fit): readonly Diagnostic[] {
  if (fitting && binding.missing.length > 0) return [otherModel(binding, subject, fitTitle(fitting))];
  return [
    ...(binding.wrong.length === 0
      ? []
      : [wrongShapes(binding, subject, fitting?.isExact ? fitting.title : undefined)]),
    ...(binding.missing.length === 0 ? [] : [unmatched(binding, subject)]),
  ];
}

/** Lists of names would say nothing that the name of the right model does not. */
function otherModel({ missing, tensors }: Binding, { file, model, span }: Subject, fitting: string): Diagnostic {
  const slots = { file, model, missing: missing.length, total: missing.length + tensors.size };
  return diagnose(messages, "DM5402", span, slots, { help: [hasWeightsOf(fitting)] });
}

const hasWeightsOf = (model: string): string => `it has the weights of ${model}`;

/** One message, however many shapes differ: they mostly differ for one reason. */
function wrongShapes(binding: Binding, { file, span }: Subject, fitting: string | undefined): Diagnostic {
  const [first, ...others] = binding.wrong.map(shapesOf);
  const { weight = "", wanted = "", tensor = "", found = "" } = first ?? {};
  const shown = others
    .slice(0, mostShapes)
    .map((each) => `${each.weight} is ${each.wanted}, but ${each.tensor} is ${each.found}`);
  const rest = others.length - shown.length;
  const notes = [...namesRead(binding), ...shown, ...(rest > 0 ? [`${rest} more shapes differ`] : [])];
  const help = fitting === undefined ? [] : [hasWeightsOf(fitting)];
  return diagnose(messages, "DM5401", span, { weight, wanted, tensor, file, found }, { notes, help });
}

/** One line each: by what, and without what. */
function namesRead({ naming, prefix }: Binding): string[] {
  const without = prefix === "" ? [] : [`without the "${printable(prefix)}" that every name begins with`];
  return [[`names were read by ${naming.title}`, ...without].join(", ")];
}

function shapesOf({ weight, tensor, wanted, order }: WrongShape) {
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

function unmatched(binding: Binding, { file, model, span, isMeant = false }: Subject): Diagnostic {
  const { missing, unused, tensors } = binding;
  const weights = missing.map(({ path }) => path);
  const names = unused.map(({ name }) => name);
  const notes = [
    ...namesRead(binding),
    `no tensor for ${listed(weights)}`,
    ...(names.length > 0 ? [`nothing uses ${listed(names)}`] : []),
  ];
  const slots = { file, model, missing: missing.length, total: missing.length + tensors.size };
  return diagnose(messages, "DM5402", span, slots, {
    notes,
    labels: isMeant ? idleLabels(binding) : [],
    help: suggestions(binding),
  });
}

/** The rules that lead nowhere, where they stand. */
function idleLabels({ tensors, unused, idle }: Binding): Label[] {
  const names = [...tensors.values(), ...unused].map(({ name }) => name).slice(0, mostCompared);
  return idle(names)
    .slice(0, mostRules)
    .map(({ text: { fromSpan, toSpan }, fits }) =>
      fits ? { span: toSpan, text: "there is no such weight" } : { span: fromSpan, text: "no tensor is called so" },
    );
}

export function listed(names: readonly string[], most = mostNames): string {
  const rest = names.length - most;
  return names.slice(0, most).map(printable).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
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
