// Which other model a file belongs to, for messages about one that it does not fit.
import type { Checkpoint } from "../../checkpoints/index.ts";
import type { Graph } from "../ir/graph.ts";
import { type Binding, bestBinding, isComplete, type Naming } from "./bind.ts";
import { leftBeside } from "./leftovers.ts";
import { type Spend, TooManySteps } from "./match.ts";
import { usesOf } from "./uses.ts";
import { weightsOfGraph } from "./weights-of-graph.ts";

/** A model that a file may belong to. */
export interface Relative {
  /** `HG[20]`. */
  readonly title: string;
  /** Undefined where it cannot be made. */
  graph(): Graph | undefined;
  /** Names of its files; where absent, those that the file is read by. */
  readonly namings?: readonly Naming[];
  /** It takes long to make, and is tried where nothing else holds most of the file. */
  readonly isLarge?: boolean;
}

export interface Fit {
  readonly title: string;
  readonly binding: Binding;
  /** Every shape agrees too. */
  readonly isExact: boolean;
}

/** Steps of rules for all relatives together, in those of a budget: a guess is not worth more. */
const mostSteps = 2_000_000;

/** The relative that uses most of a file and leaves nothing beside it; one whose shapes agree before one of other sizes. */
export function fittingModel(
  checkpoint: Checkpoint,
  namings: readonly Naming[],
  relatives: Iterable<Relative>,
): Fit | undefined {
  let best: Fit | undefined;
  let left = mostSteps;
  const spend: Spend = (steps) => {
    left -= steps;
    return left >= 0;
  };
  for (const relative of relatives) {
    if (relative.isLarge && best && best.binding.unused.length < best.binding.tensors.size) break;
    const fit = fitOf(relative, checkpoint, relative.namings ?? namings, spend);
    if (fit && (!best || isBetter(fit, best))) best = fit;
    if (best?.binding.unused.length === 0) break;
  }
  return best;
}

const isBetter = (fit: Fit, best: Fit): boolean =>
  fit.isExact !== best.isExact ? fit.isExact : fit.binding.tensors.size > best.binding.tensors.size;

function fitOf(
  { title, graph }: Relative,
  checkpoint: Checkpoint,
  namings: readonly Naming[],
  spend: Spend,
): Fit | undefined {
  const made = graph();
  if (!made) return undefined;
  const weights = weightsOfGraph(made);
  if (weights.size === 0 || weights.size > checkpoint.tensors.size) return undefined;
  try {
    const binding = bestBinding(weights, checkpoint, namings, { uses: usesOf(made), spend });
    const isAll = binding.missing.length === 0 && leftBeside(binding).length === 0;
    return isAll ? { title, binding, isExact: isComplete(binding) } : undefined;
  } catch (problem) {
    if (problem instanceof TooManySteps) return undefined;
    throw problem;
  }
}

/** What to call it in a message. */
export const fitTitle = ({ title, isExact }: Fit): string => (isExact ? title : `${title} in other sizes`);
