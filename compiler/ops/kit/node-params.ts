// Parameters of a graph node, read back with the types that the operator declared. Lowerings get the
// node, whose parameters are an open record.

import type { Node, ParamValue } from "../../ir/graph.ts";
import type { Dim } from "../../sizes/dim/dim.ts";

/** `Array.isArray` does not narrow readonly lists. */
const isList = (value: ParamValue): value is readonly Dim[] => Array.isArray(value);

function wrong(node: Node, name: string): never {
  throw new Error(`internal: ${node.path}: parameter ${name} of ${node.op} is ${String(node.params[name])}`);
}

export function numberParam(node: Node, name: string): number {
  const value = node.params[name];
  return typeof value === "number" ? value : wrong(node, name);
}

/** A size, which may be free. */
export function dimParam(node: Node, name: string): Dim {
  const value = node.params[name];
  return typeof value === "number" || (typeof value === "object" && !isList(value)) ? value : wrong(node, name);
}

export function textParam(node: Node, name: string): string {
  const value = node.params[name];
  return typeof value === "string" ? value : wrong(node, name);
}

export function flagParam(node: Node, name: string): boolean {
  const value = node.params[name];
  return typeof value === "boolean" ? value : wrong(node, name);
}

export function numbersParam(node: Node, name: string): readonly number[] {
  const value = node.params[name];
  if (value === undefined || !isList(value)) return wrong(node, name);
  return value.map((dim) => (typeof dim === "number" ? dim : wrong(node, name)));
}

export function pairParam(node: Node, name: string): readonly [number, number] {
  const [height, width] = numbersParam(node, name);
  return height === undefined || width === undefined ? wrong(node, name) : [height, width];
}
