// `deepmacc build REF --target onnx`: text in, model files out.
import { elaborate, type Graph } from "../compiler/index.ts";
import type { Diagnostic } from "../grammar/index.ts";
import { exitOf, exits, Failure, type Outcome } from "./exit.ts";
import { refused } from "./info.ts";
import { diagnosticsDocument } from "./json.ts";
import { notExpressible } from "./not-expressible.ts";
import { secondText } from "./numbers.ts";
import type { Paint } from "./paint.ts";
import { chooseModel, type ModelOptions } from "./programs.ts";
import { fileNameOf } from "./reference.ts";
import { renderDiagnostics } from "./render.ts";
import { parametersOf, type TargetOptions, targetNamed, type Written } from "./targets/index.ts";
import { verifyBuilt, verifyModeOf, withCheck } from "./verify/built.ts";
import {
  type ChosenWeights,
  checkWeightOptions,
  chooseWeights,
  type WeightOptions,
  withoutWeights,
} from "./weights/choose.ts";

export interface BuildOptions extends ModelOptions, TargetOptions, WeightOptions {
  readonly target: string;
  readonly output?: string;
  readonly verify?: string;
}

/** Says how far a long build is; silent where nobody watches. */
export type Progress = (written: number, total: number) => void;

export async function build(
  reference: string,
  options: BuildOptions,
  paint: Paint,
  progress: Progress = () => {},
): Promise<Outcome> {
  const started = performance.now();
  const target = await targetNamed(options.target);
  target.checkOptions(options);
  if (options.profile !== undefined && options.target !== "onnx")
    throw new Failure(exits.usage, "--profile is about ONNX files", ["leave it out, or use --target onnx"]);
  if (options.fold === true && options.target === "torch")
    throw new Failure(
      exits.usage,
      "--fold does nothing for torch: norms stay modules, so that the file can be trained",
    );
  const mode = verifyModeOf(options.verify);
  checkWeightOptions(options);
  const chosen = chooseModel(reference, options);
  if ("diagnostics" in chosen) return refused(chosen.diagnostics, paint);
  const { graph, diagnostics } = elaborate(chosen.program, chosen.request, "infer", { weights: true });
  if (!graph) return refused(diagnostics, paint);
  const given = options.weights === false ? withoutWeights : chooseWeights(chosen, graph, options);
  if ("diagnostics" in given) return refused(given.diagnostics, paint);
  const { weights } = given;
  const path = options.output ?? target.outputOf(fileNameOf(chosen.reference));
  const trained = () => elaborate(chosen.program, chosen.request, "train", { weights: true }).graph;
  const written = await target.write(graph, { path, options, weights, progress, trained });
  if ("unsupported" in written) return notExpressible(written, target, paint);
  const milliseconds = performance.now() - started;
  const checked = await verifyBuilt({ chosen, graph, target: options.target, path, options, weights }, mode);
  const serious = [...diagnostics.filter(({ severity }) => severity !== "hint"), ...(written.remarks ?? [])];
  const built = { graph, path, target: options.target, written, given, diagnostics: serious, milliseconds };
  return withCheck(outcomeOf(built, paint), checked, mode, paint);
}

interface Built {
  readonly graph: Graph;
  readonly path: string;
  readonly target: string;
  readonly written: Written;
  readonly given: Omit<ChosenWeights, "weights">;
  readonly diagnostics: readonly Diagnostic[];
  readonly milliseconds: number;
}

function outcomeOf({ graph, path, target, written, given, diagnostics, milliseconds }: Built, paint: Paint): Outcome {
  const { name, rules } = graph;
  const time = secondText(milliseconds);
  return {
    exit: exitOf(diagnostics),
    document: {
      name,
      target,
      file: path,
      params: parametersOf(graph),
      requires: rules.text,
      ...written.document,
      ...(given.document && { weights: given.document }),
      ...diagnosticsDocument(diagnostics),
    },
    stdout: `${paint.strong(path)} ${written.size}: ${name}, ${written.contents}, ${time}\n`,
    stderr:
      (diagnostics.length > 0 ? renderDiagnostics(diagnostics, paint) : "") +
      given.notes.map((note) => `note: ${note}\n`).join(""),
  };
}
