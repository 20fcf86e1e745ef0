// `deepmacc check FILE…`: every model and block of every file.

import { checkProgram, checkWeightFiles, type Program, type Session } from "../compiler/index.ts";
import type { Diagnostic } from "../grammar/index.ts";
import { diagnosticsDocument, type Paint, renderDiagnostics, summaryOf } from "../report/index.ts";
import { distinct, eachFile, exitWith } from "./each-file.ts";
import { exitOf, exits, type Outcome } from "./exit.ts";
import { failureDocument, renderFailure } from "./failures.ts";
import type { Declare } from "./host.ts";
import { withExamples, withSources } from "./options.ts";
import { loadFile, type SourceOptions, type Workspace, workspaceFor } from "./programs.ts";
import { weightFiles } from "./weights/choose.ts";

interface CheckOptions extends SourceOptions {
  readonly hints?: boolean;
}

function checkFile(file: string, workspace: Workspace): readonly Diagnostic[] {
  const loaded = loadFile(file, workspace);
  return "diagnostics" in loaded ? loaded.diagnostics : checkLoaded(loaded.program, workspace.session);
}

/** Weights are looked at where the text is sound; of their files, the headers. */
function checkLoaded(program: Program, session: Session): readonly Diagnostic[] {
  const found = checkProgram(program, session);
  const isSound = exitOf(found) === exits.ok;
  return isSound ? [...found, ...checkWeightFiles(program, weightFiles, session)] : found;
}

export function check(paths: readonly string[], options: CheckOptions, paint: Paint): Outcome {
  const workspace = workspaceFor(options);
  const { results, failures, count } = eachFile(paths, (file) => checkFile(file, workspace), workspace);
  const diagnostics = distinct(results.flat());
  const shown = options.hints ? diagnostics : diagnostics.filter((diagnostic) => diagnostic.severity !== "hint");
  const parts = [
    ...(shown.length > 0 ? [renderDiagnostics(shown, paint)] : []),
    ...failures.map((failure) => renderFailure(failure, paint)),
  ];
  const exit = exitWith(diagnostics, failures);
  return {
    exit,
    document: { ...diagnosticsDocument(diagnostics), ...(failures[0] && failureDocument(failures[0])) },
    stderr: parts.join("\n"),
    stdout: exit === exits.ok || diagnostics.length > 0 ? `${verdict(count, diagnostics)}\n` : "",
  };
}

function verdict(files: number, diagnostics: readonly Diagnostic[]): string {
  const summary = summaryOf(diagnostics);
  const where = `${files} file${files === 1 ? "" : "s"}`;
  return summary === "" ? `${where} checked, nothing wrong` : `${summary} in ${where}`;
}

export const declare: Declare = (command, { paint, answer }) => {
  withSources(command)
    .option("--hints", "show hints as well")
    .action((paths: string[], options: CheckOptions) => answer(check(paths, options, paint)));
  withExamples(command, "deepmacc check specs/hg52.dm", "deepmacc check nets --json");
};
