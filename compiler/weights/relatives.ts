// Which other model a file belongs to, for messages about one that it does not fit.
import { type Checkpoint, printable, shapeText } from "../../checkpoints/index.ts";
import type { Graph } from "../ir/graph.ts";
import { type Attempt, type Binding, bestOf, followedAttempts, isComplete, type Naming } from "./bind.ts";
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
  /** It takes long to make, and is tried where nothing else holds nearly all of the file. */
  readonly isLarge?: boolean;
}

export interface Fit {
  readonly title: string;
  readonly binding: Binding;
  /** Every shape agrees too. */
  readonly isExact: boolean;
}

/** Steps of rules for all relatives together, in those of a budget: a guess is not worth more. */
const mostSteps = 12_000_000;

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
  const attempts = new Map<readonly Naming[], readonly Attempt[]>();
  const attemptsBy = (names: readonly Naming[]): readonly Attempt[] => {
    const made = attempts.get(names) ?? followedAttempts(checkpoint, names, spend);
    attempts.set(names, made);
    return made;
  };
  for (const relative of relatives) {
    if (relative.isLarge && best && 10 * best.binding.unused.length < best.binding.tensors.size) break;
    const fit = fitOf(relative, checkpoint, () => attemptsBy(relative.namings ?? namings), spend);
    if (fit && (!best || isBetter(fit, best))) best = fit;
    if (best?.binding.unused.length === 0) break;
  }
  return best;
}

/** A whole that differs in a few shapes says more than a part that is the same. */
function isBetter({ binding }: Fit, { binding: best }: Fit): boolean {
  const [agrees, agreed] = [agreeing(binding), agreeing(best)];
  return agrees !== agreed ? agrees > agreed : binding.tensors.size > best.tensors.size;
}

const agreeing = ({ tensors, wrong }: Binding): number => (wrong.length > fewDiffer ? 0 : tensors.size - wrong.length);

function fitOf(
  { title, graph }: Relative,
  checkpoint: Checkpoint,
  attempts: () => readonly Attempt[],
  spend: Spend,
): Fit | undefined {
  const made = graph();
  if (!made) return undefined;
  const weights = weightsOfGraph(made);
  if (weights.size === 0 || weights.size > checkpoint.tensors.size) return undefined;
  try {
    // Rules that know fewer names than the model has weights leave some without a tensor.
    const hopeful = attempts().filter(({ paths }) => !paths || paths.size >= weights.size);
    if (hopeful.length === 0) return undefined;
    const binding = bestOf(hopeful, weights, checkpoint, { uses: usesOf(made), spend });
    const isAll = binding.missing.length === 0 && leftBeside(binding).length === 0;
    return isAll ? { title, binding, isExact: isComplete(binding) } : undefined;
  } catch (problem) {
    if (problem instanceof TooManySteps) return undefined;
    throw problem;
  }
}

/** What to call it in a message. */
export const fitTitle = ({ title, isExact, binding }: Fit): string =>
  isExact
    ? title
    : binding.wrong.length > fewDiffer
      ? `${title} in other sizes`
      : `${title} but for ${shapesIn(binding)}`;

/** So many tensors of another shape can be read in one line. */
const fewDiffer = 8;

function shapesIn({ wrong }: Binding): string {
  const shown = wrong.slice(0, 3).map(({ tensor, weight }) => {
    const wanted = weight.dims.map((dim) => (typeof dim === "number" ? dim : "?")).join(", ");
    return `${printable(tensor.name)} (${shapeText(tensor.shape)} in place of [${wanted}])`;
  });
  return [...shown, ...(wrong.length > 3 ? [`${wrong.length - 3} more`] : [])].join(", ");
}
