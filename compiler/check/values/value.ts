// What an expression of the language can mean. Three kinds matter to the reader: compile-time values,
// tensors and blocks. `unknown` is the value of a mistake that has been reported already, and of
// everything that a generic definition leaves open; whatever touches it stays silent.

import type { Block, Expression, Fn, Model, Name, Span } from "../../../grammar/index.ts";
import type { Value as GraphValue, ParamValue, TensorType } from "../../ir/graph.ts";
import type { Dim } from "../../sizes/dim/dim.ts";
import type { Module } from "../text/program.ts";
import type { FunctionName } from "../text/vocabulary.ts";
import type { PathScope } from "./paths.ts";

export type Value =
  | { readonly kind: "int"; readonly dim: Dim }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  /** Strings and the members of enums: `"wide"`, `bottleneck`, `half`. */
  | { readonly kind: "str"; readonly value: string }
  | { readonly kind: "list"; readonly items: readonly Value[]; readonly table?: TableKeys }
  | { readonly kind: "tuple"; readonly items: readonly Value[] }
  | { readonly kind: "record"; readonly fields: ReadonlyMap<string, Value> }
  | { readonly kind: "condition"; readonly condition: Condition }
  | { readonly kind: "tensor"; readonly tensor: Tensor }
  | { readonly kind: "block"; readonly block: BlockValue }
  | { readonly kind: "function"; readonly function: FunctionValue }
  /** `HG[52].trunk`: a named value inside a model, for metrics. */
  | { readonly kind: "tap"; readonly model: DeclaredBlock; readonly labels: readonly Name[] }
  | { readonly kind: "unknown"; readonly hint?: "tensor" | "number" | "block" };

/** The rows of a table can be picked by the value of their first column. */
export interface TableKeys {
  readonly name: string;
  readonly keys: { readonly values: readonly Value[]; positionOf(key: Value): number };
}

/** A comparison of symbolic sizes that is neither always true nor always false. */
interface Condition {
  readonly left: Dim;
  readonly relation: "==" | "!=" | "<" | "<=" | ">" | ">=";
  readonly right: Dim;
  readonly text: string;
}

export interface Tensor {
  readonly type: TensorType;
  /** Absent while sizes and node counts are found, before anything is built. */
  readonly value?: GraphValue;
  /** Marked by `skip NAME = …`; only a join may read it. */
  readonly skip?: string;
  /** Removed by `without skip`. */
  readonly dropped?: boolean;
  /** Depends on an input that does not exist in this phase; an error once an output needs it. */
  readonly absent?: { readonly input: string; readonly phase: string; readonly use: Span };
}

/** A function as data: whoever calls it brings the context that its mistakes are reported to. */
export type FunctionValue =
  | { readonly kind: "builtin"; readonly name: FunctionName }
  | { readonly kind: "declared"; readonly declaration: Fn; readonly module: Module };

export const functionName = (value: FunctionValue): string =>
  value.kind === "builtin" ? value.name : value.declaration.name.text;

export interface DeclaredBlock {
  readonly kind: "declared";
  readonly declaration: Block | Model;
  readonly module: Module;
  /** `HG[52]`, or the alias that it was declared under. */
  readonly name: string;
  readonly args: ReadonlyMap<string, Value>;
  readonly row?: { readonly variable: string; readonly value: Value };
  /** Sizes fixed by `at`. */
  readonly at: ReadonlyMap<string, { readonly dim: Dim; readonly span: Span }>;
  /** Skips removed by `without skip`. */
  readonly dropped: readonly DroppedSkip[];
}

/** `M without skip n`: the skip, and M as it was called there. */
interface DroppedSkip extends Name {
  readonly owner: string;
}

export type BlockValue =
  | {
      readonly kind: "operator";
      readonly name: string;
      readonly args: ReadonlyMap<string, Given>;
    }
  | DeclaredBlock
  | { readonly kind: "sequence"; readonly stages: readonly { readonly block: BlockValue; readonly span: Span }[] }
  | { readonly kind: "repeat"; readonly block: BlockValue; readonly count: number; readonly span: Span }
  | { readonly kind: "chain"; readonly loop: Loop }
  | { readonly kind: "named"; readonly name: string; readonly block: BlockValue }
  | { readonly kind: "shared"; readonly share: Share; readonly block: BlockValue };

/** A `chain` kept as text: it is walked when it is applied, so that a repeat bomb costs nothing. */
export interface Loop {
  readonly variable: string;
  readonly items: Items;
  readonly body: Expression;
  readonly scope: Scope;
}

/** What a range walks over: counted numbers, or the elements of a list. */
export type Items =
  | { readonly kind: "numbers"; readonly from: number; readonly count: number }
  | { readonly kind: "values"; readonly values: readonly Value[] };

/** One set of weights for every use of a shared block. */
export interface Share {
  readonly name: string;
  /** Where the weights live: the path of the body that states `share`. */
  readonly weightPrefix: string;
}

export interface Scope {
  readonly module: Module;
  readonly parent: Scope | undefined;
  readonly names: Map<string, Value>;
  readonly paths: PathScope;
}

export type OperatorValue = Extract<BlockValue, { kind: "operator" }>;

export interface Given {
  readonly value: Value;
  readonly span: Span;
  /** As the parameter of an operator reads it, where that was asked already. */
  readonly read?: ParamValue;
}

export const unknown: Value = { kind: "unknown" };

export const unknownTensor: Value = { kind: "unknown", hint: "tensor" };

export const int = (dim: Dim): Value => ({ kind: "int", dim });

export const float = (value: number): Value => ({ kind: "float", value });

export const bool = (value: boolean): Value => ({ kind: "bool", value });

export const str = (value: string): Value => ({ kind: "str", value });

export const list = (items: readonly Value[]): Value => ({ kind: "list", items });

export const tensorOf = (tensor: Tensor): Value => ({ kind: "tensor", tensor });

export const blockOf = (block: BlockValue): Value => ({ kind: "block", block });

export const itemCount = (items: Items): number => (items.kind === "numbers" ? items.count : items.values.length);

export const itemAt = (items: Items, index: number): Value =>
  items.kind === "numbers" ? int(items.from + index) : (items.values[index] ?? unknown);

/** The concrete number that a value is, if it is one. */
export function numberOf(value: Value): number | undefined {
  if (value.kind === "float") return value.value;
  return value.kind === "int" && typeof value.dim === "number" ? value.dim : undefined;
}
