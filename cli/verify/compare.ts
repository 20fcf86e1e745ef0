// Compares what one target answers with the reference, and finds the first layer that differs.
import {
  cutAt,
  type Difference,
  differenceOf,
  firstDivergence,
  type Graph,
  type NDArray,
  type Node,
  type Value,
} from "../../compiler/index.ts";
import type { Layout, NotExpressible } from "../targets/index.ts";
import { type Arrays, isRunFailure, type Runner } from "./runners.ts";
import { fromInterface, type Trial, toInterface } from "./trial.ts";

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

export interface Comparison {
  readonly runner: Runner;
  readonly layout: Layout;
  readonly trial: Trial;
  /** Largest difference that counts as equal, relative to the scale of the output. */
  readonly tolerance: number;
}

/** Runs the files at `path` and compares every output. */
export async function compareFile(path: string, { runner, layout, trial, tolerance }: Comparison): Promise<Verdict> {
  const { target } = runner;
  const feeds = mapArrays(trial.feeds, (array) => toInterface(array, layout));
  const answer = await runner.run(path, feeds, [...trial.reference().keys()]);
  if (isRunFailure(answer)) return { status: answer.missing ? "missing" : "failed", target, reason: answer.failure };
  const outputs = [...trial.reference()].map(([name, reference]) => ({
    name,
    ...differenceOf(reference, fromInterface(answer.get(name) ?? nothing, layout)),
  }));
  return { status: outputs.every(({ max }) => max <= tolerance) ? "ok" : "mismatch", target, outputs };
}

const nothing: NDArray = { dims: [], data: new Float64Array() };

const mapArrays = (arrays: Arrays, change: (array: NDArray) => NDArray): Arrays =>
  new Map([...arrays].map(([name, array]) => [name, change(array)]));

/** Writes a graph where it can be run, and answers the path. */
export type Write = (graph: Graph) => Promise<string | NotExpressible>;

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
  if (reference === undefined || typeof path !== "string") return 0;
  const trial = { ...comparison.trial, reference: () => new Map([["cut", reference]]) };
  const verdict = await compareFile(path, { ...comparison, trial });
  return "outputs" in verdict ? (verdict.outputs[0]?.max ?? 0) : 0;
}
