// Types of parameters, ports and values.
import type { CstNode } from "chevrotain";
import { nestingLimit } from "../nesting.ts";
import type { Port, Type, TypeAtom } from "../tree.ts";
import { type Builder, cased, child, expressionIn, has, name, node, nodes, spanOf, tooDeep } from "./builder.ts";
import { checkOnce, named } from "./once.ts";

export function arrowType(b: Builder, cst: CstNode): Type {
  const from = typeAtom(b, child(cst, "typeAtom"), 0);
  const to = node(cst, "to");
  return to ? { kind: "arrow", from, to: typeAtom(b, to, 0), span: spanOf(b, cst) } : from;
}

export function typeAtom(b: Builder, cst: CstNode, depth: number): TypeAtom {
  const span = spanOf(b, cst);
  if (depth > nestingLimit) tooDeep(b, span);
  const fields = node(cst, "portList");
  if (fields && !b.broken) {
    const parts = ports(b, fields, depth + 1).map(({ name: label, type }) => ({ name: label, type }));
    checkOnce(
      b,
      "type",
      parts.map((part) => named(part.name)),
    );
    return { kind: "fields", fields: parts, span };
  }
  const dims = node(cst, "dims");
  const word = has(cst, "Name") ? name(b, cst) : undefined;
  if (dims === undefined) return { kind: "named", name: word ?? { text: "", span }, span };
  const sizes = nodes(dims, "expression").map((size) => expressionIn(b, size, depth + 1, "dimension"));
  return { kind: "tensor", ...(word && { dtype: word }), leading: has(dims, "DotDot"), dims: sizes, span };
}

export function ports(b: Builder, cst: CstNode, depth = 0): Port[] {
  return nodes(cst, "port").map((port) => portOf(b, port, depth));
}

export function portOf(b: Builder, cst: CstNode, depth = 0): Port {
  const type = typeAtom(b, child(cst, "typeAtom"), depth);
  return { name: cased(b, cst, "small", "input"), type, span: spanOf(b, cst) };
}
