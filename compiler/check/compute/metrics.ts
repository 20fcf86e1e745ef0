// What the language can ask of a graph: `params`, `macs`, `depth`…

import type { Name } from "../../../grammar/index.ts";
import type { Graph, Value as GraphValue, Node, TensorType } from "../../ir/graph.ts";
import {
  countBuffers,
  countMacs,
  countParams,
  measureDepth,
  measurePeak,
  measureReceptiveField,
  seenTargets,
} from "../../ops/measure.ts";
import { type Dim, isSymbolic, variablesOf } from "../../sizes/dim/dim.ts";
import type { Context } from "../state/context.ts";
import { SizeFacts } from "../state/facts.ts";
import { float, int, list, str, unknown, type Value } from "../values/value.ts";

export const metricNames: readonly string[] = [
  "params",
  "buffers",
  "macs",
  "depth",
  "rf",
  "peak",
  "nodes",
  "shape",
  "requires",
  "skips",
];

export const wholeTargets = (graph: Graph, metric: Name): readonly GraphValue[] =>
  metric.text === "rf" ? seenTargets(graph) : [...graph.outputs, ...graph.losses].map(({ value }) => value);

export function measure(
  metric: Name,
  graph: Graph,
  nodes: readonly Node[],
  targets: readonly GraphValue[],
  skips: readonly string[],
  c: Context,
): Value {
  switch (metric.text) {
    case "params":
      return reportOpenWeights(nodes, graph, c) ? unknown : int(countParams(nodes));
    case "buffers":
      return reportOpenWeights(nodes, graph, c) ? unknown : int(countBuffers(nodes));
    case "macs":
      return int(countMacs(graph, nodes));
    case "depth":
      return int(measureDepth(nodes, targets));
    case "nodes":
      return int(nodes.length);
    case "shape":
      return str(targets[0] ? typeText(targets[0].type, graph) : "");
    case "requires":
      return str(graph.rules.text);
    case "skips":
      return list(skips.map(str));
    case "rf": {
      const field = measureReceptiveField(nodes, targets);
      if (typeof field === "number") return Number.isInteger(field) ? int(field) : float(field);
      return field === "all"
        ? str("all")
        : list(field.map((extent) => (Number.isInteger(extent) ? int(extent) : float(extent))));
    }
    default: {
      const peak = measurePeak(graph, nodes, targets);
      if (peak !== undefined) return int(peak);
      c.report("DM4105", metric.span, { condition: "peak memory", variables: graph.free.join(" and ") });
      return unknown;
    }
  }
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
