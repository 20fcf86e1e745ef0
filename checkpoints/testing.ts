// Makes checkpoints for tests, whole and well-formed, so that one thing at a time can be wrong with them.
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { crc32c } from "./tensorflow/crc32c.ts";

/** All of `parts`, one behind the other. */
export function joined(parts: Iterable<Uint8Array>): Uint8Array {
  const all = [...parts];
  const whole = new Uint8Array(all.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

function fixed32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

const varint = (value: number): Uint8Array => new BinaryWriter().uint64(value).finish();
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const latin1 = (value: string): Uint8Array => Uint8Array.from(value, (character) => character.charCodeAt(0));
/** Keys of slices are bytes, one a character. */
const keyBytes = (key: string): Uint8Array => (key.startsWith("\0") ? latin1(key) : text(key));

/** The key of a slice, by the start and length of each axis; -1 is all of it. Below 8192. */
export function sliceKey(name: string, extents: readonly (readonly [start: number, length: number])[]): string {
  const signed = (value: number): string => {
    if (value < 0) return "\x7f";
    return value < 64 ? String.fromCharCode(0x80 | value) : String.fromCharCode(0xc0 | (value >> 8), value & 0xff);
  };
  const ranges = extents.map(([start, length]) => signed(start) + signed(length)).join("");
  return `\0${name}\0\x01\x01${String.fromCharCode(extents.length)}${ranges}`;
}

export interface TestTensor {
  readonly key: string;
  readonly numbers: readonly number[];
  readonly shape: readonly number[];
  readonly shard?: number;
  /** Changes the entry before it is written. */
  readonly entry?: Partial<{
    size: number;
    offset: number;
    shard: number;
    dtype: number;
    crc: number;
    sliced: boolean;
  }>;
}

/** A node of an object graph, by numbers of its children. */
export interface TestNode {
  readonly children?: Readonly<Record<string, number>>;
  readonly key?: string;
  readonly slots?: readonly number[];
}

export interface TestBundle {
  readonly index: Uint8Array;
  readonly shards: readonly Uint8Array[];
}

export function bundleOf(
  tensors: readonly TestTensor[],
  nodes: readonly TestNode[] = [],
  header: Partial<{ shards: number; endianness: number; minConsumer: number }> = {},
): TestBundle {
  const count = Math.max(1, ...tensors.map(({ shard = 0 }) => shard + 1));
  const shards: Uint8Array[][] = Array.from({ length: count }, () => []);
  const sizes = new Array<number>(count).fill(0);
  const entries = new Map<string, Uint8Array>();
  const put = (
    key: string,
    shard: number,
    bytes: Uint8Array,
    dtype: number,
    more: TestTensor["entry"],
    shape: readonly number[],
    crc: number,
  ) => {
    const entry = { dtype, shard, offset: sizes[shard] ?? 0, size: bytes.length, crc, sliced: false, ...more };
    entries.set(key, entryOf(entry, shape));
    shards[shard]?.push(bytes);
    sizes[shard] = (sizes[shard] ?? 0) + bytes.length;
  };
  for (const { key, numbers, shape, shard = 0, entry } of tensors) {
    const bytes = new Uint8Array(Float32Array.from(numbers).buffer);
    put(key, shard, bytes, 1, entry, shape, crc32c(bytes));
  }
  if (nodes.length > 0) {
    const graph = graphOf(nodes);
    const lengthCrc = crc32c(fixed32(graph.length));
    const check = fixed32(masked(lengthCrc));
    put(
      "_CHECKPOINTABLE_OBJECT_GRAPH",
      0,
      joined([varint(graph.length), check, graph]),
      7,
      {},
      [],
      crc32c(graph, crc32c(check, lengthCrc)),
    );
  }
  const { shards: claimed = count, endianness = 0, minConsumer = 0 } = header;
  const head = headerOf(claimed, endianness, minConsumer);
  return {
    index: tableOf(new Map([["", head], ...[...entries].sort(([a], [b]) => (a < b ? -1 : 1))])),
    shards: shards.map(joined),
  };
}

/** The index of a checkpoint of float32 tensors whose data lies elsewhere. */
export function indexOf(
  tensors: readonly { key: string; shape: readonly number[]; offset: number; size: number; crc: number }[],
): Uint8Array {
  const sorted = [...tensors].sort((a, b) => (a.key < b.key ? -1 : 1));
  const entries = sorted.map((tensor): [string, Uint8Array] => [
    tensor.key,
    entryOf({ ...tensor, dtype: 1, shard: 0, sliced: false }, tensor.shape),
  ]);
  return tableOf(new Map([["", headerOf(1, 0, 0)], ...entries]));
}

function headerOf(shards: number, endianness: number, minConsumer: number): Uint8Array {
  const version = new BinaryWriter().tag(2, 0).int32(minConsumer).finish();
  return new BinaryWriter().tag(1, 0).int32(shards).tag(2, 0).int32(endianness).tag(3, 2).bytes(version).finish();
}

function entryOf(
  entry: { dtype: number; shard: number; offset: number; size: number; crc: number; sliced: boolean },
  shape: readonly number[],
): Uint8Array {
  const dims = shape.map((size) => new BinaryWriter().tag(1, 0).int64(size).finish());
  const shapeProto = dims.reduce((writer, dim) => writer.tag(2, 2).bytes(dim), new BinaryWriter()).finish();
  const writer = new BinaryWriter()
    .tag(1, 0)
    .int32(entry.dtype)
    .tag(2, 2)
    .bytes(shapeProto)
    .tag(3, 0)
    .int32(entry.shard);
  writer.tag(4, 0).int64(entry.offset).tag(5, 0).int64(entry.size).tag(6, 5).fixed32(masked(entry.crc));
  return (entry.sliced ? writer.tag(7, 2).bytes(new Uint8Array(0)) : writer).finish();
}

function graphOf(nodes: readonly TestNode[]): Uint8Array {
  const graph = new BinaryWriter();
  for (const { children = {}, key, slots = [] } of nodes) {
    const node = new BinaryWriter();
    for (const [name, id] of Object.entries(children))
      node.tag(1, 2).bytes(new BinaryWriter().tag(1, 0).int32(id).tag(2, 2).string(name).finish());
    if (key !== undefined)
      node.tag(2, 2).bytes(new BinaryWriter().tag(1, 2).string("VARIABLE_VALUE").tag(3, 2).string(key).finish());
    for (const slot of slots) node.tag(3, 2).bytes(new BinaryWriter().tag(3, 0).int32(slot).finish());
    graph.tag(1, 2).bytes(node.finish());
  }
  return graph.finish();
}

/** A table of one data block. */
export function tableOf(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const data = blockOf([...entries].map(([key, value]) => ({ shared: 0, key: keyBytes(key), value })));
  return tableAround([data]);
}

/** A table around blocks of one's own. */
export function tableAround(blocks: readonly Uint8Array[]): Uint8Array {
  let at = 0;
  const handles = blocks.map((block) => {
    const handle = joined([varint(at), varint(block.length - 5)]);
    at += block.length;
    return handle;
  });
  const index = blockOf(handles.map((value, i) => ({ shared: 0, key: text(String(i).padStart(9, "0")), value })));
  const footer = new Uint8Array(48);
  footer.set(joined([varint(0), varint(0), varint(at), varint(index.length - 5)]));
  new DataView(footer.buffer).setBigUint64(40, 0xdb4775248b80fb57n, true);
  return joined([...blocks, index, footer]);
}

export interface RawEntry {
  /** Bytes that the key has in common with the one before it. */
  readonly shared: number;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A block with its trailer. */
export function blockOf(entries: readonly RawEntry[], compression = 0): Uint8Array {
  const parts = entries.flatMap(({ shared, key, value }) => [
    varint(shared),
    varint(key.length),
    varint(value.length),
    key,
    value,
  ]);
  const content = joined([...parts, fixed32(0), fixed32(1), Uint8Array.of(compression)]);
  return joined([content, fixed32(masked(crc32c(content)))]);
}
