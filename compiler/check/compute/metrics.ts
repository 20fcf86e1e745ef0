// What the language can ask of a graph: `params`, `macs`, `depth`…

import type { Name } from "../../../grammar/index.ts";
import { type Graph, type Value as GraphValue, type Node, resultsOfGraph, type TensorType } from "../../ir/graph.ts";
import {
  countBuffers,
  countMacs,
  countParams,
  measureDepth,
  measurePeak,
  measureReceptiveField,
  type ReceptiveField,
  seenTargets,
} from "../../ops/measure.ts";
import { type Dim, isSymbolic, variablesOf } from "../../sizes/dim/dim.ts";
import type { Context } from "../state/context.ts";
import { SizeFacts } from "../state/facts.ts";
import { float, int, list, str, unknown, type Value } from "../values/value.ts";

/** What is measured: the nodes behind some values of a graph, which are its outputs or a named value inside it. */
interface Measured {
  readonly graph: Graph;
  readonly nodes: readonly Node[];
  readonly targets: readonly GraphValue[];
  readonly skips: readonly string[];
  readonly metric: Name;
}

interface Metric {
  /** One line for the reference; docs/language.md has it. */
  readonly docs: string;
  readonly of: (measured: Measured, c: Context) => Value;
}

const metrics: Readonly<Record<string, Metric>> = {
  params: {
    docs: "trainable numbers; shared weights count once",
    of: ({ nodes, graph }, c) => (reportOpenWeights(nodes, graph, c) ? unknown : int(countParams(nodes))),
  },
  buffers: {
    docs: "numbers that training keeps but does not train: moving statistics",
    of: ({ nodes, graph }, c) => (reportOpenWeights(nodes, graph, c) ? unknown : int(countBuffers(nodes))),
  },
  macs: {
    docs: "multiply-adds of convolutions and dense layers, for one sample: the leading axis of the batch does not count",
    of: ({ nodes, graph }) => int(countMacs(graph, nodes)),
  },
  depth: {
    docs: "convolutions and dense layers on the longest way",
    of: ({ nodes, targets }) => int(measureDepth(nodes, targets)),
  },
  rf: {
    docs: "receptive field in pixels of the input, or `all`: see [below](#receptive-field)",
    of: ({ nodes, targets }) => fieldValue(measureReceptiveField(nodes, targets)),
  },
  peak: { docs: "bytes of activations alive at once, at most", of: peakOf },
  nodes: { docs: "operators", of: ({ nodes }) => int(nodes.length) },
  shape: {
    docs: '`"[N, S, S, 1]"`, of the first output',
    of: ({ targets, graph }) => str(targets[0] ? typeText(targets[0].type, graph) : ""),
  },
  requires: { docs: 'the sizes that work, `""` where all do', of: ({ graph }) => str(graph.rules.text) },
  skips: { docs: "names of skips", of: ({ skips }) => list(skips.map(str)) },
};

export const metricNames: readonly string[] = Object.keys(metrics);

/** The table of docs/language.md, row by row. */
export const metricDocs: readonly (readonly [name: string, docs: string])[] = Object.entries(metrics).map(
  ([name, { docs }]) => [name, docs],
);

export const wholeTargets = (graph: Graph, metric: Name): readonly GraphValue[] =>
  metric.text === "rf" ? seenTargets(graph) : resultsOfGraph(graph).map(({ value }) => value);

export function measure(measured: Measured, c: Context): Value {
  const known = Object.hasOwn(metrics, measured.metric.text) ? metrics[measured.metric.text] : undefined;
  if (!known) throw new Error(`internal: there is no metric ${measured.metric.text}`);
  return known.of(measured, c);
}

function fieldValue(field: ReceptiveField): Value {
  const number = (extent: number) => (Number.isInteger(extent) ? int(extent) : float(extent));
  if (typeof field === "number") return number(field);
  return field === "all" ? str("all") : list(field.map(number));
}

function peakOf({ graph, nodes, targets, metric }: Measured, c: Context): Value {
  const peak = measurePeak(graph, nodes, targets);
  if (peak !== undefined) return int(peak);
  c.report("DM4105", metric.span, { condition: "peak memory", variables: graph.free.join(" and ") });
  return unknown;
}

/** "[N, S, S, 1]", in the user's variables. */
export function typeText(type: TensorType, graph: Graph): string {
  const facts = new SizeFacts(graph.rules.origins);
  const dims = `[${type.dims.map((dim) => facts.show(dim)).join(", ")}]`;
  return type.dtype === "f32" ? dims : `${type.dtype}${dims}`;
}

/** Weights whose shape is still open are reported once (DM4208, DM3115); true where there are any. */
export function reportOpenWeights(nodes: readonly Node[], graph: Graph, c: Context): boolean {
  const facts = new SizeFacts(graph.rules.origins);
  for (const node of nodes) {
    const open = Object.values(node.weights)
      .flatMap((weight) => weight.dims)
      .find(isSymbolic);
    if (!open) continue;
    const inner = [...variablesOf(open)][0] ?? "";
    const name = graph.rules.origins.get(inner)?.name ?? inner;
    const symbolic = Object.entries(node.params).find(
      ([, value]) => typeof value === "object" && !Array.isArray(value),
    );
    const details = { chain: node.origin.chain };
    if (symbolic)
      c.report(
        "DM3115",
        node.origin.span,
        { callee: node.op, param: symbolic[0], actual: facts.show(symbolic[1] as Dim), variable: name },
        details,
      );
    else
      c.report(
        "DM4208",
        node.origin.span,
        { op: node.op, count: facts.show(node.inputs[0]?.type.dims.at(-1) ?? open), variable: name },
        details,
      );
    return true;
  }
  return false;
}

/** Numbers of one weight, and of all weights together, that a file or a runtime can hold. */
const weightLimit = 2 ** 31 - 1;

const paramLimit = 1e10;

/** Weights that no target could write (DM3210); true where there are any. */
export function reportLargeWeights(graph: Graph, c: Context): boolean {
  let total = 0;
  for (const node of graph.nodes) {
    for (const weight of Object.values(node.weights)) {
      const count = weight.dims.reduce<number>((product, dim) => product * (isSymbolic(dim) ? 1 : dim), 1);
      total += count;
      if (count <= weightLimit && total <= paramLimit) continue;
      const one = count > weightLimit;
      const slots = {
        name: one ? `the ${weight.path.split("/").at(-1)} of this ${node.op}` : graph.name,
        count: one ? count : `more than ${paramLimit}`,
        what: one ? "numbers" : "parameters",
        limit: one ? "2^31 - 1" : "10^10",
      };
      c.report("DM3210", node.origin.span, slots, { chain: node.origin.chain });
      return true;
    }
  }
  return false;
}
