// The way from text to tree on one screen: scan, cut into declarations, parse each one, salvage those
// that do not parse.
import { type Diagnostic, diagnose } from "./diagnostic.ts";
import { complaintLimit, type Lexed, lex } from "./lex.ts";
import { numberValue } from "./literals.ts";
import { syntaxMessages } from "./messages.ts";
import { nestingLimit, nestsTooDeep } from "./nesting.ts";
import { type Reader, run, skip } from "./reader.ts";
import { salvage, trailing } from "./salvage.ts";
import { type Segment, segmentsOf } from "./segments.ts";
import { type Reading, withoutSlashes } from "./slashes.ts";
import type { Source } from "./span.ts";
import { notADeclaration, placeOf, startsLine, syntaxError } from "./syntax-error.ts";
import { declaration, use } from "./to-tree/declarations.ts";
import { expression } from "./to-tree/operators.ts";
import * as t from "./tokens.ts";
import type { Declaration, File, Use } from "./tree.ts";

export interface Parsed {
  readonly file: File;
  readonly diagnostics: Diagnostic[];
}

const knownEdition = 1;
const diagnosticLimit = 100;

/** Never throws: whatever the text is, there is a tree of what could be read, and a list of what could not. */
export function parse(source: Source): Parsed {
  const span = { source, start: 0, end: source.text.length };
  const empty: File = { kind: "file", source, uses: [], declarations: [], span };
  const binary = source.text.search(/[\0\uFFFD]/);
  if (binary >= 0)
    return {
      file: empty,
      diagnostics: [diagnose(syntaxMessages, "DM1004", { ...span, start: binary, end: binary + 1 }, {})],
    };
  const lexed = lex(source);
  if (lexed.diagnostics.some(({ code }) => code === "DM1007"))
    return { file: empty, diagnostics: shown(source, lexed.diagnostics) };
  const { file, diagnostics } = withoutSlashes(read(empty, lexed), (text) => read(empty, lex(source, text)));
  return { file, diagnostics: shown(source, diagnostics) };
}

interface Content {
  readonly uses: Use[];
  readonly declarations: Declaration[];
  /** How many declarations had no mistake; a broken one may have been meant as an import. */
  intact: number;
}

function read(empty: File, lexed: Lexed): Reading {
  const reader = readerOf(empty.source, lexed);
  const from = editionIn(reader);
  const content: Content = { uses: [], declarations: [], intact: 0 };
  for (const segment of segmentsOf(reader.tokens, from, reader.source.text)) {
    guarded(reader, segment, () => readSegment(reader, segment, content));
  }
  const edition = from === 2 && editionOf(reader);
  const damaged = reader.damaged.size > 0 && { damaged: reader.damaged, partial: reader.partial };
  const file: File = {
    ...empty,
    ...(edition && { edition }),
    uses: content.uses,
    declarations: content.declarations,
    ...damaged,
  };
  const all = [...lexed.diagnostics, ...reader.diagnostics, ...reader.builder.diagnostics];
  return { lexed, file, diagnostics: all };
}

function readerOf(source: Source, { tokens, docs, diagnostics }: Lexed): Reader {
  const builder = { source, docs, diagnostics: [], broken: false, expression };
  return {
    source,
    tokens,
    builder,
    lexical: diagnostics.map(({ span }) => span.start),
    diagnostics: [],
    damaged: new Set(),
    partial: new Set(),
    misnamed: new Set(),
  };
}

function shown(source: Source, all: readonly Diagnostic[]): Diagnostic[] {
  const sorted = all.toSorted((a, b) => a.span.start - b.span.start);
  if (sorted.length <= diagnosticLimit) return sorted;
  const first = sorted.slice(0, diagnosticLimit);
  const place = sorted[diagnosticLimit]?.span ?? { source, start: 0, end: 0 };
  return [...first, diagnose(syntaxMessages, "DM1118", place, {})];
}

/** Reads `dm 1`; answers where the rest begins. */
function editionIn(reader: Reader): number {
  if (reader.tokens[0]?.tokenType !== t.Edition) return 0;
  const { value } = editionOf(reader);
  if (value !== knownEdition) {
    const slots = { edition: reader.tokens[1]?.image ?? "", known: knownEdition };
    reader.diagnostics.push(diagnose(syntaxMessages, "DM1110", placeOf(reader, 1), slots));
  }
  return 2;
}

function editionOf(reader: Reader) {
  const image = reader.tokens[1]?.image ?? "";
  return { value: numberValue(image) ?? Number.NaN, span: placeOf(reader, 1) };
}

/** The nesting limit fits the usual stack; a caller who has used up most of it gets the same answer, not a crash. */
function guarded(reader: Reader, segment: Segment, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refuse(reader, segment, segment.start);
  }
}

function refuse(reader: Reader, segment: Segment, at: number): void {
  reader.diagnostics.push(diagnose(syntaxMessages, "DM1111", placeOf(reader, at), { limit: nestingLimit }));
  damage(reader, segment);
}

function readSegment(reader: Reader, segment: Segment, content: Content): void {
  const { start, end, keyword } = segment;
  if (reader.diagnostics.length > complaintLimit) return;
  const tooDeep = nestsTooDeep(reader.tokens, start, end);
  if (tooDeep !== undefined) refuse(reader, segment, tooDeep);
  else if (keyword === undefined && reader.tokens[start]?.tokenType !== t.AtSign) {
    notADeclaration(reader, start, start);
    skip(reader, start, end);
  } else if (reader.tokens[start]?.tokenType === t.Use) readUse(reader, segment, content);
  else {
    const before = reader.diagnostics.length;
    const tree = readDeclaration(reader, segment);
    if (tree) content.declarations.push(tree);
    if (reader.diagnostics.length === before) content.intact++;
  }
}

function readDeclaration(reader: Reader, segment: Segment): Declaration | undefined {
  const outcome = run(reader, "declaration", segment.start, segment.end);
  const { cst, stop } = outcome;
  const tree = intact(reader, () => (cst ? declaration(reader.builder, cst) : salvage(reader, segment, outcome)));
  const cutShort = cst !== undefined && stop < segment.end && trailing(reader, segment, stop);
  // What goes on in the line was meant as a part of the value, so the value is not what was meant.
  const isTorn = cst !== undefined && stop < segment.end && !closesBody(reader, stop) && !startsLine(reader, stop);
  if (!tree || isTorn) skip(reader, segment.start, segment.end);
  if (!tree || !cst || cutShort || isTorn) damage(reader, segment);
  return isTorn ? undefined : tree;
}

function closesBody(reader: Reader, stop: number): boolean {
  return reader.tokens[stop - 1]?.tokenType === t.RightCurly;
}

function readUse(reader: Reader, { start, end }: Segment, content: Content): void {
  const outcome = run(reader, "use", start, end);
  if (outcome.cst) {
    const tree = use(reader.builder, outcome.cst);
    if (content.intact > 0)
      reader.diagnostics.push(diagnose(syntaxMessages, "DM1117", { ...tree.span, end: tree.span.start + 3 }, {}));
    content.uses.push(tree);
    if (outcome.stop < end) notADeclaration(reader, start, outcome.stop);
  } else {
    syntaxError(reader, start, end, outcome);
    skip(reader, start, end);
  }
}

/** What is too deep to convert leaves a hole in the tree, so it takes its declaration with it. */
function intact(reader: Reader, make: () => Declaration | undefined): Declaration | undefined {
  reader.builder.broken = false;
  const tree = make();
  return reader.builder.broken ? undefined : tree;
}

function damage(reader: Reader, { end, keyword }: Segment): void {
  const name = keyword === undefined || keyword + 1 >= end ? undefined : reader.tokens[keyword + 1];
  if (!name || (name.tokenType !== t.Upper && name.tokenType !== t.Lower)) return;
  reader.damaged.add(name.image);
  reader.partial.add(name.image);
}
