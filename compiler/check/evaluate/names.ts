// What a name means: local values first, then declarations and imports of the file, then the words of
// the language: operators, functions, the choices of operators, the phase.

import type { Declaration, Span } from "../../../grammar/index.ts";
import { given } from "../compute/declared-types.ts";
import type { Context } from "../state/context.ts";
import type { Constant } from "../state/session.ts";
import type { Module } from "../text/program.ts";
import { declarationNamed, membersInReach, words } from "../text/reach.ts";
import { choiceNames, isFunction, isOperator } from "../text/vocabulary.ts";
import { rootPaths } from "../values/paths.ts";
import { lookUp } from "../values/scope.ts";
import { blockOf, type DeclaredBlock, type Scope, str, unknown, type Value } from "../values/value.ts";
import { underlying } from "./aliases.ts";
import { evaluate } from "./expressions.ts";
import { operatorValue } from "./operator-calls.ts";
import { tableValue } from "./tables.ts";

export function resolve(name: string, scope: Scope, span: Span, c: Context): Value | undefined {
  const local = lookUp(scope, name);
  if (local !== undefined) return local;
  const found = declarationNamed(scope.module, name);
  if (found) return declaredValue(found.declaration, found.module, span, c);
  if (membersInReach(scope.module).has(name)) return str(name);
  if (isOperator(name)) return blockOf(operatorValue(name, scope, c));
  if (isFunction(name)) return { kind: "function", function: { kind: "builtin", name } };
  if (name === "phase") {
    c.phased = true;
    return c.mode === "generic" ? unknown : str(c.phase);
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
      return evaluatedOnce(declaration, module, span, c);
    default:
      c.report("DM3101/value", span, {
        what: "a name in an expression",
        expected: "a value",
        actual: `a ${declaration.kind}`,
      });
      return unknown;
  }
}

/** Constants and tables are evaluated once per session, phase and mode; one that reads itself is reported. */
function evaluatedOnce(
  declaration: Extract<Declaration, { kind: "const" | "table" }>,
  module: Module,
  span: Span,
  c: Context,
): Value {
  const key = `${c.phase} ${c.mode}`;
  const byKey = c.session.constants.get(declaration) ?? new Map<string, Constant>();
  c.session.constants.set(declaration, byKey);
  const known = byKey.get(key);
  if (known === "open") {
    c.report("DM3117", span, { what: declaration.name.text, reason: "it depends on itself" });
    return unknown;
  }
  if (known) return c.replay(known);
  byKey.set(key, "open");
  const scope: Scope = { module, parent: undefined, names: new Map(), paths: rootPaths() };
  try {
    const evaluated = c.recorded(() =>
      declaration.kind === "const" ? constant(declaration, scope, c) : tableValue(declaration, scope, c),
    );
    byKey.set(key, evaluated);
    return evaluated.value;
  } finally {
    // An evaluation that was stopped is no circle: the next reader starts again.
    if (byKey.get(key) === "open") byKey.delete(key);
  }
}

function constant({ name, value, type }: Extract<Declaration, { kind: "const" }>, scope: Scope, c: Context): Value {
  const answer = evaluate(value, scope, c);
  return type ? given(`const ${name.text}`, answer, type, scope.module, value.span, c) : answer;
}
