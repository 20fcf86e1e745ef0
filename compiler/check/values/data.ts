// What a value holds, and whether it can flow.
import type { DeclaredBlock, Tensor, Value } from "./value.ts";

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

/** Values that may flow: tensors, and tuples, lists and records of them. */
export function isData(value: Value): boolean {
  switch (value.kind) {
    case "tensor":
    case "unknown":
      return true;
    case "list":
    case "tuple":
      return value.items.every(isData);
    case "record":
      return value.fields.size > 0 && [...value.fields.values()].some((field) => tensorsIn(field).length > 0);
    default:
      return false;
  }
}

export function asDeclared(value: Value): DeclaredBlock | undefined {
  if (value.kind !== "block") return undefined;
  const block = value.block.kind === "named" ? value.block.block : value.block;
  return block.kind === "declared" ? block : undefined;
}
