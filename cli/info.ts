// `deepmacc info REF`: what a model is, in numbers where they are known and else in its sizes.

import { summarize } from "../compiler/index.ts";
import { type Paint, renderDiagnostics, summaryDocument, summaryText } from "../report/index.ts";
import { exitOf, type Outcome, Refused } from "./exit.ts";
import type { Declare } from "./host.ts";
import { chooseModel, type ModelOptions } from "./model.ts";
import { withExamples, withModel } from "./options.ts";

export function info(reference: string, options: ModelOptions, paint: Paint): Outcome {
  const chosen = chooseModel(reference, options);
  const { summary, diagnostics } = summarize(chosen.program, chosen.request);
  const serious = diagnostics.filter(({ severity }) => severity !== "hint");
  if (!summary) throw new Refused(serious);
  return {
    exit: exitOf(serious),
    document: summaryDocument(summary),
    stdout: summaryText(summary, paint),
    stderr: serious.length > 0 ? renderDiagnostics(serious, paint) : "",
  };
}

export const declare: Declare = (command, { paint, answer }) => {
  withModel(command).action((reference: string, options: ModelOptions) => answer(info(reference, options, paint)));
  withExamples(command, "deepmacc info specs/hg52.dm", "deepmacc info 'HG[52]' --at C=50");
};
