// What the graph remembers of the uses of blocks: names, parameters and comments of the source. Parameters are
// read when everything is built, since defaults are bound after a use has begun.
import type { Declaration, Span, Statement } from "../../../grammar/index.ts";
import type { Value as GraphValue, Instance, InstanceValue } from "../../ir/graph.ts";
import { isSymbolic } from "../../sizes/dim/dim.ts";
import type { PathScope } from "../values/paths.ts";
import { useText } from "../values/show.ts";
import type { DeclaredBlock, Scope, Value } from "../values/value.ts";

export interface OpenInstance {
  readonly block: DeclaredBlock;
  readonly span: Span;
  /** Asked for when the use begins, which claims its segment. */
  readonly path: string;
  /** The names of the body, which is about to be run. */
  readonly scope: Scope;
}

export const openInstance = (
  block: DeclaredBlock,
  { span, paths }: { readonly span: Span; readonly paths: PathScope },
  scope: Scope,
): OpenInstance => ({
  block,
  span,
  path: paths.nodes,
  scope,
});

export function finished({ block, span, path, scope }: OpenInstance): Instance {
  const { declaration } = block;
  const params = new Map<string, InstanceValue>();
  for (const { name } of declaration.signature.params) {
    const value = instanceValue(scope.names.get(name.text));
    if (value !== undefined) params.set(name.text, value);
  }
  return {
    path,
    block: declaration.name.text,
    text: useText(block),
    span,
    declared: declaration.name.span,
    ...(declaration.doc === undefined ? {} : { doc: declaration.doc }),
    docs: docsOf(declaration),
    params,
    inputs: inputsOf(block, scope),
  };
}

function inputsOf(block: DeclaredBlock, scope: Scope): ReadonlyMap<string, GraphValue> {
  const inputs = new Map<string, GraphValue>();
  for (const port of block.declaration.signature.ports ?? []) {
    const value = scope.names.get(port.name.text);
    if (value?.kind === "tensor" && value.tensor.value) inputs.set(port.name.text, value.tensor.value);
  }
  return inputs;
}

function instanceValue(value: Value | undefined): InstanceValue | undefined {
  switch (value?.kind) {
    case "int":
      return isSymbolic(value.dim) ? undefined : value.dim;
    case "float":
    case "bool":
    case "str":
      return value.value;
    case "list": {
      const items = value.items.map(instanceValue);
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    default:
      return undefined;
  }
}

/** The comments of parameters and of statements that name something. */
export function docsOf(declaration: Extract<Declaration, { kind: "block" | "model" }>): ReadonlyMap<string, string> {
  const docs = new Map<string, string>();
  for (const { name, doc } of declaration.signature.params) if (doc !== undefined) docs.set(name.text, doc);
  if (declaration.body.kind === "expression") return docs;
  for (const statement of declaration.body.statements) {
    const name = nameOf(statement);
    if (name !== undefined && statement.doc !== undefined) docs.set(name, statement.doc);
  }
  return docs;
}

function nameOf(statement: Statement): string | undefined {
  switch (statement.kind) {
    case "let":
      return statement.pattern.kind === "name" ? statement.pattern.name.text : statement.pattern.names[0]?.text;
    case "skip":
    case "share":
    case "output":
    case "loss":
    case "input":
      return statement.name.text;
    default:
      return undefined;
  }
}
