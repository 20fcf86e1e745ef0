// Two nodes that compute the same from the same become one. Never where an operator draws random
// numbers or updates statistics in training: there twice is not once.

import type { Graph, Node, ParamValue, Value, Weight } from "../ir/graph.ts";
import { primitiveOf } from "../ops/of-node.ts";
import { type Dim, isSymbolic } from "../sizes/dim/dim.ts";
import { replaceNodes, replaceValues } from "./rewrite.ts";

export function mergeCommonSubexpressions(graph: Graph): Graph {
  const weightIds = new Map<Weight, number>();
  const known = new Map<string, Node>();
  const merged = new Map<Value, Value>();
  const dropped = new Map<Node, undefined>();
  for (const node of graph.nodes) {
    if (graph.phase === "train" && primitiveOf(node).effect) continue;
    const key = keyOf(node, merged, weightIds);
    const twin = known.get(key);
    if (!twin) {
      known.set(key, node);
      continue;
    }
    dropped.set(node, undefined);
    node.outputs.forEach((output, i) => merged.set(output, twin.outputs[i] as Value));
  }
  return replaceValues(replaceNodes(graph, dropped), merged);
}

/** Inputs by their representative, so that whole equal subgraphs merge in one walk. */
function keyOf(node: Node, merged: ReadonlyMap<Value, Value>, weightIds: Map<Weight, number>): string {
  const inputs = node.inputs.map((input) => (merged.get(input) ?? input).id);
  const params = Object.keys(node.params)
    .sort()
    .map((name) => `${name}=${paramKey(node.params[name] as ParamValue)}`);
  const weights = Object.entries(node.weights).map(([role, weight]) => `${role}:${idOf(weight, weightIds)}`);
  return `${node.op}(${inputs.join()})(${params.join()})(${weights.join()})`;
}

function idOf(weight: Weight, ids: Map<Weight, number>): number {
  const id = ids.get(weight) ?? ids.size;
  ids.set(weight, id);
  return id;
}

const dimKey = (d: Dim): string => (isSymbolic(d) ? d.key : String(d));
function paramKey(value: ParamValue): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${(value as readonly Dim[]).map(dimKey).join()}]`;
  return dimKey(value as Dim);
}
