// Which part of a model a caller means: one that the text states, or a cut that it makes up.
import { type Name, nearest, parse, type Source, type TypeAtom } from "../grammar/index.ts";
import { type Seam, seamOf } from "./check/parts/seam.ts";
import type { Context } from "./check/state/context.ts";
import { partsOf } from "./check/text/signature.ts";
import type { DeclaredBlock } from "./check/values/value.ts";
import { relocated } from "./with-text.ts";

/** The name of a part, or places as the command line has them: `h.pixel`, `rois: f32[N, K, 4]`, `trunk/unit/conv`. */
export type PartRequest =
  | string
  /** `from` absent: the inputs of the model that it needs. */
  | { readonly from?: string; readonly to: string };

/** The parts that the text of a model states, in order. */
export const partsOfModel = ({ declaration }: DeclaredBlock): readonly string[] =>
  partsOf(declaration.body).map(({ name }) => name.text);

/** Undefined after a report. */
export function requestedSeam(request: PartRequest, model: DeclaredBlock, c: Context): Seam | undefined {
  if (typeof request !== "string") return madeUp(request, c);
  const found = partsOf(model.declaration.body).find(({ name }) => name.text === request);
  if (found) return seamOf(found);
  const names = partsOfModel(model);
  const guess = nearest(request, names);
  const listed = names.length === 0 ? "it states none" : `its parts are ${names.join(", ")}`;
  const help = [...(guess === undefined ? [] : [`did you mean ${guess}?`]), listed];
  c.report("DM5506", model.declaration.name.span, { model: model.name, name: request }, { help });
  return undefined;
}

function madeUp({ from, to }: Exclude<PartRequest, string>, c: Context): Seam | undefined {
  const outputs = placesIn(to, "--to");
  const last = outputs.at(-1);
  const inputs = from === undefined ? undefined : placesIn(from, "--from").map((place) => typed(place, c));
  if (!last || c.failed) return undefined;
  const name = { text: last.text.replace(/\W/g, "_"), span: last.span };
  return { name, ...(inputs && { inputs }), outputs, isMadeUp: true };
}

/** Places between commas; those in brackets belong to types. */
function placesIn(text: string, name: string): readonly Name[] {
  const source: Source = { name, text };
  const pieces = [...text.matchAll(/(?:[^,[\](){}]|\[[^\]]*\]|\([^)]*\)|[[\](){}])+/g)];
  return pieces.flatMap((piece) => {
    const trimmed = piece[0].trim();
    const start = piece.index + piece[0].indexOf(trimmed);
    return trimmed === "" ? [] : [{ text: trimmed, span: { source, start, end: start + trimmed.length } }];
  });
}

const before = "model M on x: ";

function typed({ text, span }: Name, c: Context): { readonly place: Name; readonly type?: TypeAtom } {
  const colon = text.indexOf(":");
  if (colon < 0) return { place: { text, span } };
  const place = { text: text.slice(0, colon).trim(), span: { ...span, end: span.start + colon } };
  const { file, diagnostics } = parse({ name: span.source.name, text: `${before}${text.slice(colon + 1)} = x` });
  const by = span.start + colon + 1 - before.length;
  for (const diagnostic of relocated(diagnostics, span.source, by)) c.add(diagnostic);
  const [model] = file.declarations;
  const type = model?.kind === "model" ? model.signature.ports?.[0]?.type : undefined;
  return { place, ...(type && { type: relocated(type, span.source, by) }) };
}
