// What is remembered of the text, in the session of a caller.
import type {
  Declaration,
  Diagnostic,
  Expression,
  Mapping,
  Source,
  Statement,
  WeightRule,
} from "../../../grammar/index.ts";
import type { Module } from "./program.ts";
import type { ParsedRule } from "./rules/patterns.ts";

export type MistakesBySource = ReadonlyMap<Source, ReadonlySet<Diagnostic>>;

export interface TextMemo {
  /** What the text of a declaration alone shows to be wrong. */
  readonly diagnostics: Map<Declaration, readonly Diagnostic[]>;
  /** Suggestions that were made for the unknown names of a file. */
  readonly asked: Map<Module, number>;
  /** The names that an expression or a statement reads. */
  readonly names: Map<Expression | Statement, ReadonlySet<string>>;
  /** The names that stages of an expression or a statement get with `as`. */
  readonly aliases: Map<Expression | Statement, ReadonlySet<string>>;
  /** The `let`s and skips of a body that nothing reads. */
  readonly unread: Map<Declaration, ReadonlySet<string>>;
  readonly rules: Map<WeightRule, ParsedRule>;
  /** What is wrong with a mapping and with all that it leads to. */
  readonly mistakesBelow: Map<Mapping, MistakesBySource>;
  /** One mapping for all that lead to each other without taking a step. */
  readonly circles: Map<Mapping, Mapping>;
}

export const newTextMemo = (): TextMemo => ({
  diagnostics: new Map(),
  asked: new Map(),
  names: new Map(),
  aliases: new Map(),
  unread: new Map(),
  rules: new Map(),
  mistakesBelow: new Map(),
  circles: new Map(),
});
