// The few protocol buffers that a checkpoint holds, over a library's reader of the wire format. Fields that
// are not known are skipped, as the format asks.
import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { Problem } from "../checkpoint.ts";
import { printable } from "../printable.ts";

/** `BundleHeaderProto`. */
export interface BundleHeader {
  readonly shards: number;
  readonly isBigEndian: boolean;
  readonly minConsumer: number;
}

/** `BundleEntryProto`: where a tensor lies. */
export interface BundleEntry {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly shard: number;
  readonly offset: number;
  readonly size: number;
  /** Masked. */
  readonly crc: number;
  readonly isSliced: boolean;
}

/** A node of `TrackableObjectGraph`. */
export interface ObjectNode {
  readonly children: readonly { readonly node: number; readonly name: string }[];
  readonly attributes: readonly { readonly name: string; readonly key: string }[];
  /** Nodes that hold what an optimiser keeps beside a variable. */
  readonly slots: readonly number[];
}

const [varint, delimited, fixed32] = [0, 2, 5] as const;

/** The fields of one message, by number, in the order of the bytes. */
interface Fields {
  numbers(field: number): readonly number[];
  bytes(field: number): readonly Uint8Array[];
}

/** How many more fields may be read: a field of two bytes costs a hundred times that in memory. */
interface Budget {
  left: number;
}
/** A tensor has few axes. */
const mostFieldsOfEntry = 300;
/** The graph of a detector in training has some fifty thousand. */
const mostFieldsOfGraph = 1_000_000;

function fieldsOf(message: Uint8Array, budget: Budget): Fields {
  const reader = new BinaryReader(message);
  const numbers = new Map<number, number[]>();
  const bytes = new Map<number, Uint8Array[]>();
  while (reader.pos < reader.len) {
    if (--budget.left < 0) throw new RangeError("it has too many fields");
    const [field, wire] = reader.tag();
    if (wire === varint) listed(numbers, field).push(whole(reader));
    else if (wire === fixed32) listed(numbers, field).push(reader.fixed32());
    else if (wire === delimited) listed(bytes, field).push(reader.bytes());
    else reader.skip(wire, field);
  }
  return { numbers: (field) => numbers.get(field) ?? [], bytes: (field) => bytes.get(field) ?? [] };
}

function listed<Item>(lists: Map<number, Item[]>, key: number): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** A whole number of at least 0 that JavaScript can hold exactly. */
function whole(reader: BinaryReader): number {
  const value = Number(reader.int64());
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no size`);
  return value;
}

// Of a field that stands once, the last one counts.
const numberOf = (fields: Fields, field: number): number => fields.numbers(field).at(-1) ?? 0;
const textOf = (fields: Fields, field: number): string => decoder.decode(fields.bytes(field).at(-1));
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The library throws for what is cut or mangled; here that becomes a problem. */
function decoded<Message>(what: string, read: () => Message): Message | Problem {
  try {
    return read();
  } catch (problem) {
    return { problem: `${what} is damaged: ${problem instanceof Error ? problem.message : String(problem)}` };
  }
}

export const readHeader = (message: Uint8Array): BundleHeader | Problem =>
  decoded("its header", () => {
    const budget = { left: mostFieldsOfEntry };
    const header = fieldsOf(message, budget);
    const version = fieldsOf(header.bytes(3).at(-1) ?? new Uint8Array(), budget);
    return { shards: numberOf(header, 1), isBigEndian: numberOf(header, 2) !== 0, minConsumer: numberOf(version, 2) };
  });

export const readEntry = (name: string, message: Uint8Array): BundleEntry | Problem =>
  decoded(`the entry of ${printable(name)}`, () => {
    const budget = { left: mostFieldsOfEntry };
    const entry = fieldsOf(message, budget);
    const shape = fieldsOf(entry.bytes(2).at(-1) ?? new Uint8Array(), budget);
    return {
      dtype: numberOf(entry, 1),
      shape: shape.bytes(2).map((dim) => numberOf(fieldsOf(dim, budget), 1)),
      shard: numberOf(entry, 3),
      offset: numberOf(entry, 4),
      size: numberOf(entry, 5),
      crc: numberOf(entry, 6),
      isSliced: entry.bytes(7).length > 0,
    };
  });

export const readObjectGraph = (message: Uint8Array): readonly ObjectNode[] | Problem =>
  decoded("its object graph", () => {
    const budget = { left: mostFieldsOfGraph };
    return fieldsOf(message, budget)
      .bytes(1)
      .map((node) => nodeOf(node, budget));
  });

function nodeOf(message: Uint8Array, budget: Budget): ObjectNode {
  const node = fieldsOf(message, budget);
  const parts = (field: number) => node.bytes(field).map((part) => fieldsOf(part, budget));
  return {
    children: parts(1).map((child) => ({ node: numberOf(child, 1), name: textOf(child, 2) })),
    attributes: parts(2).map((attribute) => ({ name: textOf(attribute, 1), key: textOf(attribute, 3) })),
    slots: parts(3).map((slot) => numberOf(slot, 3)),
  };
}
