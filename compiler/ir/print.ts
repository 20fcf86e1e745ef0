// The graph as text, for golden files and for people: one line a node, its weights below it.
import { type Dim, formatDim, isSymbolic, type Origin } from "../sizes/dim/dim.ts";
import type { Derivation, Graph, Initialiser, Node, ParamValue, TensorType, Value, Weight } from "./graph.ts";

type Origins = ReadonlyMap<string, Origin>;

export function printGraph(graph: Graph): string {
  const { origins } = graph.rules;
  const seen = new Set<Weight>();
  const port = (what: string) => (p: { name: string; value: Value }) =>
    `  ${what} ${p.name}: ${printType(p.value.type, origins)}`;
  return [
    `graph ${graph.name} (${graph.phase})`,
    ...graph.provenance.map((p) => `  @${p.annotation} ${p.text}`),
    ...(graph.rules.text === "" ? [] : [`  sizes ${graph.rules.text}`]),
    ...graph.inputs.map(port("input")),
    ...graph.nodes.flatMap((node) => printNode(node, origins, seen)),
    ...graph.outputs.map((p) => `  output ${p.name}: ${printType(p.value.type, origins)} = ${p.value.path}`),
    ...graph.losses.map((p) => `  loss ${p.name} = ${p.value.path}`),
    ...(graph.updates ?? []).map((p) => `  update ${p.name} = ${p.value.path}`),
    "",
  ].join("\n");
}

function printNode(node: Node, origins: Origins, seen: Set<Weight>): string[] {
  const params = Object.entries(node.params).map(([name, value]) => `${name} = ${printParam(value, origins)}`);
  const types = node.outputs.map((output) => printType(output.type, origins)).join(", ");
  const inputs = node.inputs.map((input) => input.path).join(", ");
  return [
    `  ${node.path}: ${types} = ${node.op}(${[inputs, ...params].join("; ")})`,
    ...Object.entries(node.weights).map(([role, weight]) => `    ${printWeight(role, weight, origins, seen)}`),
  ];
}

/** The second use of a shared weight says so. */
function printWeight(role: string, weight: Weight, origins: Origins, seen: Set<Weight>): string {
  if (seen.has(weight)) return `${role} = ${weight.path} (shared)`;
  seen.add(weight);
  const dims = weight.dims.map((d) => formatDim(d, origins)).join(", ");
  const numbers = weight.derived ? printDerivation(weight.derived) : printInitialiser(weight.initialiser, origins);
  return `${role} = ${weight.path}: ${weight.axes} [${dims}] ${numbers}${weight.trainable ? "" : " (buffer)"}`;
}

function printInitialiser(initialiser: Initialiser, origins: Origins): string {
  if (initialiser.kind === "constant") return `constant ${initialiser.value}`;
  if (initialiser.kind === "normal") return `normal ${initialiser.deviation}`;
  return `${initialiser.kind} ${formatDim(initialiser.fanIn, origins)} -> ${formatDim(initialiser.fanOut, origins)}`;
}

function printDerivation(derived: Derivation): string {
  const { kind, base, gamma, beta, mean, variance, eps } = derived;
  const sources = [base, gamma, beta, mean, variance].flatMap((weight) => (weight ? [weight.path] : []));
  return `${kind} of ${sources.join(", ")}, eps ${eps}`;
}

function printType(type: TensorType, origins: Origins): string {
  return `${type.dtype}[${type.dims.map((d) => formatDim(d, origins)).join(", ")}]`;
}

function printParam(value: ParamValue, origins: Origins): string {
  if (typeof value === "boolean" || typeof value === "string") return String(value);
  if (isList(value)) return `[${value.map((d) => formatDim(d, origins)).join(", ")}]`;
  return typeof value === "number" || isSymbolic(value) ? printNumber(value, origins) : String(value);
}
/** Parameters such as eps are no sizes: they print as numbers do. */
const printNumber = (value: Dim, origins: Origins): string =>
  typeof value === "number" ? String(value) : formatDim(value, origins);

const isList = (value: ParamValue): value is readonly Dim[] => Array.isArray(value);
