// `deepmacc verify REF`: the same weights and inputs through every target that this machine has, and
// through the operators' own references. The files are written as `build` writes them, to a folder that
// is gone afterwards.

import { join } from "node:path";
import { type Graph, missingReferences } from "../../compiler/index.ts";
import type { Diagnostic } from "../../grammar/index.ts";
import {
  type Comparison,
  compareFile,
  firstLayer,
  type Trial,
  tryOut,
  usualTolerances,
  type Verdict,
} from "../../lab/index.ts";
import { diagnosticsDocument, type Paint, renderDiagnostics } from "../../report/index.ts";
import { refuseTooLarge, withinMemory } from "../bounded.ts";
import { exits, Failure, type Outcome, Refused } from "../exit.ts";
import { type ModelOptions, type Prepared, prepare } from "../model.ts";
import { inScratchFolder } from "../scratch.ts";
import {
  layoutOf,
  precisionNamed,
  type Target,
  type TargetOptions,
  targetsFor,
  type Writing,
} from "../targets/index.ts";
import { seedOf, type WeightOptions } from "../weights/choose.ts";
import { layerDiagnostics, noReference, tableOf, verdictDocument } from "./report.ts";

export interface VerifyOptions extends ModelOptions, TargetOptions, WeightOptions {
  readonly targets?: string;
  readonly tolerance?: string;
}

export async function verify(
  reference: string,
  options: VerifyOptions,
  paint: Paint,
  showStatus: (text: string) => void = () => {},
): Promise<Outcome> {
  const wanted = targetsFor(options.targets, options);
  const tolerance = toleranceOf(options);
  const prepared = prepare(reference, options);
  const { graph } = prepared;
  const missing = missingReferences(graph);
  if (missing.length > 0) throw new Refused(missing.map(noReference), exits.unsupported);
  const trial = tryOut({ ...prepared, seed: seedOf(options.seed) });
  if ("diagnostics" in trial) throw new Refused(trial.diagnostics);
  // Every value of the reference is kept, so that the layer can be found.
  refuseTooLarge(graph, trial.work.numbers, trial.work, "smaller sizes need less: --at");
  return withinMemory(() => verified(wanted, trial, { prepared, options, paint, tolerance, showStatus }));
}

interface Asked {
  readonly prepared: Prepared;
  readonly options: VerifyOptions;
  readonly paint: Paint;
  readonly tolerance: number;
  showStatus(text: string): void;
}

async function verified(
  wanted: readonly Target[],
  trial: Trial,
  { prepared, options, paint, tolerance, showStatus }: Asked,
): Promise<Outcome> {
  const { graph, weights, doubts } = prepared;
  const verdicts: Verdict[] = [];
  showStatus("computing the reference");
  trial.reference();
  for (const target of wanted) {
    showStatus(`running ${target.name}`);
    const comparison = { target: target.name, open: target.open, layout: layoutOf(options), trial, tolerance };
    verdicts.push(
      await inScratchFolder((folder) => verdictOf(graph, comparison, { target, folder, options, weights })),
    );
  }
  showStatus("");
  return outcomeOf({ graph, doubts, trial, tolerance, verdicts, isChoice: options.targets !== undefined }, paint);
}

function toleranceOf({ tolerance: text, dtype }: VerifyOptions): number {
  const tolerance = text === undefined ? usualTolerances[precisionNamed(dtype)] : Number(text);
  if (text?.trim() !== "" && tolerance >= 0 && tolerance < 1) return tolerance;
  throw new Failure(exits.usage, `--tolerance must be a number from 0 to 1, such as 1e-5, not "${text}"`);
}

interface Setting {
  readonly target: Target;
  readonly folder: string;
  readonly options: TargetOptions;
  readonly weights: NonNullable<Writing["weights"]>;
}

/** Writes the model, runs it, and looks for the first layer that differs. */
async function verdictOf(graph: Graph, comparison: Comparison, setting: Setting): Promise<Verdict> {
  const write = writerFor(setting);
  const { path, reasons } = await write(graph);
  if (path === undefined)
    return { status: "unsupported", target: comparison.target, reason: [...new Set(reasons)].join("; ") };
  const verdict = await compareFile(path, comparison);
  if (verdict.status !== "mismatch") return verdict;
  const layer = await firstLayer(graph, verdict.outputs, comparison, async (cut) => (await write(cut)).path);
  return { ...verdict, ...(layer && { layer }) };
}

/** Writes graphs beside each other; where the target cannot express one, there are reasons instead of a path. */
function writerFor({ target, folder, options, weights }: Setting) {
  let count = 0;
  return async (graph: Graph): Promise<{ readonly path?: string; readonly reasons?: readonly string[] }> => {
    const path = join(folder, target.outputOf(`model${count++}`));
    const written = await target.write(graph, { path, options, weights, progress: () => {} });
    if (!("unsupported" in written)) return { path };
    return { reasons: written.unsupported.map(({ node, reason }) => `${node.op}: ${reason}`) };
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
    stdout: `${paint.strong(title)}\n${tableOf(verdicts, tolerance, paint)}\n`,
    stderr: diagnostics.length > 0 ? renderDiagnostics(diagnostics, paint) : "",
  };
}

function exitOf(verdicts: readonly Verdict[], isChoice: boolean): Outcome["exit"] {
  const has = (...statuses: readonly Verdict["status"][]) => verdicts.some(({ status }) => statuses.includes(status));
  if (has("mismatch", "failed")) return exits.mismatch;
  const ran = has("ok") && !(isChoice && has("missing", "unsupported"));
  return ran ? exits.ok : exits.unsupported;
}
