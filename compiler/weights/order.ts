// How the axes of kernels lie in a file. Shapes mostly prove it; a square kernel has the same shape either way, and
// then the word for its role decides: Keras says `kernel`, PyTorch says `weight`. What nothing decides is a guess,
// and whoever reads the file is told so.
import type { Checkpoint, TensorEntry } from "../../checkpoints/index.ts";
import { permutationTo, type TargetAxes } from "../ir/axes.ts";
import type { Weight, WeightAxes } from "../ir/graph.ts";
import { type AxisOrder, orderByName, otherThan } from "./roles.ts";

const torchAxes: Readonly<Record<WeightAxes, TargetAxes>> = {
  HWIO: "OIHW",
  HWOI: "IOHW",
  IO: "OI",
  C: "C",
  A: "A",
  AB: "AB",
  ABC: "ABC",
  ABCD: "ABCD",
};

/** Whether frameworks order its axes each in their own way. */
const isOrdered = ({ axes }: Weight): boolean => torchAxes[axes] !== axes;

export const axesIn = (order: AxisOrder, axes: WeightAxes): TargetAxes =>
  order === "tensorflow" ? axes : torchAxes[axes];

export interface WrongShape {
  readonly weight: Weight;
  readonly tensor: TensorEntry;
  readonly order: AxisOrder;
  /** What the file would have to hold, in its own order; undefined where a size is free. */
  readonly wanted: readonly (number | undefined)[];
}

/** Kernels whose order nothing in the file proves. */
export interface GuessedOrder {
  readonly order: AxisOrder;
  readonly tensors: readonly TensorEntry[];
  /** The words of the names claim one order, but only the other fits kernels beside them. */
  readonly isAgainstNames: boolean;
}

export interface Orders {
  /** By path of the weight. */
  readonly orders: ReadonlyMap<string, AxisOrder>;
  readonly wrong: readonly WrongShape[];
  readonly guessed: readonly GuessedOrder[];
}

/** A tensor and the weight that it is to be. */
interface Pair {
  readonly weight: Weight;
  readonly tensor: TensorEntry;
  /** Groups of a depthwise convolution. */
  readonly channels?: number;
}

/** What is known of a file beside its names and shapes. */
export interface OrderHints {
  /** Said by the user: not to be doubted. */
  readonly stated?: AxisOrder;
  readonly metadata: Checkpoint["metadata"];
}

export function pairsOf(
  tensors: ReadonlyMap<string, TensorEntry>,
  weights: ReadonlyMap<string, Weight>,
  depthwise: ReadonlyMap<string, number>,
): readonly Pair[] {
  return [...tensors].map(([path, tensor]) => {
    const channels = depthwise.get(path);
    return { weight: weights.get(path) as Weight, tensor, ...(channels !== undefined && { channels }) };
  });
}

/** Tensors of one role word share one order; those that are called something else follow the rest of the file. */
export function ordersOf(pairs: readonly Pair[], hints: OrderHints): Orders {
  const kernels = pairs.filter(({ weight }) => isOrdered(weight));
  const called = (word: AxisOrder | undefined) => kernels.filter(({ tensor }) => orderByName(tensor.name) === word);
  const decided = (["tensorflow", "torch"] as const).map((word) => decide(called(word), hints, word));
  const seen = new Set(decided.flatMap(({ group, order }) => (group.length > 0 ? [order] : [])));
  const [only] = seen.size === 1 ? seen : [];
  const last = decide(called(undefined), hints, only);
  const all = [...decided, last];
  return {
    orders: new Map(all.flatMap(({ group, order }) => group.map(({ weight }) => [weight.path, order] as const))),
    wrong: [
      ...pairs.filter(({ weight }) => !isOrdered(weight)).flatMap((pair) => wrongIn("tensorflow", pair)),
      ...all.flatMap(({ wrong }) => wrong),
    ],
    guessed: all.flatMap(({ guess }) => guess ?? []),
  };
}

interface Decided {
  readonly group: readonly Pair[];
  readonly order: AxisOrder;
  readonly wrong: readonly WrongShape[];
  readonly guess?: GuessedOrder;
}

function decide(group: readonly Pair[], { stated, metadata }: OrderHints, word: AxisOrder | undefined): Decided {
  const claimed =
    stated ?? orderIn(metadata.get("axes")) ?? word ?? (metadata.get("format") === "pt" ? "torch" : undefined);
  const first = claimed ?? "tensorflow";
  const wrongFirst = group.flatMap((pair) => wrongIn(first, pair));
  if (wrongFirst.length === 0 || stated !== undefined) {
    const isProven = claimed !== undefined || group.some((pair) => !fits(otherThan(first), pair));
    return { group, order: first, wrong: wrongFirst, ...(!isProven && guessOf(first, group, false)) };
  }
  const wrongOther = group.flatMap((pair) => wrongIn(otherThan(first), pair));
  if (wrongOther.length >= wrongFirst.length) return { group, order: first, wrong: wrongFirst };
  const isSilent = claimed === undefined;
  return {
    group,
    order: otherThan(first),
    wrong: wrongOther,
    ...(!isSilent && guessOf(otherThan(first), group, true)),
  };
}

function guessOf(order: AxisOrder, group: readonly Pair[], isAgainstNames: boolean): { readonly guess?: GuessedOrder } {
  const tensors = group.filter(isSquare).map(({ tensor }) => tensor);
  return tensors.length > 0 ? { guess: { order, tensors, isAgainstNames } } : {};
}

const orderIn = (text: string | undefined): AxisOrder | undefined =>
  text === "torch" || text === "tensorflow" ? text : undefined;

/** Fits either way, and means something else then: one row or one column is the same in both orders. */
const isSquare = (pair: Pair): boolean =>
  fits("tensorflow", pair) && fits("torch", pair) && pair.tensor.shape.filter((size) => size > 1).length > 1;

const fits = (order: AxisOrder, pair: Pair): boolean => wrongIn(order, pair).length === 0;

function wrongIn(order: AxisOrder, { weight, tensor, channels }: Pair): readonly WrongShape[] {
  const wanted = shapeIn(order, weight);
  const { shape } = tensor;
  const agrees = (sizes: readonly (number | undefined)[]): boolean =>
    sizes.length === shape.length && sizes.every((size, i) => size === undefined || size === shape[i]);
  const depthwise = order === "tensorflow" ? kerasDepthwise(weight, channels) : undefined;
  return agrees(wanted) || (depthwise && agrees(depthwise)) ? [] : [{ weight, tensor, order, wanted }];
}

function shapeIn(order: AxisOrder, { axes, dims }: Weight): readonly (number | undefined)[] {
  return permutationTo(axes, axesIn(order, axes)).map((axis) => {
    const dim = dims[axis];
    return typeof dim === "number" ? dim : undefined;
  });
}

/** Keras keeps [h, w, C, m] where a grouped convolution has [h, w, 1, C · m]: the same numbers in the same order. */
function kerasDepthwise({ axes, dims }: Weight, channels: number | undefined): readonly number[] | undefined {
  const [h, w, , out] = dims;
  if (axes !== "HWIO" || channels === undefined) return undefined;
  return typeof h === "number" && typeof w === "number" && typeof out === "number"
    ? [h, w, channels, out / channels]
    : undefined;
}
