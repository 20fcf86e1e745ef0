// The operator of a graph node. Composites are expanded while the graph is built, so there is one.
import type { Node } from "../ir/graph.ts";
import { operators } from "./index.ts";
import type { Composite, Primitive } from "./kit/primitive.ts";

const table: Readonly<Record<string, Primitive | Composite>> = operators;

export function primitiveOf(node: Node): Primitive {
  const operator = Object.hasOwn(table, node.op) ? table[node.op] : undefined;
  if (!operator || "expand" in operator) {
    throw new Error(`internal: ${node.path} has the operator ${node.op}, which is no primitive`);
  }
  return operator;
}
