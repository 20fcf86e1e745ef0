// Files of text as programs. The files of one command share what is found out about them.
import { Budget, type Library, loadProgram, newSession, type Program, type Session } from "../compiler/index.ts";
import type { Diagnostic } from "../grammar/index.ts";
import { Sources, usualSizeLimit } from "./files.ts";
import { parseByteCount } from "./reference.ts";

export interface SourceOptions {
  readonly maxSize?: string;
}

export interface Workspace {
  readonly sources: Sources;
  readonly library: Library;
  readonly session: Session;
}

export function workspaceFor({ maxSize }: SourceOptions): Workspace {
  const limit = maxSize === undefined ? usualSizeLimit : parseByteCount(maxSize, "--max-size");
  const budget = new Budget({ now: () => performance.now() });
  return { sources: new Sources(limit), library: new Map(), session: newSession({ budget }) };
}

/** Of each file more in one command: a spec costs about half as much. */
const eachMore = { steps: 100_000, seconds: 0.3 };

/** Says how many files a command looks at: they share one budget, which grows with them. */
export function expectFiles(count: number, { session: { budget } }: Workspace): void {
  const more = Math.max(0, count - 1);
  budget.grow({ steps: more * eachMore.steps, seconds: more * eachMore.seconds });
}

/** A loaded file, or the diagnostics that say why nothing in it was read. */
type Loaded = { readonly program: Program } | { readonly diagnostics: readonly Diagnostic[] };

export function loadFile(path: string, { sources, library }: Workspace): Loaded {
  const { source, diagnostics } = sources.open(path);
  return diagnostics.length > 0 ? { diagnostics } : { program: loadProgram(source, sources.read, library) };
}
