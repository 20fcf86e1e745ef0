// What is remembered of the text, in the session of a caller.
import type { Declaration, Diagnostic, Expression } from "../../../grammar/index.ts";
import type { Module } from "./program.ts";

export interface TextMemo {
  /** What the text of a declaration alone shows to be wrong. */
  readonly diagnostics: Map<Declaration, readonly Diagnostic[]>;
  /** Suggestions that were made for the unknown names of a file. */
  readonly asked: Map<Module, number>;
  /** The names that an expression reads. */
  readonly names: Map<Expression, ReadonlySet<string>>;
}

export const newTextMemo = (): TextMemo => ({ diagnostics: new Map(), asked: new Map(), names: new Map() });
