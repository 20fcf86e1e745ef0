// Canonical keys of values: equal keys mean equal expansions.
import { type Dim, isSymbolic } from "../../sizes/dim/dim.ts";
import type { BlockValue, Tensor, Value } from "./value.ts";

const dimKey = (dim: Dim): string => (isSymbolic(dim) ? dim.key : String(dim));

function tensorKey({ type, skip, dropped, absent }: Tensor): string {
  const dims = type.dims.map(dimKey).join(",");
  const marks = `${skip ?? ""}${dropped ? "!" : ""}${absent ? `@${absent.input}` : ""}`;
  return `${type.dtype}[${dims}]${marks}`;
}

/** A block may hold another many times over: its key is made once, and beyond this length it is the block's identity. */
const longestKey = 4096;

/** Keys are comparable within one session. */
export class Keys {
  readonly #ids = new WeakMap<object, number>();
  readonly #blocks = new WeakMap<BlockValue, string>();
  #count = 0;

  #idOf(object: object): number {
    const known = this.#ids.get(object);
    if (known !== undefined) return known;
    this.#count++;
    this.#ids.set(object, this.#count);
    return this.#count;
  }

  /** The key of what flows, without the identity of tensors. */
  ofData(value: Value): string {
    switch (value.kind) {
      case "tensor":
        return tensorKey(value.tensor);
      case "list":
      case "tuple":
        return `(${value.items.map((item) => this.ofData(item)).join(";")})`;
      case "record":
        return `{${[...value.fields].map(([label, field]) => `${label}:${this.ofData(field)}`).join(";")}}`;
      default:
        return this.of(value);
    }
  }

  of(value: Value): string {
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
        return `${value.kind === "list" ? "[" : "("}${value.items.map((item) => this.of(item)).join(";")}]`;
      case "record":
        return `{${[...value.fields].map(([label, field]) => `${label}:${this.of(field)}`).join(";")}}`;
      case "block":
        return this.ofBlock(value.block);
      case "tensor":
        return `t${this.#idOf(value.tensor)}`;
      case "function":
        return value.function.kind === "builtin" ? value.function.name : `f${this.#idOf(value.function.declaration)}`;
      case "condition":
      case "tap":
        return `o${this.#idOf(value)}`;
      case "unknown":
        return "?";
    }
  }

  ofBlock(block: BlockValue): string {
    const before = this.#blocks.get(block);
    if (before !== undefined) return before;
    const text = this.#structure(block);
    const key = text.length <= longestKey ? text : `b${this.#idOf(block)}`;
    this.#blocks.set(block, key);
    return key;
  }

  #structure(block: BlockValue): string {
    switch (block.kind) {
      case "operator":
        return `${block.name}(${[...block.args].map(([name, given]) => `${name}=${this.of(given.value)}`).join(",")})`;
      case "declared": {
        const args = [...block.args].map(([name, value]) => `${name}=${this.of(value)}`).join(",");
        const row = block.row ? `[${this.of(block.row.value)}]` : "";
        const at = [...block.at].map(([name, { dim }]) => `${name}=${dimKey(dim)}`).join(",");
        const dropped = block.dropped
          .map((name) => name.text)
          .sort()
          .join(",");
        return `#${this.#idOf(block.declaration)}${row}(${args})@${at}-${dropped}`;
      }
      case "named":
        return this.ofBlock(block.block);
      case "shared":
        return `share${this.#idOf(block.share)}`;
      case "repeat":
        return `${this.ofBlock(block.block)}*${block.count}`;
      case "sequence":
        return block.stages.map((stage) => this.ofBlock(stage.block)).join("->");
      case "chain":
        return `chain${this.#idOf(block.loop)}`;
    }
  }
}
