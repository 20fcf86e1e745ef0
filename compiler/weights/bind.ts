// Which tensor of a file is which weight of a model. The answer is a plan: nothing but names and shapes is
// looked at, so it can be made, compared and shown without reading the numbers.
import type { Checkpoint, TensorEntry } from "../../checkpoints/index.ts";
import { permutationTo, type TargetAxes } from "../ir/axes.ts";
import type { Weight, WeightAxes } from "../ir/graph.ts";
import { matcherOf, type RuleSet } from "./match.ts";
import { pathTree } from "./tree.ts";

/** How a file orders the axes of kernels: as TensorFlow (HWIO, HWOI, IO) or as PyTorch (OIHW, IOHW, OI). */
export type AxisOrder = "tensorflow" | "torch";

const torchAxes: Readonly<Record<WeightAxes, TargetAxes>> = { HWIO: "OIHW", HWOI: "IOHW", IO: "OI", C: "C" };

export const axesIn = (order: AxisOrder, axes: WeightAxes): TargetAxes =>
  order === "tensorflow" ? axes : torchAxes[axes];

/** How names of a file become names of weights. */
export type Naming =
  | { readonly kind: "paths"; readonly title: string }
  /** `trunk.unit.conv.weight`. */
  | { readonly kind: "torch"; readonly title: string }
  | { readonly kind: "rules"; readonly title: string; readonly rules: RuleSet };

export const ownPaths: Naming = { kind: "paths", title: "the paths of the weights" };
export const torchNames: Naming = { kind: "torch", title: "PyTorch's spelling of the paths" };

export interface WrongShape {
  readonly weight: Weight;
  readonly tensor: TensorEntry;
  /** What the file would have to hold, in its own order; undefined where a size is free. */
  readonly wanted: readonly (number | undefined)[];
}

export interface Binding {
  readonly naming: Naming;
  readonly order: AxisOrder;
  /** By path of the weight. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly wrong: readonly WrongShape[];
  /** Weights without a tensor. */
  readonly missing: readonly Weight[];
  /** Tensors that no weight uses. */
  readonly unused: readonly TensorEntry[];
  /** The path that rules make of a name, whether or not there is such a weight. Throws `TooManySteps`. */
  aim(name: string): string | undefined;
}

export const isComplete = ({ missing, wrong }: Binding): boolean => missing.length === 0 && wrong.length === 0;

/** Binds by one naming. Throws `TooManySteps` for rules that never end. */
export function bind(weights: ReadonlyMap<string, Weight>, checkpoint: Checkpoint, naming: Naming): Binding {
  const { candidates, aim } = matchingBy(naming, weights);
  const tensors = new Map<string, TensorEntry>();
  const unused: TensorEntry[] = [];
  for (const tensor of checkpoint.tensors.values()) {
    const weight = candidates(tensor.name).find(({ path }) => !tensors.has(path));
    if (weight) tensors.set(weight.path, tensor);
    else unused.push(tensor);
  }
  const missing = [...weights.values()].filter(({ path }) => !tensors.has(path));
  return { naming, ...orderOf(weights, tensors, checkpoint, naming), tensors, missing, unused, aim };
}

/** The first naming that fits entirely, or else the one that comes nearest. */
export function bestBinding(
  weights: ReadonlyMap<string, Weight>,
  checkpoint: Checkpoint,
  namings: readonly Naming[],
): Binding {
  const lacks = ({ missing, wrong }: Binding): number => missing.length + wrong.length;
  let best: Binding | undefined;
  for (const naming of namings) {
    const binding = bind(weights, checkpoint, naming);
    if (isComplete(binding)) return binding;
    if (!best || lacks(binding) < lacks(best)) best = binding;
  }
  return best ?? bind(weights, checkpoint, ownPaths);
}

interface Matching {
  candidates(name: string): readonly Weight[];
  aim(name: string): string | undefined;
}

function matchingBy(naming: Naming, weights: ReadonlyMap<string, Weight>): Matching {
  const known = (paths: readonly string[]) => paths.flatMap((path) => weights.get(path) ?? []);
  switch (naming.kind) {
    case "paths":
      return { candidates: (name) => known([name]), aim: (name) => name };
    case "torch":
      return { candidates: (name) => known(fromTorch(name)), aim: (name) => fromTorch(name)[0] };
    case "rules": {
      const matcher = matcherOf(naming.rules, pathTree(weights.values()));
      const { aim } = matcher;
      return { candidates: (name) => matcher.follow(name).flatMap(({ weight }) => weight ?? []), aim };
    }
  }
}

/** What PyTorch calls the roles of a layer's weights. */
const torchRoles: Readonly<Record<string, readonly string[]>> = {
  weight: ["kernel", "gamma"],
  bias: ["bias", "beta"],
  running_mean: ["moving_mean"],
  running_var: ["moving_variance"],
};

function fromTorch(name: string): readonly string[] {
  const steps = name.replaceAll(".", "/").split("/");
  const role = steps.pop() ?? "";
  const roles = Object.hasOwn(torchRoles, role) ? (torchRoles[role] ?? []) : [role];
  return roles.map((each) => [...steps, each].join("/"));
}

/** One order for the whole file: the one that the file states, or in which the shapes fit. */
function orderOf(
  weights: ReadonlyMap<string, Weight>,
  tensors: ReadonlyMap<string, TensorEntry>,
  checkpoint: Checkpoint,
  naming: Naming,
): { readonly order: AxisOrder; readonly wrong: readonly WrongShape[] } {
  const stated = checkpoint.metadata.get("axes");
  // Files of PyTorch say so: `format` is "pt".
  const isLikely = naming.kind === "torch" || checkpoint.metadata.get("format") === "pt";
  const isTorch = stated === undefined ? isLikely : stated === "torch";
  const orders: readonly AxisOrder[] = isTorch ? ["torch", "tensorflow"] : ["tensorflow", "torch"];
  const tried = orders.map((order) => ({ order, wrong: wrongIn(order, weights, tensors) }));
  return tried.reduce((best, next) => (next.wrong.length < best.wrong.length ? next : best));
}

function wrongIn(
  order: AxisOrder,
  weights: ReadonlyMap<string, Weight>,
  tensors: ReadonlyMap<string, TensorEntry>,
): readonly WrongShape[] {
  return [...tensors].flatMap(([path, tensor]) => {
    const weight = weights.get(path) as Weight;
    const wanted = shapeIn(order, weight);
    const { shape } = tensor;
    const fits = wanted.length === shape.length && wanted.every((dim, i) => dim === undefined || dim === shape[i]);
    return fits ? [] : [{ weight, tensor, wanted }];
  });
}

function shapeIn(order: AxisOrder, { axes, dims }: Weight): readonly (number | undefined)[] {
  return permutationTo(axes, axesIn(order, axes)).map((axis) => {
    const dim = dims[axis];
    return typeof dim === "number" ? dim : undefined;
  });
}
