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
  return { sources: new Sources(limit), library: new Map(), session: newSession({ budget: fullBudget() }) };
}

const fullBudget = (): Budget => new Budget({ now: () => performance.now() });

/** The session for the next of many files: it knows what the others found out, and may spend as much as they could. */
export const sessionForFile = ({ session }: Workspace): Session => ({ ...session, budget: fullBudget() });

/** A loaded file, or the diagnostics that say why nothing in it was read. */
type Loaded = { readonly program: Program } | { readonly diagnostics: readonly Diagnostic[] };

export function loadFile(path: string, { sources, library }: Workspace): Loaded {
  const { source, diagnostics } = sources.open(path);
  return diagnostics.length > 0 ? { diagnostics } : { program: loadProgram(source, sources.read, library) };
}
