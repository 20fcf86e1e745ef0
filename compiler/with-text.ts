// `--with nc=4,head=HG[20]`: the fields of a `with { … }` without the rest of it. They are read as the language reads
// them, and every place in them is a place in what the user wrote.
import { type Argument, type Diagnostic, parse, type Source, type Span } from "../grammar/index.ts";

const name = "--with";
const before = "const x = x with { ";

export function fieldsIn(text: string): {
  readonly args: readonly Argument[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { file, diagnostics } = parse({ name, text: `${before}${text} }` });
  const source: Source = { name, text };
  const [declaration] = file.declarations;
  const fields = declaration?.kind === "const" && declaration.value.kind === "with" ? declaration.value.fields : [];
  const args = fields.map(({ label, value, span }) => ({
    label,
    value: value ?? { kind: "name" as const, text: label.text, span: label.span },
    span,
  }));
  return relocated({ args, diagnostics }, source, -before.length);
}

/** A copy whose spans are in `source`, so many characters further on. */
export function relocated<Part>(part: Part, source: Source, by: number): Part {
  if (typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) return part.map((each) => relocated(each, source, by)) as Part;
  if (isSpan(part)) return { ...part, source, start: moved(part.start, source, by), end: moved(part.end, source, by) };
  return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, relocated(each, source, by)])) as Part;
}

const isSpan = (part: object): part is Span => "source" in part && "start" in part && "end" in part;
const moved = (offset: number, { text }: Source, by: number): number => Math.max(0, Math.min(text.length, offset + by));
