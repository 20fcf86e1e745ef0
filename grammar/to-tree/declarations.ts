// Declarations. Heads are converted on their own, because `salvage.ts` joins a good head with those
// statements of a body that did parse.
import type { CstNode, IToken } from "chevrotain";
import { stringValue } from "../literals.ts";
import type { Span } from "../span.ts";
import type { Annotation, Body, Declaration, Param, Signature, TestStatement, Use, WeightRule } from "../tree.ts";
import {
  type Builder,
  cased,
  checkCase,
  child,
  has,
  name,
  nameOf,
  node,
  nodes,
  report,
  spanOf,
  token,
  tokenSpan,
  tokens,
} from "./builder.ts";
import { args, operand } from "./expressions.ts";
import { checkOnce, checkReturns, labelled, named } from "./once.ts";
import { expression } from "./operators.ts";
import { statement, testStatements } from "./statements.ts";
import { rows } from "./tables.ts";
import { arrowType, portOf, ports, typeAtom } from "./types.ts";

export function use(b: Builder, cst: CstNode): Use {
  const names = nodes(cst, "usedName").map((used) => ({
    name: name(b, used),
    ...(has(used, "alias") && { alias: name(b, used, "alias") }),
  }));
  const { text: path, span: pathSpan } = string(b, cst);
  return { kind: "use", path, pathSpan, names, span: spanOf(b, cst) };
}

function string(b: Builder, cst: CstNode, key = "StringLiteral"): { text: string; span: Span } {
  const found = token(cst, key);
  return found ? { text: stringValue(found.image), span: tokenSpan(b, found) } : { text: "", span: spanOf(b, cst) };
}

/** What stands in front of every declaration. */
export interface Front {
  readonly doc?: string;
  readonly annotations: readonly Annotation[];
  readonly span: Span;
}

function front(b: Builder, cst: CstNode, keyword: number, end: number): Front {
  const annotations = nodes(cst, "annotation").map((annotation) => annotationOf(b, annotation));
  const start = annotations[0]?.span.start ?? keyword;
  const doc = b.docs.get(start) ?? b.docs.get(keyword);
  return { ...(doc !== undefined && { doc }), annotations, span: { source: b.source, start, end } };
}

export function annotationOf(b: Builder, cst: CstNode): Annotation {
  const given = node(cst, "args");
  const list = given ? args(b, given, 0) : [];
  checkOnce(b, "annotation", labelled(list));
  return { name: cased(b, cst, "small", "annotation"), args: list, span: spanOf(b, cst) };
}

export function declaration(b: Builder, cst: CstNode): Declaration {
  const kind = Object.keys(cst.children).find((key) => key !== "annotation") ?? "const";
  const inner = child(cst, kind);
  const at = front(b, cst, spanOf(b, inner).start, spanOf(b, inner).end);
  switch (kind) {
    case "block":
      return blockOf(b, at, child(inner, "blockHead"), bodyOf(b, child(inner, "body")));
    case "model":
      return modelOf(b, at, child(inner, "modelHead"), bodyOf(b, child(inner, "body")));
    case "test":
      return testOf(b, at, child(inner, "testHead"), testStatements(b, inner));
    case "table":
      return table(b, at, inner);
    default:
      return small(b, at, kind, inner);
  }
}

function small(b: Builder, at: Front, kind: string, cst: CstNode): Declaration {
  const value = () => expression(b, child(cst, "expression"), 0);
  switch (kind) {
    case "fn": {
      const result = node(cst, "arrowType");
      const signature = { params: params(b, cst), ...(result && { result: arrowType(b, result) }) };
      return { kind: "fn", name: name(b, cst), ...signature, value: value(), ...at };
    }
    case "type":
      return {
        kind: "type",
        name: cased(b, cst, "capital", "type"),
        type: arrowType(b, child(cst, "arrowType")),
        ...at,
      };
    case "enum": {
      const members = tokens(cst, "member").map((m: IToken) => nameOf(b, m));
      checkOnce(b, "enum", members.map(named));
      return { kind: "enum", name: cased(b, cst, "capital", "enum"), members, ...at };
    }
    case "weights":
      return weights(b, at, cst);
    case "mapping":
      return { kind: "mapping", name: cased(b, cst, "capital", "mapping"), rules: weightRules(b, cst), ...at };
    case "defaults":
      return { kind: "defaults", entries: nodes(cst, "defaultsEntry").map((entry) => defaultsEntry(b, entry)), ...at };
    default:
      return { kind: "const", name: name(b, cst), ...typeOf(b, cst), value: value(), ...at };
  }
}

function typeOf(b: Builder, cst: CstNode) {
  const annotation = node(cst, "typeAnnotation");
  return annotation ? { type: arrowType(b, child(annotation, "arrowType")) } : {};
}

function weights(b: Builder, at: Front, cst: CstNode): Declaration {
  const { text: path, span: pathSpan } = string(b, cst);
  const model = child(cst, "operand");
  const [sign] = tokens(model, "Prefix");
  if (sign) report(b, "DM1115", tokenSpan(b, sign), { operator: sign.image });
  return { kind: "weights", model: operand(b, model, 0), path, pathSpan, rules: weightRules(b, cst), ...at };
}

function weightRules(b: Builder, cst: CstNode): WeightRule[] {
  return nodes(cst, "weightRule").map((rule) => {
    const [from, to] = [string(b, rule), string(b, rule, "to")];
    return { from: from.text, fromSpan: from.span, to: to.text, toSpan: to.span, span: spanOf(b, rule) };
  });
}

function defaultsEntry(b: Builder, cst: CstNode) {
  return { operator: cased(b, cst, "small", "operator"), args: args(b, child(cst, "args"), 0), span: spanOf(b, cst) };
}

function table(b: Builder, at: Front, cst: CstNode): Declaration {
  const head = child(cst, "tableHead");
  return tableOf(b, at, head, nodes(cst, "row"));
}

export function tableOf(b: Builder, at: Front, head: CstNode, rowNodes: readonly CstNode[]): Declaration {
  const columns = tokens(head, "Label").map((label) => nameOf(b, label));
  checkOnce(b, "table", columns.map(named));
  return {
    kind: "table",
    name: cased(b, head, "capital", "table"),
    columns,
    rows: rows(b, rowNodes, columns.length),
    ...at,
  };
}

export function blockOf(b: Builder, at: Front, head: CstNode, body: Body): Declaration {
  const title = cased(b, head, "capital", "block");
  return { kind: "block", name: title, signature: signature(b, child(head, "signature"), title.span), body, ...at };
}

export function modelOf(b: Builder, at: Front, head: CstNode, body: Body): Declaration {
  const title = cased(b, head, "capital", "model");
  const over = node(head, "expression");
  const family = over && { variable: cased(b, head, "small", "row", "variable"), over: expression(b, over, 0) };
  const before = token(head, "RightSquare");
  const rest = signature(b, child(head, "signature"), before ? tokenSpan(b, before) : title.span);
  return { kind: "model", name: title, ...(family && { family }), signature: rest, body, ...at };
}

export function testOf(b: Builder, at: Front, head: CstNode, statements: readonly TestStatement[]): Declaration {
  const { text: title, span: titleSpan } = string(b, head);
  return { kind: "test", title, titleSpan, statements, ...at };
}

function bodyOf(b: Builder, cst: CstNode): Body {
  const span = spanOf(b, cst);
  const value = node(cst, "expression");
  if (value) return { kind: "expression", value: expression(b, value, 0), span };
  const statements = nodes(cst, "statement").map((each) => statement(b, each));
  checkReturns(b, statements);
  return { kind: "statements", statements, span };
}

/** An empty signature has no tokens; it then stands, without width, after what comes `before` it. */
function signature(b: Builder, cst: CstNode, before: Span): Signature {
  const isEmpty = Object.keys(cst.children).length === 0;
  const inputs = node(cst, "ports");
  const list = inputs && node(inputs, "portList");
  const result = node(cst, "typeAtom");
  return {
    params: params(b, cst),
    ...(inputs && { ports: list ? ports(b, list) : [portOf(b, child(inputs, "port"))] }),
    ...(result && { result: typeAtom(b, result, 0) }),
    where: nodes(cst, "expression").map((condition) => expression(b, condition, 0)),
    span: isEmpty ? { ...before, start: before.end } : spanOf(b, cst),
  };
}

function params(b: Builder, of: CstNode): Param[] {
  return nodes(child(of, "params"), "param").map((cst) => {
    const span = spanOf(b, cst);
    const doc = b.docs.get(span.start);
    const given = node(cst, "expression");
    return {
      name: checkCase(b, name(b, cst), "small", "parameter"),
      ...typeOf(b, cst),
      ...(given && { default: expression(b, given, 0) }),
      ...(doc !== undefined && { doc }),
      span,
    };
  });
}
