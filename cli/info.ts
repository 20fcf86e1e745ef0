// `deepmacc info REF`: what a model is, in numbers where they are known and else in its sizes.

import { summarize } from "../compiler/index.ts";
import {
  type Paint,
  pathsDocument,
  pathsText,
  renderDiagnostics,
  summaryDocument,
  summaryText,
} from "../report/index.ts";
import { exitOf, type Outcome, Refused } from "./exit.ts";
import type { Declare } from "./host.ts";
import { chooseModel, type ModelOptions } from "./model.ts";
import { withExamples, withModel, withPart } from "./options.ts";
import { weightPaths } from "./paths.ts";

interface InfoOptions extends ModelOptions {
  readonly paths?: boolean;
}

export function info(reference: string, options: InfoOptions, paint: Paint): Outcome {
  const chosen = chooseModel(reference, options);
  const { summary, diagnostics } = summarize(chosen.program, chosen.request, chosen.session);
  const serious = diagnostics.filter(({ severity }) => severity !== "hint");
  if (!summary) throw new Refused(serious);
  const paths = options.paths ? weightPaths(chosen) : undefined;
  return {
    exit: exitOf(serious),
    document: { ...summaryDocument(summary), ...(paths && { paths: pathsDocument(paths) }) },
    stdout: summaryText(summary, paint) + (paths ? pathsText(paths, paint) : ""),
    stderr: serious.length > 0 ? renderDiagnostics(serious, paint) : "",
  };
}

export const declare: Declare = (command, { paint, answer }) => {
  withPart(withModel(command))
    .option("--paths", "list the weights: path, shape, and what PyTorch calls them (ONNX and tfjs use the paths)")
    .action((reference: string, options: InfoOptions) => answer(info(reference, options, paint)));
  withExamples(
    command,
    "deepmacc info specs/hg52.dm",
    "deepmacc info 'HG[52]' --at C=50",
    "deepmacc info 'HG[10]' --at C=50 --paths",
  );
};
