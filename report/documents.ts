// The documents of `--json`. Keys are part of the interface: none is added or left out. Lines and
// columns count from 1.
import { type Diagnostic, positionAt, type Span } from "../grammar/index.ts";
import { escaped } from "./characters.ts";

/** A document on one line. */
export const jsonText = (document: unknown): string => escaped(JSON.stringify(document));

interface PlaceDocument {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function placeDocument(span: Span): PlaceDocument {
  const start = positionAt(span.source, span.start);
  const end = positionAt(span.source, span.end);
  return { file: span.source.name, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

export function diagnosticDocument({ code, severity, message, span, labels, notes, help, chain }: Diagnostic) {
  return {
    code,
    severity,
    message,
    ...placeDocument(span),
    labels: labels.map((label) => ({ ...placeDocument(label.span), text: label.text })),
    notes,
    help,
    chain: chain.map((step) => {
      const { file, line, column } = placeDocument(step.span);
      return { text: step.text, file, line, column };
    }),
  };
}

export const diagnosticsDocument = (diagnostics: readonly Diagnostic[]) => ({
  diagnostics: diagnostics.map(diagnosticDocument),
});
