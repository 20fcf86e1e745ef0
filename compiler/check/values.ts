// What an expression of the language can mean. Three kinds matter to the reader: compile-time values,
// tensors and blocks. `unknown` is the value of a mistake that has been reported already, and of
// everything that a generic definition leaves open; whatever touches it stays silent.
import type { Block, Expression, Fn, Model, Name, Span } from "../../grammar/index.ts";
import { type Dim, formatDim, isSymbolic } from "../ir/dim.ts";
import type { Value as GraphValue, TensorType } from "../ir/graph.ts";
import type { FunctionName } from "./functions.ts";
import type { Module } from "./program.ts";
import type { Scope } from "./scope.ts";

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
  readonly keys: readonly Value[];
}

/** A comparison of symbolic sizes that is neither always true nor always false. */
export interface Condition {
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
export interface DroppedSkip extends Name {
  readonly owner: string;
}

export type BlockValue =
  | {
      readonly kind: "operator";
      readonly name: string;
      readonly args: ReadonlyMap<string, { readonly value: Value; readonly span: Span }>;
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

/** What a value is, for messages: "a tensor", "string", "the list [1, 2]". */
export function kindOf(value: Value): string {
  switch (value.kind) {
    case "int":
      return "a number";
    case "float":
      return "a decimal number";
    case "bool":
    case "condition":
      return "a truth value";
    case "str":
      return "a string";
    case "list":
      return "a list";
    case "tuple":
      return "a tuple";
    case "record":
      return "a record";
    case "tensor":
      return "a tensor";
    case "block":
      return "a block";
    case "function":
      return "a function";
    case "tap":
      return "a value inside a model";
    case "unknown":
      return value.hint === undefined ? "unknown" : `a ${value.hint}`;
  }
}

/** A value as the user would write it. */
export function show(value: Value): string {
  switch (value.kind) {
    case "int":
      return formatDim(value.dim);
    case "float":
      return String(value.value);
    case "bool":
      return String(value.value);
    case "condition":
      return value.condition.text;
    case "str":
      return value.value;
    case "list":
      return `[${clipped(value.items)}]`;
    case "tuple":
      return `(${clipped(value.items)})`;
    case "record":
      return `{${[...value.fields].map(([label, field]) => `${label}: ${show(field)}`).join(", ")}}`;
    case "tensor":
      return showType(value.tensor.type);
    case "block":
      return showBlock(value.block);
    case "function":
      return functionName(value.function);
    case "tap":
      return [value.model.name, ...value.labels.map((label) => label.text)].join(".");
    case "unknown":
      return "…";
  }
}

function clipped(items: readonly Value[]): string {
  const shown = items.slice(0, 12).map(show).join(",");
  return items.length > 12 ? `${shown},…` : shown;
}

/** Stages and levels of a composed block that a message shows; a block may hold itself many times over. */
const shown = { stages: 8, levels: 4 };

export function showBlock(block: BlockValue, level = 0): string {
  if (level > shown.levels) return "…";
  switch (block.kind) {
    case "operator":
      return block.name;
    case "declared":
      return block.name;
    case "named":
      return block.name;
    case "shared":
      return block.share.name;
    case "repeat":
      return `${showBlock(block.block, level + 1)} * ${block.count}`;
    case "sequence":
      return [
        ...block.stages.slice(0, shown.stages).map((stage) => showBlock(stage.block, level + 1)),
        ...(block.stages.length > shown.stages ? ["…"] : []),
      ].join(" -> ");
    case "chain":
      return "chain";
  }
}

export function showType(type: TensorType, dim: (dim: Dim) => string = formatDim): string {
  const dims = `[${type.dims.map((each) => dim(each)).join(", ")}]`;
  return type.dtype === "f32" ? dims : `${type.dtype}${dims}`;
}

/** Equality of compile-time values, as `==` and `match` see it; undefined where it cannot be told. */
export function equalValues(a: Value, b: Value): boolean | undefined {
  if (a.kind === "unknown" || b.kind === "unknown") return undefined;
  if (a.kind === "int" && b.kind === "int" && (isSymbolic(a.dim) || isSymbolic(b.dim))) return undefined;
  const left = numberOf(a);
  const right = numberOf(b);
  if (left !== undefined && right !== undefined) return left === right;
  if (a.kind === "str" && b.kind === "str") return a.value === b.value;
  if (a.kind === "bool" && b.kind === "bool") return a.value === b.value;
  if ((a.kind === "list" || a.kind === "tuple") && (b.kind === "list" || b.kind === "tuple")) {
    return equalItems(a.items, b.items);
  }
  if (a.kind === "record" && b.kind === "record") return equalFields(a.fields, b.fields);
  if (a.kind === "block" && b.kind === "block") return a.block === b.block;
  return false;
}

/** Fields are equal by label, whatever their order. */
function equalFields(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean | undefined {
  const labels = [...a.keys()];
  if (a.size !== b.size || labels.some((label) => !b.has(label))) return false;
  const items = (fields: ReadonlyMap<string, Value>) => labels.map((label) => fields.get(label) ?? unknown);
  return equalItems(items(a), items(b));
}

function equalItems(a: readonly Value[], b: readonly Value[]): boolean | undefined {
  if (a.length !== b.length) return false;
  let result: boolean | undefined = true;
  for (let i = 0; i < a.length; i++) {
    const same = equalValues(a[i] ?? unknown, b[i] ?? unknown);
    if (same === false) return false;
    if (same === undefined) result = undefined;
  }
  return result;
}

/** The concrete number that a value is, if it is one. */
export function numberOf(value: Value): number | undefined {
  if (value.kind === "float") return value.value;
  return value.kind === "int" && typeof value.dim === "number" ? value.dim : undefined;
}

/** The tensors inside tuples, lists and records, in order. */
export function tensorsIn(value: Value): readonly Tensor[] {
  switch (value.kind) {
    case "tensor":
      return [value.tensor];
    case "list":
    case "tuple":
      return value.items.flatMap(tensorsIn);
    case "record":
      return [...value.fields.values()].flatMap(tensorsIn);
    default:
      return [];
  }
}

export function holdsUnknown(value: Value): boolean {
  switch (value.kind) {
    case "unknown":
      return true;
    case "list":
    case "tuple":
      return value.items.some(holdsUnknown);
    case "record":
      return [...value.fields.values()].some(holdsUnknown);
    default:
      return false;
  }
}
