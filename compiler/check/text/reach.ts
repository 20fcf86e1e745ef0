// Which declarations and words a name of a file can mean.

import type { Declaration } from "../../../grammar/index.ts";
import { dtypes } from "../../ir/graph.ts";
import type { Module } from "./program.ts";
import { choiceNames, functionNames, isFunction, isOperator, operatorNames } from "./vocabulary.ts";

/** A declaration by the name it has in `module`, own or imported. */
export function declarationNamed(
  module: Module,
  name: string,
): { readonly declaration: Declaration; readonly module: Module } | undefined {
  const own = module.declarations.get(name);
  if (own) return { declaration: own, module };
  const imported = module.imports.get(name);
  return imported && declarationNamed(imported.module, imported.name);
}

export function enumMembers(module: Module, name: string): readonly string[] | undefined {
  const found = declarationNamed(module, name);
  return found?.declaration.kind === "enum" ? found.declaration.members.map((member) => member.text) : undefined;
}

export const words: ReadonlySet<string> = new Set(["train", "infer", ...dtypes]);

/** Names that mean something in every body of the file. */
export function resolvableNames(module: Module): string[] {
  return [
    ...module.declarations.keys(),
    ...module.imports.keys(),
    ...module.members,
    ...operatorNames,
    ...functionNames,
    ...choiceNames,
    "phase",
    ...words,
  ];
}

export const isWord = (name: string, module: Module): boolean =>
  name === "phase" ||
  words.has(name) ||
  choiceNames.has(name) ||
  module.members.has(name) ||
  isFunction(name) ||
  isOperator(name);
