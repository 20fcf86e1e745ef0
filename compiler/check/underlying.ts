// `model HG20NoLRS = HG[20] without skip lrs` has no inputs of its own: it is the model that its
// body names, under another name.
import type { Block, Model } from "../../grammar/index.ts";
import type { Context } from "./context.ts";
import { evaluate } from "./expressions.ts";
import { rootPaths, type Scope } from "./scope.ts";
import { type DeclaredBlock, kindOf, type Value } from "./values.ts";

/** Has it ports, or `input` statements? */
export function hasInputs(declaration: Block | Model): boolean {
  if (declaration.signature.ports) return true;
  const { body } = declaration;
  return body.kind === "statements" && body.statements.some((statement) => statement.kind === "input");
}

/** The model behind an alias, with the alias's name and edits; the model itself where it has inputs. */
export function underlying(block: DeclaredBlock, c: Context): DeclaredBlock | undefined {
  const { declaration } = block;
  if (hasInputs(declaration) || declaration.body.kind !== "expression") return block;
  if (c.frames.length > 120 || c.functionDepth > 120) {
    c.report("DM3207", declaration.name.span, { name: block.name, levels: 121 });
    return undefined;
  }
  c.functionDepth++;
  const value = evaluate(declaration.body.value, aliasScope(block, c), c);
  c.functionDepth--;
  if (value.kind === "unknown") return undefined;
  const model = asDeclared(value);
  if (!model) {
    const expected = "a model: with `on` and inputs, or the name of another model";
    c.report("DM3101/value", declaration.body.span, { what: `model ${block.name}`, expected, actual: kindOf(value) });
    return undefined;
  }
  const edited = {
    ...model,
    name: block.name,
    at: new Map([...model.at, ...block.at]),
    dropped: [...model.dropped, ...block.dropped],
  };
  return underlying(edited, c);
}

export function asDeclared(value: Value): DeclaredBlock | undefined {
  if (value.kind !== "block") return undefined;
  const block = value.block.kind === "named" ? value.block.block : value.block;
  return block.kind === "declared" ? block : undefined;
}

function aliasScope(block: DeclaredBlock, c: Context): Scope {
  const scope: Scope = { module: block.module, parent: undefined, names: new Map(), paths: rootPaths() };
  if (block.row) scope.names.set(block.row.variable, block.row.value);
  for (const param of block.declaration.signature.params) {
    const given = block.args.get(param.name.text) ?? (param.default && evaluate(param.default, scope, c));
    scope.names.set(param.name.text, given ?? { kind: "unknown" });
  }
  return scope;
}
