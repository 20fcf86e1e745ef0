// `deepmacc verify REF`: the same weights and inputs through every target that this machine has, and
// through the operators' own references. The files are written as `build` writes them, to a folder that
// is gone afterwards.

import { join } from "node:path";
import { type Graph, missingReferences } from "../../compiler/index.ts";
import type { Diagnostic } from "../../grammar/index.ts";
import { diagnosticsDocument, type Paint, renderDiagnostics } from "../../report/index.ts";
import { exits, Failure, type Outcome, Refused } from "../exit.ts";
import { type ModelOptions, prepare } from "../model.ts";
import { inScratchFolder } from "../scratch.ts";
import { layoutOf, type NotExpressible, type TargetOptions, targetNamed, type Writing } from "../targets/index.ts";
import { seedOf, type WeightOptions } from "../weights/choose.ts";
import { type Comparison, compareFile, firstLayer, type Verdict } from "./compare.ts";
import { layerDiagnostics, noReference, tableOf, verdictDocument } from "./report.ts";
import { type Runner, runners } from "./runners.ts";
import { type Trial, tryOut } from "./trial.ts";

export interface VerifyOptions extends ModelOptions, TargetOptions, WeightOptions {
  readonly targets?: string;
  readonly tolerance?: string;
}

/** Single precision adds in another order, and stays below this; a mistake does not. */
export const usualTolerance = 1e-5;

export async function verify(
  reference: string,
  options: VerifyOptions,
  paint: Paint,
  showStatus: (text: string) => void = () => {},
): Promise<Outcome> {
  const wanted = runnersNamed(options.targets);
  const tolerance = toleranceOf(options.tolerance);
  for (const { target } of wanted) targetNamed(target).checkOptions(options);
  const prepared = prepare(reference, options);
  const { graph, weights } = prepared;
  const missing = missingReferences(graph);
  if (missing.length > 0) throw new Refused(missing.map(noReference), exits.unsupported);
  const trial = tryOut({ ...prepared, seed: seedOf(options.seed) });
  if ("diagnostics" in trial) throw new Refused(trial.diagnostics);
  const verdicts: Verdict[] = [];
  showStatus("computing the reference");
  trial.reference();
  for (const runner of wanted) {
    showStatus(`running ${runner.target}`);
    const comparison = { runner, layout: layoutOf(options), trial, tolerance };
    verdicts.push(await inScratchFolder((folder) => verdictOf(graph, comparison, { folder, options, weights })));
  }
  showStatus("");
  const { doubts } = prepared;
  return outcomeOf({ graph, doubts, trial, tolerance, verdicts, isChoice: options.targets !== undefined }, paint);
}

function runnersNamed(text: string | undefined): readonly Runner[] {
  if (text === undefined) return runners;
  return text.split(",").map((name) => {
    const runner = runners.find(({ target }) => target === name.trim());
    if (runner) return runner;
    const known = runners.map(({ target }) => target).join(", ");
    throw new Failure(exits.usage, `--targets names ${name.trim() || "nothing"}, which cannot be run`, [
      `targets that can be run: ${known}`,
    ]);
  });
}

function toleranceOf(text: string | undefined): number {
  const tolerance = text === undefined ? usualTolerance : Number(text);
  if (text?.trim() !== "" && tolerance >= 0 && tolerance < 1) return tolerance;
  throw new Failure(exits.usage, `--tolerance must be a number from 0 to 1, such as 1e-5, not "${text}"`);
}

interface Place {
  readonly folder: string;
  readonly options: TargetOptions;
  readonly weights: NonNullable<Writing["weights"]>;
}

/** Writes the model, runs it, and looks for the first layer that differs. */
async function verdictOf(graph: Graph, comparison: Comparison, place: Place): Promise<Verdict> {
  const { target } = comparison.runner;
  const write = writerFor(target, place);
  const path = await write(graph);
  if (typeof path !== "string") {
    const reasons = path.unsupported.map(({ node, reason }) => `${node.op}: ${reason}`);
    return { status: "unsupported", target, reason: [...new Set(reasons)].join("; ") };
  }
  const verdict = await compareFile(path, comparison);
  if (verdict.status !== "mismatch") return verdict;
  const layer = await firstLayer(graph, verdict.outputs, comparison, write);
  return { ...verdict, ...(layer && { layer }) };
}

function writerFor(name: string, { folder, options, weights }: Place) {
  let count = 0;
  return async (graph: Graph): Promise<string | NotExpressible> => {
    const target = targetNamed(name);
    const path = join(folder, target.outputOf(`model${count++}`));
    const written = await target.write(graph, { path, options, weights, progress: () => {} });
    return "unsupported" in written ? written : path;
  };
}

interface Verified {
  readonly graph: Graph;
  /** About the weights. */
  readonly doubts: readonly Diagnostic[];
  readonly trial: Trial;
  readonly tolerance: number;
  readonly verdicts: readonly Verdict[];
  /** Whether the user named the targets: one that cannot run is then no answer. */
  readonly isChoice: boolean;
}

function outcomeOf({ graph, doubts, trial, tolerance, verdicts, isChoice }: Verified, paint: Paint): Outcome {
  const diagnostics = [...doubts, ...layerDiagnostics(verdicts, tolerance)];
  const sizes = Object.entries(trial.sizes).map(([name, size]) => `${name} = ${size}`);
  const title = `${graph.name}${sizes.length > 0 ? ` at ${sizes.join(", ")}` : ""}, against the reference in float64`;
  return {
    exit: exitOf(verdicts, isChoice),
    document: {
      name: graph.name,
      sizes: trial.sizes,
      tolerance,
      targets: verdicts.map(verdictDocument),
      ...diagnosticsDocument(diagnostics),
    },
    stdout: `${paint.strong(title)}\n${tableOf(verdicts, paint)}\n`,
    stderr: diagnostics.length > 0 ? renderDiagnostics(diagnostics, paint) : "",
  };
}

function exitOf(verdicts: readonly Verdict[], isChoice: boolean): Outcome["exit"] {
  const has = (...statuses: readonly Verdict["status"][]) => verdicts.some(({ status }) => statuses.includes(status));
  if (has("mismatch", "failed")) return exits.mismatch;
  const ran = has("ok") && !(isChoice && has("missing", "unsupported"));
  return ran ? exits.ok : exits.unsupported;
}
