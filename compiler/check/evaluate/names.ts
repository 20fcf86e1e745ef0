// What a name means: local values first, then declarations and imports of the file, then the words of
// the language: operators, functions, the choices of operators, the phase.

import type { Declaration, Span } from "../../../grammar/index.ts";
import type { Context } from "../state/context.ts";
import type { Module } from "../text/program.ts";
import { declarationNamed, words } from "../text/reach.ts";
import { choiceNames, isFunction, isOperator } from "../text/vocabulary.ts";
import { lookUp } from "../values/scope.ts";
import { blockOf, type DeclaredBlock, type Scope, str, unknown, type Value } from "../values/value.ts";
import { underlying } from "./aliases.ts";
import { constantValue } from "./constants.ts";
import { operatorValue } from "./operator-calls.ts";

export function resolve(name: string, scope: Scope, span: Span, c: Context): Value | undefined {
  const local = lookUp(scope, name);
  if (local !== undefined) return local;
  const found = declarationNamed(scope.module, name);
  if (found) return declaredValue(found.declaration, found.module, span, c);
  if (scope.module.members.has(name)) return str(name);
  if (isOperator(name)) return blockOf(operatorValue(name, scope, c));
  if (isFunction(name)) return { kind: "function", function: { kind: "builtin", name } };
  if (name === "phase") {
    c.phased = true;
    return c.mode.isOpen ? unknown : str(c.phase);
  }
  if (words.has(name) || choiceNames.has(name)) return str(name);
  return scope.module.missing.has(name) ? unknown : undefined;
}

function declaredValue(declaration: Declaration, module: Module, span: Span, c: Context): Value {
  switch (declaration.kind) {
    case "block":
    case "model": {
      const name = declaration.name.text;
      const block: DeclaredBlock = {
        kind: "declared",
        declaration,
        module,
        name,
        args: new Map(),
        at: new Map(),
        dropped: [],
      };
      if (declaration.kind === "block" || declaration.family || declaration.signature.params.length > 0)
        return blockOf(block);
      const model = underlying(block, c);
      return model ? blockOf(model) : unknown;
    }
    case "fn":
      return { kind: "function", function: { kind: "declared", declaration, module } };
    case "const":
    case "table":
      return constantValue(declaration, module, span, c);
    default:
      c.report(
        "DM3101/value",
        span,
        {
          what: "a name in an expression",
          expected: "a value",
          actual: `${declaration.kind === "enum" ? "an" : "a"} ${declaration.kind}`,
        },
        { help: declaration.kind === "enum" ? [`its members stand alone: ${declaration.members[0]?.text}`] : [] },
      );
      return unknown;
  }
}
