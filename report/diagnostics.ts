// A diagnostic as a person reads it: header, frames of the source, notes, help, and how the compiler
// got there.
import { type Diagnostic, type Expansion, lineText, positionAt, type Severity, type Span } from "../grammar/index.ts";
import { inLine } from "./characters.ts";
import { showLine } from "./columns.ts";
import { type Paint, plain } from "./paint.ts";

/** More frames than this tell nobody more. */
const shownDiagnostics = 40;
const shownExpansions = 6;
const lineNumberWidth = 5;

export function renderDiagnostics(diagnostics: readonly Diagnostic[], paint: Paint = plain): string {
  const chosen = diagnostics.length > shownDiagnostics ? gravestFirst(diagnostics) : diagnostics;
  const shown = chosen.slice(0, shownDiagnostics).map((diagnostic) => renderDiagnostic(diagnostic, paint));
  const rest = diagnostics.length - shown.length;
  if (rest > 0) shown.push(`… and ${counted(rest, "more message")}\n`);
  return shown.join("\n");
}

/** What keeps a file from working must not stand behind forty warnings. */
function gravestFirst(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const isError = ({ severity }: Diagnostic): boolean => severity === "error";
  return [...diagnostics.filter(isError), ...diagnostics.filter((diagnostic) => !isError(diagnostic))];
}

export function renderDiagnostic(diagnostic: Diagnostic, paint: Paint = plain): string {
  const { severity, code, message, span, labels, notes, help, chain } = diagnostic;
  const colour = paint[severity];
  // A label on the primary place is its text; every other label has a frame of its own.
  const own = labels.find((label) => samePlace(label.span, span));
  const lines = [
    `${colour(`${severity}[${code}]`)}${paint.strong(`: ${inLine(message)}`)}`,
    ...frame(span, own?.text ?? "", colour, paint),
    ...labels.filter((label) => label !== own).flatMap((label) => frame(label.span, label.text, paint.hint, paint)),
    ...notes.map((note) => `  ${paint.strong("note:")} ${indented(note)}`),
    ...help.map((line) => `  ${paint.strong("help:")} ${indented(line)}`),
    ...expansions(chain, paint),
  ];
  return `${lines.join("\n")}\n`;
}

const samePlace = (a: Span, b: Span): boolean => a.source === b.source && a.start === b.start && a.end === b.end;
const indented = (text: string): string => text.replaceAll("\n", "\n        ");

function frame(span: Span, label: string, colour: (text: string) => string, paint: Paint): string[] {
  const { line, column } = positionAt(span.source, span.start);
  const text = lineText(span.source, line);
  const from = Math.min(column - 1, text.length);
  const shown = showLine(
    text,
    from,
    Math.min(from + Math.max(1, span.end - span.start), Math.max(text.length, from + 1)),
  );
  const number = String(line).padStart(lineNumberWidth);
  const gutter = " ".repeat(number.length);
  const carets = colour("^".repeat(shown.width) + (label === "" ? "" : ` ${label}`));
  return [
    `  ${paint.faint("┌─")} ${inLine(span.source.name)}:${line}:${column}`,
    `${paint.faint(`${number} │`)} ${shown.text}`.trimEnd(),
    `${paint.faint(`${gutter} │`)} ${" ".repeat(shown.start)}${carets}`,
  ];
}

function expansions(chain: readonly Expansion[], paint: Paint): string[] {
  if (chain.length === 0) return [];
  const shown = chain.slice(0, chain.length === shownExpansions + 1 ? chain.length : shownExpansions);
  const rest = chain.length - shown.length;
  return [
    `  ${paint.strong("while expanding:")}`,
    ...shown.map(
      ({ text, span }) =>
        `    ${shortened(text)}  ${paint.faint(`(${inLine(span.source.name)}:${positionAt(span.source, span.start).line})`)}`,
    ),
    ...(rest > 0 ? [`    … ${counted(rest, "more level")}`] : []),
  ];
}

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text);

const words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/** "three more levels" */
function counted(count: number, what: string): string {
  return `${words[count] ?? count} ${what}${count === 1 ? "" : "s"}`;
}

/** "2 errors and 1 warning", or "" where nothing is wrong. */
export function summaryOf(diagnostics: readonly Diagnostic[]): string {
  const parts = (["error", "warning"] as const).flatMap((severity: Severity) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? "" : "s"}`];
  });
  return parts.join(" and ");
}
