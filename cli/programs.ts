// Files of text as programs.
import { loadProgram, type Program } from "../compiler/index.ts";
import type { Diagnostic } from "../grammar/index.ts";
import { Sources, usualSizeLimit } from "./files.ts";
import { parseByteCount } from "./reference.ts";

export interface SourceOptions {
  readonly maxSize?: string;
}

export function sourcesFor(options: SourceOptions): Sources {
  return new Sources(options.maxSize === undefined ? usualSizeLimit : parseByteCount(options.maxSize, "--max-size"));
}

/** A loaded file, or the diagnostics that say why nothing in it was read. */
type Loaded = { readonly program: Program } | { readonly diagnostics: readonly Diagnostic[] };

export function loadFile(path: string, sources: Sources): Loaded {
  const { source, diagnostics } = sources.open(path);
  return diagnostics.length > 0 ? { diagnostics } : { program: loadProgram(source, sources.read) };
}
