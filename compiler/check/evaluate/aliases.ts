// `model HG20NoLRS = HG[20] without skip lrs` has no inputs of its own: it is the model that its
// body names, under another name.

import type { Context } from "../state/context.ts";
import { hasInputs } from "../text/signature.ts";
import { asDeclared } from "../values/data.ts";
import { rootPaths } from "../values/paths.ts";
import { kindOf } from "../values/show.ts";
import type { DeclaredBlock, Scope } from "../values/value.ts";
import { defaultOf } from "./defaults.ts";
import { evaluate } from "./expressions.ts";

/** The model behind an alias, with the alias's name and edits; the model itself where it has inputs. */
export function underlying(block: DeclaredBlock, c: Context): DeclaredBlock | undefined {
  const { declaration } = block;
  if (hasInputs(declaration) || declaration.body.kind !== "expression") return block;
  if (c.frames.length > 120 || c.functionDepth > 120) {
    c.report("DM3207", declaration.name.span, { name: block.name, levels: 121 });
    return undefined;
  }
  const open = declaration.signature.params.find((param) => !param.default && !block.args.has(param.name.text));
  if (open) {
    c.report("DM3111", declaration.name.span, { callee: block.name, param: open.name.text });
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

function aliasScope(block: DeclaredBlock, c: Context): Scope {
  const scope: Scope = { module: block.module, parent: undefined, names: new Map(), paths: rootPaths() };
  if (block.row) scope.names.set(block.row.variable, block.row.value);
  for (const param of block.declaration.signature.params) {
    const given = block.args.get(param.name.text) ?? defaultOf(param, block.declaration.name.text, scope, c);
    scope.names.set(param.name.text, given);
  }
  return scope;
}
