// The canonical hash of an architecture: what a graph computes and which weights it has, without names,
// comments, the order of independent statements, and how the numbers of the weights are drawn. Two
// texts that mean the same network have the same hash.
import { type Dim, isSymbolic, renameDim, variablesOf } from "../sizes/dim/dim.ts";
import {
  type Graph,
  type Node,
  type ParamValue,
  resultsOfGraph,
  type TensorType,
  type Value,
  type Weight,
} from "./graph.ts";
import { sha256 } from "./hash.ts";

export function architectureHash(graph: Graph): string {
  return sha256(architectureText(graph));
}

/** What is hashed: nodes in the order in which a walk from the outputs meets them, everything numbered. */
export function architectureText(graph: Graph): string {
  const dimText = dimNames(graph);
  const numbers = new Map<Value, number>();
  const weights = new Map<Weight, number>();
  const type = (t: TensorType): string => `${t.dtype}[${t.dims.map((d) => dimText(d)).join()}]`;
  const lines = [`deepmacc 1 ${graph.phase}`];
  for (const { value } of graph.inputs) {
    lines.push(`input ${number(numbers, value)} ${type(value.type)}`);
  }
  for (const node of canonicalOrder(graph)) {
    const inputs = node.inputs.map((input) => numbers.get(input));
    const outputs = node.outputs.map((output) => `${number(numbers, output)}:${type(output.type)}`);
    lines.push(
      `${outputs.join()} = ${node.op}(${inputs.join()})(${paramsText(node, dimText)})(${weightsText(node, weights, dimText)})`,
    );
  }
  for (const { value } of graph.outputs) lines.push(`output ${numbers.get(value)}`);
  for (const { value } of graph.losses) lines.push(`loss ${numbers.get(value)}`);
  for (const { value } of graph.updates ?? []) lines.push(`update ${numbers.get(value)}`);
  return lines.join("\n");
}

type DimText = (d: Dim) => string;

/** Dims as text, with free sizes named by the order of their first use in the inputs. */
function dimNames(graph: Graph): DimText {
  const names = sizeNames(graph);
  const known = new Map<string, string>();
  return (d) => {
    if (!isSymbolic(d)) return String(d);
    const renamed = known.get(d.key) ?? keyOf(renameDim(d, names));
    known.set(d.key, renamed);
    return renamed;
  };
}
const keyOf = (d: Dim): string => (isSymbolic(d) ? d.key : String(d));

function sizeNames(graph: Graph): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { value } of graph.inputs) {
    for (const dim of value.type.dims)
      for (const name of variablesOf(dim)) if (!names.has(name)) names.set(name, `v${names.size}`);
  }
  return names;
}

function number<Key>(numbers: Map<Key, number>, key: Key): number {
  const known = numbers.get(key) ?? numbers.size;
  numbers.set(key, known);
  return known;
}

/** Depth first from the outputs, inputs before their readers; with a stack, as graphs are deep. */
function canonicalOrder(graph: Graph): readonly Node[] {
  const makers = new Map<Value, Node>();
  for (const node of graph.nodes) for (const output of node.outputs) makers.set(output, node);
  const order: Node[] = [];
  const done = new Set<Node>();
  for (const { value } of resultsOfGraph(graph)) {
    const stack: { readonly node: Node | undefined; next: number }[] = [{ node: makers.get(value), next: 0 }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { node } = top;
      const input = node && !done.has(node) ? node.inputs[top.next++] : undefined;
      if (input) {
        stack.push({ node: makers.get(input), next: 0 });
        continue;
      }
      stack.pop();
      if (node && !done.has(node)) {
        done.add(node);
        order.push(node);
      }
    }
  }
  return order;
}

function paramsText(node: Node, dimText: DimText): string {
  const text = (value: ParamValue): string => {
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "boolean") return String(value);
    return isList(value) ? `[${value.map((d) => dimText(d)).join()}]` : dimText(value);
  };
  const kept = Object.keys(node.params)
    .filter((name) => !initial.has(name))
    .sort();
  return kept.map((name) => `${name}=${text(node.params[name] as ParamValue)}`).join();
}

/** Parameters that say how weights start, or what training makes of statistics, not what the network is. */
const initial: ReadonlySet<string> = new Set(["init", "bias_init", "gamma_init", "beta_init", "deviation", "unbiased"]);
const isList = (value: ParamValue): value is readonly Dim[] => Array.isArray(value);

/** Shared weights are one number; roles are sorted, as their order is an accident of the operator's file. */
function weightsText(node: Node, weights: Map<Weight, number>, dimText: DimText): string {
  const roles = Object.keys(node.weights).sort();
  return roles
    .map((role) => {
      const weight = node.weights[role] as Weight;
      return `${role}=${number(weights, weight)}:${weight.axes}[${weight.dims.map((d) => dimText(d)).join()}]`;
    })
    .join();
}
