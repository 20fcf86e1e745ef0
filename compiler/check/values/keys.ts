// Canonical keys of values: equal keys mean equal expansions.
import type { Declaration } from "../../../grammar/index.ts";
import { type Dim, isSymbolic } from "../../sizes/dim/dim.ts";
import type { BlockValue, Tensor, Value } from "./value.ts";

const ids = new WeakMap<object, number>();
let nextId = 0;
/** A number per object, stable while the program is in memory. */
function idOf(object: object): number {
  const known = ids.get(object);
  if (known !== undefined) return known;
  nextId++;
  ids.set(object, nextId);
  return nextId;
}

const dimKey = (dim: Dim): string => (isSymbolic(dim) ? dim.key : String(dim));

function tensorKey({ type, skip, dropped, absent }: Tensor): string {
  const dims = type.dims.map(dimKey).join(",");
  const marks = `${skip ?? ""}${dropped ? "!" : ""}${absent ? `@${absent.input}` : ""}`;
  return `${type.dtype}[${dims}]${marks}`;
}

/** The key of what flows, without the identity of tensors. */
export function keyOfData(value: Value): string {
  switch (value.kind) {
    case "tensor":
      return tensorKey(value.tensor);
    case "list":
    case "tuple":
      return `(${value.items.map(keyOfData).join(";")})`;
    case "record":
      return `{${[...value.fields].map(([label, field]) => `${label}:${keyOfData(field)}`).join(";")}}`;
    default:
      return keyOf(value);
  }
}

export function keyOf(value: Value): string {
  switch (value.kind) {
    case "int":
      return `i${dimKey(value.dim)}`;
    case "float":
      return `f${value.value}`;
    case "bool":
      return String(value.value);
    case "str":
      return JSON.stringify(value.value);
    case "list":
    case "tuple":
      return `${value.kind === "list" ? "[" : "("}${value.items.map(keyOf).join(";")}]`;
    case "record":
      return `{${[...value.fields].map(([label, field]) => `${label}:${keyOf(field)}`).join(";")}}`;
    case "block":
      return blockKey(value.block);
    case "tensor":
      return `t${idOf(value.tensor)}`;
    case "function":
      return value.function.kind === "builtin" ? value.function.name : `f${idOf(value.function.declaration)}`;
    case "condition":
    case "tap":
      return `o${idOf(value)}`;
    case "unknown":
      return "?";
  }
}

/** A block may hold another many times over: its key is made once, and beyond this length it is the block's identity. */
const longestKey = 4096;
const known = new WeakMap<BlockValue, string>();

export function blockKey(block: BlockValue): string {
  const before = known.get(block);
  if (before !== undefined) return before;
  const text = structuralKey(block);
  const key = text.length <= longestKey ? text : `b${idOf(block)}`;
  known.set(block, key);
  return key;
}

function structuralKey(block: BlockValue): string {
  switch (block.kind) {
    case "operator":
      return `${block.name}(${[...block.args].map(([name, given]) => `${name}=${keyOf(given.value)}`).join(",")})`;
    case "declared": {
      const args = [...block.args].map(([name, value]) => `${name}=${keyOf(value)}`).join(",");
      const row = block.row ? `[${keyOf(block.row.value)}]` : "";
      const at = [...block.at].map(([name, { dim }]) => `${name}=${dimKey(dim)}`).join(",");
      const dropped = block.dropped
        .map((name) => name.text)
        .sort()
        .join(",");
      return `#${idOf(block.declaration satisfies Declaration)}${row}(${args})@${at}-${dropped}`;
    }
    case "named":
      return blockKey(block.block);
    case "shared":
      return `share${idOf(block.share)}`;
    case "repeat":
      return `${blockKey(block.block)}*${block.count}`;
    case "sequence":
      return block.stages.map((stage) => blockKey(stage.block)).join("->");
    case "chain":
      return `chain${idOf(block.loop)}`;
  }
}
