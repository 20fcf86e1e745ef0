// Names in reach of an expression.

import type { PathScope } from "./paths.ts";
import type { Scope, Value } from "./value.ts";

export function inner(scope: Scope, paths: PathScope = scope.paths): Scope {
  return { module: scope.module, parent: scope, names: new Map(), paths };
}

export function lookUp(scope: Scope | undefined, name: string): Value | undefined {
  for (let here = scope; here; here = here.parent) {
    const value = here.names.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Every name in reach in bodies, for suggestions. */
export function namesIn(scope: Scope | undefined): string[] {
  const names: string[] = [];
  for (let here = scope; here; here = here.parent) names.push(...here.names.keys());
  return names;
}
