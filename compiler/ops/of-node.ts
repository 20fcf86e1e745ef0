// The operator of a graph node. Composites are expanded while the graph is built, so there is one.
import type { Node } from "../ir/graph.ts";
import { primitives } from "./index.ts";
import type { Primitive } from "./kit/primitive.ts";

export function primitiveOf(node: Node): Primitive {
  const operator = primitives.get(node.op);
  if (!operator) throw new Error(`internal: ${node.path} has the operator ${node.op}, which is no primitive`);
  return operator;
}

/** Whether a file in half precision computes the node, and stores its weights, in single. */
export const keepsSingle = (node: Node): boolean => primitiveOf(node).keepsSingle === true;
