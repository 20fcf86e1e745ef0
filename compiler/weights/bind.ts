// Which tensor of a file is which weight of a model. The answer is a plan: nothing but names and shapes is
// looked at, so it can be made, compared and shown without reading the numbers.
import type { Checkpoint, TensorEntry } from "../../checkpoints/index.ts";
import type { Weight } from "../ir/graph.ts";
import { type IdleRule, idleRules, matcherOf, type RuleSet, type Spend, TooManySteps } from "./match.ts";
import { type GuessedOrder, ordersOf, pairsOf, type WrongShape } from "./order.ts";
import { type AxisOrder, isStepCounter, roleWords, stepsOfTensor } from "./roles.ts";
import type { ChannelsFirst } from "./stored.ts";
import { everyPath, nodeAt, type PathNode, pathTree } from "./tree.ts";
import { noUses, type Uses } from "./uses.ts";

/** What a user says of the orders in a file, where names and shapes do not. */
export interface StatedOrders {
  /** Of the axes of kernels. */
  readonly axes?: AxisOrder;
  /** Of a map that was flattened: TensorFlow puts channels last, PyTorch first. */
  readonly flatten?: AxisOrder;
}

/** How names of a file become names of weights. */
export type Naming =
  | { readonly kind: "paths"; readonly title: string }
  /** `trunk.unit.conv.weight`. */
  | { readonly kind: "torch"; readonly title: string }
  | { readonly kind: "rules"; readonly title: string; readonly rules: RuleSet; readonly stated?: StatedOrders };

export const ownPaths: Naming = { kind: "paths", title: "the paths of the weights" };
export const torchNames: Naming = { kind: "torch", title: "PyTorch's spelling of the paths" };

export interface Binding {
  readonly naming: Naming;
  /** What all names of the file begin with and was left out of them: `module.`; "" where nothing was. */
  readonly prefix: string;
  /** By path of the weight. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** How the axes of kernels lie in the file, by path. */
  readonly orders: ReadonlyMap<string, AxisOrder>;
  readonly guessed: readonly GuessedOrder[];
  /** Weights whose file flattened maps channels first, by path. */
  readonly channelsFirst: ReadonlyMap<string, ChannelsFirst>;
  readonly wrong: readonly WrongShape[];
  /** Weights without a tensor. */
  readonly missing: readonly Weight[];
  /** Tensors that no weight uses. */
  readonly unused: readonly TensorEntry[];
  /** The path that rules make of a name, whether or not there is such a weight. Throws `TooManySteps`. */
  aim(name: string): string | undefined;
  /** Rules that lead none of these names to a weight. Throws `TooManySteps`. */
  idle(names: readonly string[]): readonly IdleRule[];
}

export const isComplete = ({ missing, wrong }: Binding): boolean => missing.length === 0 && wrong.length === 0;

/** What binding may know beside names and shapes. */
export interface Known {
  readonly uses?: Uses;
  readonly stated?: StatedOrders;
  /** Pays for the steps of rules. */
  readonly spend?: Spend;
}

/** A naming, on names without their first steps. */
export interface Attempt {
  readonly naming: Naming;
  readonly skipped: number;
  /** Where the rules lead each name, whatever the model; names that lead nowhere are left out. */
  readonly paths?: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** Binds by one naming, without the first `skipped` steps of every name. Throws `TooManySteps` for rules that never end. */
export function bind(
  weights: ReadonlyMap<string, Weight>,
  checkpoint: Checkpoint,
  naming: Naming,
  { uses = noUses, stated, spend }: Known = {},
  { skipped, paths }: Omit<Attempt, "naming"> = { skipped: 0 },
): Binding {
  const { candidates, aim, idle, tree } = matchingBy(naming, weights, spend);
  const tensors = new Map<string, TensorEntry>();
  const unused: TensorEntry[] = [];
  for (const tensor of checkpoint.tensors.values()) {
    const steps = stepsOfTensor(tensor.name).slice(skipped);
    const found = paths ? weightsAt(tree, paths.get(tensor.name)) : candidates(steps);
    const weight = found.find(({ path }) => !tensors.has(path));
    if (weight) tensors.set(weight.path, tensor);
    else if (!isStepCounter(steps)) unused.push(tensor);
  }
  const axes = (stated ?? statedBy(naming)).axes;
  const hints = { metadata: checkpoint.metadata, ...(axes && { stated: axes }) };
  return {
    naming,
    prefix: prefixOf(checkpoint, skipped),
    tensors,
    ...ordersOf(pairsOf(tensors, weights, uses.depthwise), hints),
    channelsFirst: new Map(),
    missing: [...weights.values()].filter(({ path }) => !tensors.has(path)),
    unused,
    aim: (name) => aim(stepsOfTensor(name).slice(skipped)),
    idle: (names) => idle(names.map((name) => stepsOfTensor(name).slice(skipped))),
  };
}

export const statedBy = (naming: Naming): StatedOrders => (naming.kind === "rules" ? (naming.stated ?? {}) : {});

/** More steps than wrappers put around a model. */
const mostSkipped = 8;

/** How many steps all names of a file have in common, the last of each left out. */
function commonSteps({ tensors }: Checkpoint): number {
  const [first, ...others] = [...tensors.keys()].map((name) => stepsOfTensor(name).slice(0, -1));
  let count = Math.min(mostSkipped, first?.length ?? 0);
  for (const steps of others) while (count > 0 && !startsAlike(first ?? [], steps, count)) count--;
  return count;
}

const startsAlike = (a: readonly string[], b: readonly string[], count: number): boolean =>
  count <= b.length && a.slice(0, count).every((step, i) => step === b[i]);

function prefixOf({ tensors }: Checkpoint, skipped: number): string {
  if (skipped === 0) return "";
  const [name = ""] = tensors.keys();
  const kept = stepsOfTensor(name).slice(skipped).join(".").length;
  return name.replace(/:\d+$/, "").slice(0, -kept);
}

/**
 * The first naming that fits entirely, or else the one that comes nearest. Every naming is tried on the names as
 * they are, then without what they all begin with.
 */
export function bestBinding(
  weights: ReadonlyMap<string, Weight>,
  checkpoint: Checkpoint,
  namings: readonly Naming[],
  known: Known = {},
): Binding {
  return bestOf(attemptsOn(checkpoint, namings), weights, checkpoint, known);
}

export function bestOf(
  attempts: readonly Attempt[],
  weights: ReadonlyMap<string, Weight>,
  checkpoint: Checkpoint,
  known: Known,
): Binding {
  // Of two that lack as much, names that fit say more than shapes.
  const lacks = ({ missing, wrong }: Binding): number =>
    2 * (missing.length + wrong.length) + Math.sign(missing.length);
  let best: Binding | undefined;
  for (const attempt of attempts) {
    const binding = bind(weights, checkpoint, attempt.naming, known, attempt);
    if (isComplete(binding)) return binding;
    if (!best || lacks(binding) < lacks(best)) best = binding;
  }
  return best ?? bind(weights, checkpoint, ownPaths, known);
}

function attemptsOn(checkpoint: Checkpoint, namings: readonly Naming[]): readonly Attempt[] {
  return Array.from({ length: commonSteps(checkpoint) + 1 }, (_, skipped) =>
    namings.map((naming) => ({ naming, skipped })),
  ).flat();
}

/** The same attempts, with the rules followed once for all models. Those that take too many steps stay as they are. */
export function followedAttempts(checkpoint: Checkpoint, namings: readonly Naming[], spend: Spend): readonly Attempt[] {
  return attemptsOn(checkpoint, namings).map((attempt) => {
    try {
      return attempt.naming.kind === "rules" ? followed(checkpoint, attempt, attempt.naming.rules, spend) : attempt;
    } catch (problem) {
      if (!(problem instanceof TooManySteps)) throw problem;
      return attempt;
    }
  });
}

function followed({ tensors }: Checkpoint, { naming, skipped }: Attempt, rules: RuleSet, spend: Spend): Attempt {
  const { root, stepsTo } = everyPath();
  const matcher = matcherOf(rules, root, spend);
  const paths = new Map<string, readonly (readonly string[])[]>();
  for (const name of tensors.keys()) {
    const ends = matcher.follow(stepsOfTensor(name).slice(skipped));
    if (ends.length > 0) paths.set(name, ends.map(stepsTo));
  }
  return { naming, skipped, paths };
}

/** How many names the rules of a naming know, whatever model they lead to. */
export function aimsOf(naming: Naming, names: readonly string[]): number {
  const { aim } = matchingBy(naming, new Map());
  return names.filter((name) => aim(stepsOfTensor(name)) !== undefined).length;
}

interface Matching {
  readonly tree: PathNode;
  candidates(steps: readonly string[]): readonly Weight[];
  aim(steps: readonly string[]): string | undefined;
  idle(names: readonly (readonly string[])[]): readonly IdleRule[];
}

const weightsAt = (tree: PathNode, paths: readonly (readonly string[])[] = []): readonly Weight[] =>
  paths.flatMap((steps) => nodeAt(tree, steps)?.weight ?? []);

const noRules = (): readonly IdleRule[] => [];

function matchingBy(naming: Naming, weights: ReadonlyMap<string, Weight>, spend?: Spend): Matching {
  const tree = pathTree(weights.values());
  if (naming.kind === "paths")
    return { tree, candidates: (steps) => weightAt(weights, steps), aim: (steps) => steps.join("/"), idle: noRules };
  if (naming.kind === "torch")
    return { tree, candidates: (steps) => [nodeAt(tree, steps)?.weight ?? []].flat(), aim: inOurWords, idle: noRules };
  const matcher = matcherOf(naming.rules, tree, spend);
  return {
    tree,
    candidates: (steps) => matcher.follow(steps).flatMap(({ weight }) => weight ?? []),
    aim: (steps) => matcher.aim(steps),
    idle: (names) => idleRules(naming.rules, tree, names, spend),
  };
}

const weightAt = (weights: ReadonlyMap<string, Weight>, steps: readonly string[]): readonly Weight[] => {
  const weight = weights.get(steps.join("/"));
  return weight ? [weight] : [];
};

function inOurWords(steps: readonly string[]): string {
  const role = steps.at(-1) ?? "";
  return [...steps.slice(0, -1), roleWords.get(role)?.means?.[0] ?? role].join("/");
}
