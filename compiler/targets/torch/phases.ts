// One file serves both phases, so their graphs must be one: norms and dropouts know the phase by themselves, and
// nothing else may ask for it.
import { architectureText } from "../../ir/architecture.ts";
import type { Graph, Node } from "../../ir/graph.ts";

interface PhaseDifference {
  readonly node: Node;
  readonly reason: string;
}

/** The first operator that only one phase has, or undefined where the graphs are one. */
export function phaseDifference(train: Graph, infer: Graph): PhaseDifference | undefined {
  if (architectureText({ ...train, phase: "infer" }) === architectureText({ ...infer, phase: "infer" }))
    return undefined;
  const [inTrain, inInfer] = [train, infer].map(({ nodes }) => new Set(nodes.map(({ path }) => path)));
  const node =
    train.nodes.find(({ path }) => !inInfer?.has(path)) ??
    infer.nodes.find(({ path }) => !inTrain?.has(path)) ??
    infer.nodes[0];
  if (!node) throw new Error(`internal: the phases of ${infer.name} differ without an operator`);
  const phase = inInfer?.has(node.path) ? (inTrain?.has(node.path) ? "both phases, differently" : "infer") : "train";
  return {
    node,
    reason: `it belongs to ${phase}; one PyTorch module is written for models that are one graph in both phases`,
  };
}
