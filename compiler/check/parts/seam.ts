// Where a model is cut, as a text or a command line says it, and which tensors stand there.
import { type Name, nearest, type Part, type Span, type TypeAtom } from "../../../grammar/index.ts";
import type { GraphOutput, Node } from "../../ir/graph.ts";
import type { Context } from "../state/context.ts";
import type { Built } from "../state/session.ts";
import { holdsUnknown, isData } from "../values/data.ts";
import { namedTensors } from "../values/named-tensors.ts";
import { kindOf } from "../values/show.ts";
import type { Value } from "../values/value.ts";

/** A part as it was asked for. A place is a name with fields behind it, `det.boxes`, or the path of a node. */
export interface Seam {
  readonly name: Name;
  /** Absent: the inputs of the model that it needs. */
  readonly inputs?: readonly { readonly place: Name; readonly type?: TypeAtom }[];
  readonly outputs: readonly Name[];
  readonly doc?: string;
  /** By a command line; no text states it. */
  readonly isMadeUp?: boolean;
}

export function seamOf({ name, inputs, outputs, doc }: Part & { readonly doc?: string }): Seam {
  return {
    name,
    ...(inputs && { inputs: inputs.map(({ value, type }) => ({ place: placeOf(value), ...(type && { type }) })) }),
    outputs: outputs.map(placeOf),
    ...(doc !== undefined && { doc }),
  };
}

function placeOf(value: Part["outputs"][number]): Name {
  if (value.kind === "member") return { text: `${placeOf(value.object).text}.${value.label.text}`, span: value.span };
  return { text: value.kind === "name" ? value.text : "", span: value.span };
}

/** The tensors at a place, each under the name that it has in files: `det_boxes`. Undefined after a report. */
export function tensorsAt(place: Name, part: string, built: Built, c: Context): readonly GraphOutput[] | undefined {
  const value = built.names.has(headOf(place)) ? fieldAt(place, built, c) : undefined;
  if (!value) return built.names.has(headOf(place)) ? undefined : unnamedAt(place, built, c);
  const tensors = isData(value) ? namedTensors(place.text.replace(/\W/g, "_"), value) : [];
  if (tensors.length > 0) return tensors;
  if (!holdsUnknown(value)) c.report("DM5503", place.span, { part, place: place.text, actual: kindOf(value) });
  return undefined;
}

/** A field of the result that has no name inside the model, or the outputs of the node at a path. */
function unnamedAt(place: Name, { graph, nodes, names }: Built, c: Context): readonly GraphOutput[] | undefined {
  const output = graph.outputs.find(({ name }) => name === place.text);
  if (output) return [output];
  const name = place.text.replace(/\W/g, "_");
  const made = nodes.find(({ path }) => path === place.text)?.outputs;
  if (made) return made.map((value, i) => ({ name: i === 0 ? name : `${name}_${i}`, value }));
  const known = [...new Set([...tensorNames(names), ...graph.outputs.map((port) => port.name)])];
  return unknownName(place, place.text.includes("/") ? pathsLike(place.text, nodes) : known, c);
}

/** The paths that begin most alike. */
function pathsLike(text: string, nodes: readonly Node[]): readonly string[] {
  const alike = (path: string): number => [...`${path} `].findIndex((letter, i) => letter !== text[i]);
  const found = nodes.map(({ path }) => ({ path, count: alike(path) }));
  return found
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 8)
    .map(({ path }) => path);
}

const headOf = ({ text }: Name): string => text.split(".")[0] ?? text;

function fieldAt(place: Name, built: Built, c: Context): Value | undefined {
  const [head = "", ...labels] = place.text.split(".");
  let value = built.names.get(head);
  let owner = head;
  for (const label of labels) {
    const fields: ReadonlyMap<string, Value> = value?.kind === "record" ? value.fields : new Map<string, Value>();
    value = fields.get(label);
    if (!value) return noField({ owner, label, span: place.span }, [...fields.keys()], c);
    owner += `.${label}`;
  }
  return value;
}

function unknownName({ text, span }: Name, names: readonly string[], c: Context): undefined {
  const guess = nearest(text, names);
  const help = guess === undefined ? [`its values are ${names.slice(0, 20).join(", ")}`] : [`did you mean ${guess}?`];
  c.report("DM2001", span, { name: text }, { help });
}

interface Missing {
  readonly owner: string;
  readonly label: string;
  readonly span: Span;
}

function noField({ owner, label, span }: Missing, fields: readonly string[], c: Context): undefined {
  const guess = nearest(label, fields);
  const listed = fields.length === 0 ? [] : [`there are ${fields.slice(0, 20).join(", ")}`];
  const help = guess === undefined ? listed : [`did you mean ${guess}?`];
  c.report("DM2004", span, { owner, what: "field", name: label }, { help });
}

/** What a model can be cut at, by name. */
const tensorNames = (names: Built["names"]): readonly string[] =>
  [...names].flatMap(([name, value]) => (isData(value) && value.kind !== "unknown" ? [name] : []));
