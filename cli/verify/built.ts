// The check at the end of `build`: the file that was just written, run once and compared.

import { statSync } from "node:fs";
import type { Graph, WeightReader } from "../../compiler/index.ts";
import {
  compareFile,
  excessOf,
  isOutOfMemory,
  largestBounds,
  OutOfBudget,
  quickBounds,
  type Trial,
  tryOut,
  usualTolerances,
  type Verdict,
} from "../../lab/index.ts";
import type { Paint } from "../../report/index.ts";
import type { Chosen } from "../chosen.ts";
import { exits, Failure, type Outcome } from "../exit.ts";
import { renderFailure } from "../failures.ts";
import { layoutOf, parametersOf, precisionNamed, type TargetOptions, targetNamed } from "../targets/index.ts";
import { differenceText } from "./report.ts";

const verifyModes = ["off", "quick", "full"] as const;
export type VerifyMode = (typeof verifyModes)[number];

export interface BuiltFile {
  readonly chosen: Chosen;
  readonly graph: Graph;
  readonly target: string;
  readonly path: string;
  readonly options: TargetOptions;
  readonly weights: WeightReader | undefined;
}

interface Skipped {
  readonly status: "skipped";
  readonly target: string;
  readonly reason: string;
  /** What the user would not expect is said in a line of its own. */
  readonly isTold?: boolean;
}
export type Checked = Verdict | Skipped;

/** Multiply-adds of one sample that the reference computes in a tenth of a second. */
const quickMacs = 20e6;
const quickParameters = 2e6;

export function verifyModeOf(text = "quick"): VerifyMode {
  const mode = verifyModes.find((each) => each === text);
  if (mode) return mode;
  throw new Failure(exits.usage, `--verify is off, quick or full, not "${text}"`);
}

/** Quick: one input, and small models only. Full: three inputs, as far as any run may go. */
export async function verifyBuilt(built: BuiltFile, mode: VerifyMode): Promise<Checked> {
  const { graph, target, weights } = built;
  const skipped = (reason: string): Skipped => ({ status: "skipped", target, reason });
  if (mode === "off") return skipped("--verify=off");
  if (built.options.imageInGraph === true)
    return { ...skipped("its image goes in as bytes, which the reference does not take"), isTold: true };
  if (!weights) return skipped("a file without weights computes nothing");
  if (mode === "quick" && parametersOf(graph) > quickParameters) return skipped("the model is large; --verify=full");
  const seeds = mode === "full" ? [0, 1, 2] : [0];
  let checked: Checked = skipped("nothing to run");
  for (const seed of seeds) {
    checked = await verifyOnce(built, weights, mode, seed);
    if (checked.status !== "ok") break;
  }
  return checked;
}

async function verifyOnce(built: BuiltFile, weights: WeightReader, mode: VerifyMode, seed: number): Promise<Checked> {
  const { chosen, graph, target, path, options } = built;
  const skipped = (reason: string): Skipped => ({ status: "skipped", target, reason });
  const { open, isSlow = false } = targetNamed(target);
  const found = statSync(path);
  if (!found.isFile() && !found.isDirectory()) return skipped("it went into a device or a pipe");
  if (mode === "quick" && isSlow) return skipped(`starting ${target} takes longer than the build; --verify=full`);
  const trial = tryOut({
    ...chosen,
    graph,
    weights,
    seed,
    ...(mode === "quick" && { budget: chosen.session.budget }),
  });
  if ("diagnostics" in trial) return skipped("its sizes depend on each other; name them with --at");
  if (mode === "quick" && trial.macs > quickMacs) return skipped("the model is large; --verify=full");
  const excess = tooLarge(trial, mode);
  if (excess !== undefined) return { ...skipped(excess), isTold: true };
  const comparison = {
    target,
    open,
    layout: layoutOf(options),
    trial,
    tolerance: usualTolerances[precisionNamed(options.dtype)],
  };
  return compareFile(path, comparison).catch((problem: unknown) => {
    if (problem instanceof OutOfBudget)
      return { ...skipped("the build has taken its time; --verify=full takes more"), isTold: true };
    if (!isOutOfMemory(problem)) throw problem;
    return { ...skipped("there is too little memory"), isTold: true };
  });
}

/** Why the trial is not run, if it is not: tensors may be huge where nothing is multiplied. */
function tooLarge({ work }: Trial, mode: VerifyMode): string | undefined {
  const [quick, largest] = [quickBounds, largestBounds].map((bounds) => excessOf(work.numbers, work, bounds));
  if (mode === "full" || quick === undefined) return mode === "full" ? largest : undefined;
  return largest === undefined ? `${quick}; --verify=full takes more` : quick;
}

/** Adds what the check found to the outcome of the build. The file stays either way, so that it can be looked at. */
export function withCheck(outcome: Outcome, checked: Checked, mode: VerifyMode, paint: Paint): Outcome {
  const document = { ...(outcome.document as object), verify: checkedDocument(checked) };
  const { stdout = "", stderr = "" } = outcome;
  if (checked.status === "ok") {
    const most = Math.max(0, ...checked.outputs.map(({ max }) => max));
    return { ...outcome, document, stdout: `${stdout}  verified: off by at most ${differenceText(most)} of scale\n` };
  }
  if (checked.status === "skipped" && checked.isTold)
    return { ...outcome, document, stdout: `${stdout}  not checked: ${checked.reason}\n` };
  const isAnswer = checked.status === "skipped" || (checked.status === "missing" && mode === "quick");
  if (isAnswer) return { ...outcome, document };
  const { exit, message, help } = complaintOf(checked);
  return { ...outcome, exit, document, stderr: `${stderr}${renderFailure(new Failure(exit, message, help), paint)}` };
}

function checkedDocument(checked: Checked) {
  const { status } = checked;
  return "outputs" in checked ? { status, outputs: checked.outputs } : { status, outputs: [], reason: checked.reason };
}

function complaintOf(checked: Exclude<Checked, { status: "ok" }>): Pick<Failure, "exit" | "message" | "help"> {
  if (checked.status === "missing")
    return { exit: exits.unsupported, message: `the file could not be verified: ${checked.reason}`, help: [] };
  if (!("outputs" in checked))
    return { exit: exits.mismatch, message: `the file does not run: ${checked.reason}`, help: [] };
  const worst = checked.outputs.reduce((a, b) => (b.max > a.max ? b : a));
  return {
    exit: exits.mismatch,
    message: `the file computes something else than the text: ${worst.name} is off by ${differenceText(worst.max)} of scale`,
    help: ["`deepmacc verify` with the same model finds the layer"],
  };
}
