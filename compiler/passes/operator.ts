// What passes ask the table of operators.
import type { Node } from "../ir/graph.ts";
import { operators } from "../ops/index.ts";
import type { Composite, Primitive } from "../ops/primitive.ts";

const table: Readonly<Record<string, Primitive | Composite>> = operators;

export function primitiveOf(node: Node): Primitive {
  const operator = table[node.op];
  if (!operator || "expand" in operator) throw new Error(`internal: ${node.path} has the operator ${node.op}, which is no primitive`);
  return operator;
}

export const effectOf = (node: Node): Primitive["effect"] => primitiveOf(node).effect;
