// What a target cannot write, and the way out where there is one.
import type { Graph, Node } from "../ir/graph.ts";
import type { NeedsFixedSize } from "../ops/kit/fixed-size.ts";
import { formatDim, isSymbolic, variablesOf } from "../sizes/dim/dim.ts";

export interface UnsupportedNode {
  readonly node: Node;
  readonly reason: string;
  readonly help?: string;
}

/** An operator that wants a number where the model has a free size. */
export function openSize({ message, dim }: NeedsFixedSize, node: Node, { rules }: Graph): UnsupportedNode {
  const variables = isSymbolic(dim) ? [...variablesOf(dim)] : [];
  const names = [...new Set(variables.map((name) => rules.origins.get(name)?.name ?? name))];
  return {
    node,
    reason: `${message}, but it is ${formatDim(dim, rules.origins)}`,
    help: `fix it: \`--at ${names.map((name) => `${name}=…`).join(",")}\``,
  };
}
