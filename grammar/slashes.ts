// `// a comment`, as other languages have them, is a floor division here. What follows is no program, and
// would be complained about word by word; so a text with errors is read once more without such lines.
import { type Diagnostic, diagnose } from "./diagnostic.ts";
import { endOfLine, type Lexed } from "./lex.ts";
import { syntaxMessages } from "./messages.ts";
import { SlashSlash } from "./tokens.ts";
import type { File } from "./tree.ts";

export interface Reading {
  readonly lexed: Lexed;
  readonly file: File;
  readonly diagnostics: Diagnostic[];
}

/** One round finds the comments where errors are, the next those that only then are seen. */
const rounds = 3;

/** The reading of a text, or of the same without such comments where that says less; `read` reads again. */
export function withoutSlashes(first: Reading, read: (text: string) => Reading): Reading {
  let best = first;
  const blanks = new Map<number, number>();
  for (let round = 0; round < rounds && mistakes(best).length > 0; round++) {
    const found = suspects(best);
    if (found.length === 0) break;
    const again = read(blanked(first.file.source.text, [...blanks, ...found]));
    if (mistakes(again).length >= mistakes(best).length) break;
    for (const [start, end] of found) blanks.set(start, end);
    best = again;
  }
  return blanks.size === 0 ? best : { ...best, diagnostics: [...best.diagnostics, said(best, [...blanks.keys()])] };
}

/** What does not parse; a name that stands twice is no sign of another language. */
const mistakes = ({ diagnostics }: Reading) => diagnostics.filter(({ code }) => code !== "DM1119");

/** Where a `//` begins a line, or stands in front of an error in its line. */
function suspects(reading: Reading): [start: number, end: number][] {
  const { lexed, file } = reading;
  const places = mistakes(reading)
    .map(({ span }) => span.start)
    .sort((a, b) => a - b);
  let next = 0;
  let covered = -1;
  return lexed.tokens.flatMap(({ tokenType, startOffset, startsLine }) => {
    if (tokenType !== SlashSlash || startOffset < covered) return [];
    covered = endOfLine(file.source.text, startOffset);
    while ((places[next] ?? covered) < startOffset) next++;
    const isSuspect = startsLine || (places[next] ?? covered + 1) <= covered;
    return isSuspect ? [[startOffset, covered] as [number, number]] : [];
  });
}

function blanked(text: string, blanks: readonly [number, number][]): string {
  const parts: string[] = [];
  let at = 0;
  for (const [start, end] of blanks.toSorted(([a], [b]) => a - b)) {
    parts.push(text.slice(at, start), " ".repeat(end - start));
    at = end;
  }
  return parts.join("") + text.slice(at);
}

/** One message for all of them, at the first. */
function said({ file }: Reading, starts: readonly number[]): Diagnostic {
  const start = starts.reduce((first, next) => Math.min(first, next));
  const span = { source: file.source, start, end: start + 2 };
  return diagnose(syntaxMessages, "DM1008", span, { found: "//" }, { help: ["comments start with `#`"] });
}
