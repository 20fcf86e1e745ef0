// A value as the user would write it, and what it is called in messages.

import type { TensorType } from "../../ir/graph.ts";
import { type Dim, formatDim } from "../../sizes/dim/dim.ts";
import { type BlockValue, type DeclaredBlock, functionName, type Value } from "./value.ts";

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

function showBlock(block: BlockValue, level = 0): string {
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

/** `Hourglass([128,128,192], [1,2,2], 2)`. */
export function useText(block: DeclaredBlock): string {
  const params = block.declaration.signature.params;
  const shown: string[] = [];
  for (const [index, param] of params.entries()) {
    const value = block.args.get(param.name.text);
    if (value !== undefined) shown.push(shown.length === index ? show(value) : `${param.name.text} = ${show(value)}`);
  }
  return block.declaration.kind === "model" ? block.name : `${block.name}(${shown.join(", ")})`;
}
