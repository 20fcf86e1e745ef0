// Compares what one target answers with the reference, and finds the first layer that differs.
import {
  cutAt,
  type Difference,
  differenceOf,
  firstDivergence,
  type Graph,
  type NDArray,
  type Node,
  unitOf,
  type Value,
} from "../compiler/index.ts";
import { type EngineFailure, isEngineFailure, type Session, type SessionOptions } from "../runtime/index.ts";
import { answersOf } from "./answers.ts";
import type { Layout } from "./layout.ts";
import type { Trial } from "./trial.ts";

export interface OutputDifference extends Difference {
  readonly name: string;
}

export interface DivergingLayer {
  readonly node: Node;
  /** How far the layer itself is off, relative to its scale. */
  readonly difference: number;
}

export type Verdict =
  | { readonly status: "ok"; readonly target: string; readonly outputs: readonly OutputDifference[] }
  | {
      readonly status: "mismatch";
      readonly target: string;
      readonly outputs: readonly OutputDifference[];
      /** The first layer that diverges; absent where no layer does on its own. */
      readonly layer?: DivergingLayer;
    }
  | { readonly status: "failed" | "missing" | "unsupported"; readonly target: string; readonly reason: string };

/** Rounding stays below these, and a mistake does not: single precision adds in another order, half has three digits. */
export const usualTolerances = { f32: 1e-5, f16: 1e-2 } as const;

export interface Comparison {
  readonly target: string;
  /** Opens the files that the target wrote at a path. */
  open(path: string, options?: SessionOptions): Promise<Session | EngineFailure>;
  readonly layout: Layout;
  readonly trial: Trial;
  /** Largest difference that counts as equal, relative to the scale of the output. */
  readonly tolerance: number;
}

/** Runs the files at `path` and compares every output. */
export async function compareFile(path: string, comparison: Comparison): Promise<Verdict> {
  const { target, trial, tolerance } = comparison;
  const answer = await answerOf(path, comparison);
  if (isEngineFailure(answer))
    return { status: answer.failure === "engine-missing" ? "missing" : "failed", target, reason: answer.message };
  const outputs = [...trial.reference()].map(([name, reference], i) => {
    const difference = differenceOf(reference, answer[i] ?? nothing);
    return { name, ...(difference.max <= tolerance ? difference : allowingFor(trial, name, difference, tolerance)) };
  });
  return { status: outputs.every(({ max }) => max <= tolerance) ? "ok" : "mismatch", target, outputs };
}

/** Rounding is taken to be this part of the tolerance, in each number that is read. */
const roundingPart = 1 / 8;

/** Where rounding can explain a difference, it is taken relative to what was rounded, which is more than what is left. */
function allowingFor(trial: Trial, name: string, difference: Difference, tolerance: number): Difference {
  const amount = tolerance * roundingPart;
  const spread = trial.spreadOf(name, amount);
  const unit = unitOf(difference.scale);
  const [max, mean] = [difference.max * unit, difference.mean * unit];
  if (!spread || max > spread.max || mean > spread.mean) return difference;
  const summed = Math.max(unit, spread.max / amount);
  return { max: max / summed, mean: mean / summed, scale: summed };
}

const nothing: NDArray = { dims: [], data: new Float64Array() };

async function answerOf(
  path: string,
  { open, layout, trial }: Comparison,
): Promise<readonly NDArray[] | EngineFailure> {
  const session = await open(path);
  if (isEngineFailure(session)) return session;
  const answer = await answersOf(session, trial.feeds(), layout);
  await session.close();
  return answer;
}

/** Writes a graph where it can be run, and answers the path; undefined where the target cannot express it. */
export type Write = (graph: Graph) => Promise<string | undefined>;

/** The first layer that diverges on the way to the worst output. */
export async function firstLayer(
  graph: Graph,
  outputs: readonly OutputDifference[],
  comparison: Comparison,
  write: Write,
): Promise<DivergingLayer | undefined> {
  const worst = outputs.reduce((a, b) => (b.max > a.max ? b : a));
  const from = graph.outputs.find(({ name }) => name === worst.name)?.value;
  const differences = new Map<Value, number>();
  const diverges = async (value: Value): Promise<boolean> => {
    const difference = await differenceAt(graph, value, comparison, write);
    differences.set(value, difference);
    return difference > comparison.tolerance;
  };
  const node = from && (await firstDivergence(graph, from, diverges));
  return node && { node, difference: Math.max(...node.outputs.map((output) => differences.get(output) ?? 0)) };
}

/** How far the target is off at one value; 0 where it cannot say. */
async function differenceAt(graph: Graph, value: Value, comparison: Comparison, write: Write): Promise<number> {
  const reference = comparison.trial.values().get(value.path);
  const path = reference && (await write(cutAt(graph, value)));
  if (reference === undefined || path === undefined) return 0;
  const trial: Trial = {
    ...comparison.trial,
    reference: () => new Map([["cut", reference]]),
    spreadOf: (_name, amount) => comparison.trial.spreads(amount).get(value.path),
  };
  const verdict = await compareFile(path, { ...comparison, trial });
  return "outputs" in verdict ? (verdict.outputs[0]?.max ?? 0) : 0;
}
