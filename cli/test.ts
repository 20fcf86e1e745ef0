// `deepmacc test FILE…`: the `test` blocks of every file.

import { type TestReport, type TestResult, testProgram } from "../compiler/index.ts";
import type { Diagnostic } from "../grammar/index.ts";
import {
  diagnosticDocument,
  diagnosticsDocument,
  inLine,
  type Paint,
  placeDocument,
  renderDiagnostics,
} from "../report/index.ts";
import { distinct, eachFile, exitWith } from "./each-file.ts";
import { exits, type Failure, type Outcome } from "./exit.ts";
import { failureDocument, renderFailure } from "./failures.ts";
import type { Declare } from "./host.ts";
import { withExamples, withSources } from "./options.ts";
import { loadFile, type SourceOptions, type Workspace, workspaceFor } from "./programs.ts";

function testFile(file: string, workspace: Workspace): TestReport {
  const loaded = loadFile(file, workspace);
  if ("diagnostics" in loaded) return { tests: [], diagnostics: loaded.diagnostics };
  return testProgram(loaded.program, workspace.session);
}

export function test(paths: readonly string[], options: SourceOptions, paint: Paint): Outcome {
  const workspace = workspaceFor(options);
  const { results, failures } = eachFile(paths, (file) => testFile(file, workspace), workspace);
  const tests = results.flatMap((report) => report.tests);
  const diagnostics = distinct(results.flatMap((report) => report.diagnostics)).filter(
    ({ severity }) => severity === "error",
  );
  const failed = tests.filter((result) => !result.passed);
  const mistakes = failed.flatMap((result) => result.diagnostics).filter(({ severity }) => severity === "error");
  const all = distinct([...diagnostics, ...mistakes]);
  const exit = exitWith(all, failures);
  return {
    exit: exit === exits.ok && failed.length > 0 ? exits.diagnostics : exit,
    document: {
      tests: tests.map(testDocument),
      passed: tests.length - failed.length,
      failed: failed.length,
      ...diagnosticsDocument(diagnostics),
      ...(failures[0] && failureDocument(failures[0])),
    },
    stdout: `${[...tests.map((result) => line(result, paint)), verdict(tests, failed.length)].join("\n")}\n`,
    stderr: problems(all, failures, paint),
  };
}

const testDocument = ({ title, span, passed, expectations, diagnostics }: TestResult) => ({
  title,
  ...placeDocument(span),
  passed,
  expectations,
  diagnostics: diagnostics.map(diagnosticDocument),
});

function line({ title, span, passed, expectations }: TestResult, paint: Paint): string {
  const mark = passed ? paint.good("ok  ") : paint.error("FAIL");
  return `${mark} ${inLine(`${span.source.name}: ${title}`)} ${paint.faint(`(${expectations})`)}`;
}

function verdict(tests: readonly TestResult[], failed: number): string {
  const expectations = tests.reduce((sum, result) => sum + result.expectations, 0);
  return `${tests.length - failed} passed, ${failed} failed (${expectations} expectations)`;
}

function problems(diagnostics: readonly Diagnostic[], failures: readonly Failure[], paint: Paint): string {
  const parts = [
    ...(diagnostics.length > 0 ? [renderDiagnostics(diagnostics, paint)] : []),
    ...failures.map((failure) => renderFailure(failure, paint)),
  ];
  return parts.join("\n");
}

export const declare: Declare = (command, { paint, answer }) => {
  withSources(command).action((paths: string[], options: SourceOptions) => answer(test(paths, options, paint)));
  withExamples(command, "deepmacc test specs/heads/hourglass.dm", "deepmacc test specs");
};
