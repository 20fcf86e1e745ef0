// Commands over many files: `check` and `test`.
import type { Diagnostic } from "../grammar/index.ts";
import { type Exit, exitOf, Failure } from "./exit.ts";
import { modelFiles } from "./folders.ts";
import { expectFiles, type Workspace } from "./programs.ts";

/** Looks at each file of each path; one that cannot be read does not keep the others from being checked. */
export function eachFile<Result>(
  paths: readonly string[],
  look: (file: string) => Result,
  workspace: Workspace,
): { readonly results: readonly Result[]; readonly failures: readonly Failure[]; readonly count: number } {
  const failures: Failure[] = [];
  const attempt = <Answer>(run: () => readonly Answer[]): readonly Answer[] => {
    try {
      return run();
    } catch (problem) {
      if (!(problem instanceof Failure)) throw problem;
      failures.push(problem);
      return [];
    }
  };
  const files = new Set(paths.flatMap((path) => attempt(() => modelFiles(path))));
  expectFiles(files.size, workspace);
  const results = [...files].flatMap((file) => attempt(() => [look(file)]));
  return { results, failures, count: files.size };
}

/** Files that import each other's blocks report the same place more than once. */
export function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const { code, span, message } = diagnostic;
    const identity = `${code} ${span.source.name} ${span.start} ${message}`;
    if (!seen.has(identity)) seen.set(identity, diagnostic);
  }
  return [...seen.values()];
}

export function exitWith(diagnostics: readonly Diagnostic[], failures: readonly Failure[]): Exit {
  return failures[0]?.exit ?? exitOf(diagnostics);
}
