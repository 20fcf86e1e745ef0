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

function fieldsOf(message: Uint8Array): Fields {
  const reader = new BinaryReader(message);
  const numbers = new Map<number, number[]>();
  const bytes = new Map<number, Uint8Array[]>();
  while (reader.pos < reader.len) {
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
    const header = fieldsOf(message);
    const version = fieldsOf(header.bytes(3).at(-1) ?? new Uint8Array());
    return { shards: numberOf(header, 1), isBigEndian: numberOf(header, 2) !== 0, minConsumer: numberOf(version, 2) };
  });

export const readEntry = (name: string, message: Uint8Array): BundleEntry | Problem =>
  decoded(`the entry of ${printable(name)}`, () => {
    const entry = fieldsOf(message);
    const shape = fieldsOf(entry.bytes(2).at(-1) ?? new Uint8Array());
    return {
      dtype: numberOf(entry, 1),
      shape: shape.bytes(2).map((dim) => numberOf(fieldsOf(dim), 1)),
      shard: numberOf(entry, 3),
      offset: numberOf(entry, 4),
      size: numberOf(entry, 5),
      crc: numberOf(entry, 6),
      isSliced: entry.bytes(7).length > 0,
    };
  });

export const readObjectGraph = (message: Uint8Array): readonly ObjectNode[] | Problem =>
  decoded("its object graph", () => fieldsOf(message).bytes(1).map(nodeOf));

function nodeOf(message: Uint8Array): ObjectNode {
  const node = fieldsOf(message);
  const parts = (field: number) => node.bytes(field).map(fieldsOf);
  return {
    children: parts(1).map((child) => ({ node: numberOf(child, 1), name: textOf(child, 2) })),
    attributes: parts(2).map((attribute) => ({ name: textOf(attribute, 1), key: textOf(attribute, 3) })),
    slots: parts(3).map((slot) => numberOf(slot, 3)),
  };
}
