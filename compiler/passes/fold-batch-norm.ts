// Multiplies a batch norm into the convolution or dense layer in front of it. Inference only: in
// training the norm depends on the batch. The numbers are derived when they are read (ir/weights.ts).
// A kernel that several nodes share is folded only if all of them are followed by the same norm:
// otherwise one kernel would become several, and lose its name.
import type { Derivation, Graph, Node, Value, Weight } from "../ir/graph.ts";
import { readersOf } from "../ir/verify.ts";
import { replaceNodes, replaceValues } from "./rewrite.ts";

/** Operators that are linear in a kernel, per output channel. */
const linear: ReadonlySet<string> = new Set(["conv", "deconv", "dense"]);
const norms: ReadonlySet<string> = new Set(["bn", "frozen_bn"]);

interface Pair {
  readonly layer: Node;
  readonly norm: Node;
}

export function foldBatchNorm(graph: Graph): Graph {
  if (graph.phase === "train") return graph;
  const pairs = pairsOf(graph);
  if (pairs.length === 0) return graph;
  const foldable = new Set(consistent(graph, pairs));
  return merge(
    graph,
    pairs.filter((pair) => foldable.has(pair)),
  );
}

/** Every norm whose only source is a linear layer that nobody else reads. */
function pairsOf(graph: Graph): readonly Pair[] {
  const readers = readersOf(graph);
  const makers = new Map<Value, Node>();
  for (const node of graph.nodes) if (linear.has(node.op) && node.outputs[0]) makers.set(node.outputs[0], node);
  return graph.nodes.flatMap((norm) => {
    const source = norms.has(norm.op) ? norm.inputs[0] : undefined;
    const layer = source && makers.get(source);
    return layer && readers.get(source)?.length === 1 && fits(layer, norm) ? [{ layer, norm }] : [];
  });
}

/** A grouped transposed convolution has fewer kernel outputs than channels: it is left alone. */
function fits(layer: Node, norm: Node): boolean {
  const kernel = layer.weights["kernel"];
  const variance = statistics(norm)?.variance;
  return kernel !== undefined && variance !== undefined && kernel.dims[kernel.axes.indexOf("O")] === variance.dims[0];
}

function statistics(norm: Node): { readonly mean: Weight; readonly variance: Weight } | undefined {
  const { moving_mean: mean, moving_variance: variance } = norm.weights;
  return mean && variance ? { mean, variance } : undefined;
}

const epsOf = (norm: Node): number => (typeof norm.params["eps"] === "number" ? norm.params["eps"] : 0);
const roles = ["gamma", "beta", "moving_mean", "moving_variance"] as const;

/** The pairs whose kernel and bias are used by nothing but pairs with the same kernel, bias and norm. */
function consistent(graph: Graph, pairs: readonly Pair[]): readonly Pair[] {
  const pairOf = new Map(pairs.map((pair) => [pair.layer, pair]));
  const leaders = new Map<Weight, Pair | undefined>();
  for (const node of graph.nodes) {
    const pair = pairOf.get(node);
    for (const weight of Object.values(node.weights)) {
      const leader = leaders.has(weight) ? leaders.get(weight) : pair;
      leaders.set(weight, leader && pair && alike(leader, pair) ? leader : undefined);
    }
  }
  return pairs.filter((pair) => Object.values(pair.layer.weights).every((weight) => leaders.get(weight)));
}

const sameNorm = (a: Node, b: Node): boolean =>
  epsOf(a) === epsOf(b) && roles.every((role) => a.weights[role] === b.weights[role]);
const sameLayer = (a: Node, b: Node): boolean =>
  a.weights["kernel"] === b.weights["kernel"] && a.weights["bias"] === b.weights["bias"];
const alike = (a: Pair, b: Pair): boolean => sameNorm(a.norm, b.norm) && sameLayer(a.layer, b.layer);

function merge(graph: Graph, pairs: readonly Pair[]): Graph {
  const folded = new Map<Weight, Readonly<Record<string, Weight>>>();
  const nodes = new Map<Node, Node | undefined>();
  const values = new Map<Value, Value>();
  for (const { layer, norm } of pairs) {
    const kernel = layer.weights["kernel"] as Weight;
    const weights = folded.get(kernel) ?? foldedWeights(layer, norm);
    folded.set(kernel, weights);
    const [source] = layer.outputs as [Value];
    const [result] = norm.outputs as [Value];
    const output: Value = { ...source, id: result.id };
    nodes.set(layer, { ...layer, params: { ...layer.params, bias: true }, weights, outputs: [output] });
    nodes.set(norm, undefined);
    values.set(result, output);
  }
  return replaceValues(replaceNodes(graph, nodes), values);
}

/** Named as before folding: the paths of a model do not depend on how it is optimised. */
function foldedWeights(layer: Node, norm: Node): Readonly<Record<string, Weight>> {
  const kernel = layer.weights["kernel"] as Weight;
  const { bias } = layer.weights;
  const { gamma, beta } = norm.weights;
  const { mean, variance } = statistics(norm) as { mean: Weight; variance: Weight };
  const shared: Omit<Derivation, "kind" | "base"> = {
    mean,
    variance,
    eps: epsOf(norm),
    ...(gamma && { gamma }),
    ...(beta && { beta }),
  };
  return {
    kernel: { ...kernel, derived: { ...shared, kind: "folded_kernel", base: kernel } },
    bias: {
      path: bias?.path ?? `${kernel.path.replace(/[^/]*$/, "")}bias`,
      axes: "C",
      dims: variance.dims,
      initialiser: { kind: "constant", value: 0 },
      trainable: true,
      derived: { ...shared, kind: "folded_bias", ...(bias && { base: bias }) },
    },
  };
}
