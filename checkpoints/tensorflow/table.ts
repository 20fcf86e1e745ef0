// The index of a TensorFlow checkpoint: a sorted string table in LevelDB's format. Blocks of keys with
// shared prefixes, a checksum behind each, an index block that names them, and a footer that names that.
import { isProblem, type Problem } from "../checkpoint.ts";
import type { ByteSource } from "../source.ts";
import { crc32c, unmasked } from "./crc32c.ts";

const footerBytes = 48;
/** One byte that says how the block is compressed, and the checksum. */
const trailerBytes = 5;
/** All keys together. Prefixes are shared in the file, so a small hostile one could unfold without end. */
const mostKeyBytes = 64 * 2 ** 20;
/** Far more variables than a model and its optimiser have. */
const mostEntries = 500_000;

/** What reading may still use. */
interface Budget {
  keyBytes: number;
  entries: number;
}

export interface TableEntry {
  /** Text; one character a byte where it begins with a zero, as keys of slices do. */
  readonly key: string;
  readonly value: Uint8Array;
}

/** Where a block lies. */
interface Handle {
  readonly offset: number;
  readonly size: number;
}

export function readTable(source: ByteSource): readonly TableEntry[] | Problem {
  const root = rootHandle(source);
  if (isProblem(root)) return root;
  const entries: TableEntry[] = [];
  const budget = { keyBytes: mostKeyBytes, entries: mostEntries };
  const index = readBlock(source, root, budget);
  if (isProblem(index)) return index;
  let end = 0;
  for (const { value } of index) {
    const handle = readHandle({ bytes: value, at: 0 });
    // In order and apart, so that no block is read twice.
    if (!handle || handle.offset < end) return { problem: "the index of its blocks is damaged" };
    end = handle.offset + handle.size;
    const block = readBlock(source, handle, budget);
    if (isProblem(block)) return block;
    for (const entry of block) entries.push(entry);
  }
  return entries;
}

function rootHandle(source: ByteSource): Handle | Problem {
  const foreign = { problem: "it is no index of a TensorFlow checkpoint" };
  if (source.size < footerBytes) return foreign;
  const footer = source.read(source.size - footerBytes, footerBytes);
  if (footer.length < footerBytes) return { problem: "the file ended while it was read" };
  const magic = new DataView(footer.buffer, footer.byteOffset + 40, 8).getBigUint64(0, true);
  if (magic !== 0xdb4775248b80fb57n) return foreign;
  const cursor = { bytes: footer, at: 0 };
  readHandle(cursor); // of the meta block, which TensorFlow leaves empty
  return readHandle(cursor) ?? { problem: "its footer is damaged" };
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function readHandle(cursor: Cursor): Handle | undefined {
  const offset = readVarint(cursor);
  const size = readVarint(cursor);
  return offset === undefined || size === undefined ? undefined : { offset, size };
}

/** A number below 2^53 in groups of seven bits; undefined where there is none. */
function readVarint(cursor: Cursor): number | undefined {
  let value = 0;
  for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return Number.isSafeInteger(value) ? value : undefined;
  }
  return undefined;
}

function readBlock(source: ByteSource, { offset, size }: Handle, budget: Budget): TableEntry[] | Problem {
  if (offset + size + trailerBytes > source.size - footerBytes)
    return { problem: `a block of its index would end at byte ${offset + size + trailerBytes}, beyond the file` };
  const block = source.read(offset, size + trailerBytes);
  if (block.length < size + trailerBytes) return { problem: "the file ended while it was read" };
  const stored = new DataView(block.buffer, block.byteOffset + size + 1, 4).getUint32(0, true);
  if (crc32c(block.subarray(0, size + 1)) !== unmasked(stored))
    return { problem: `the checksum of its index does not match at byte ${offset}: the file is damaged` };
  if (block[size] !== 0)
    return { problem: "its index is compressed, which TensorFlow does not do for checkpoints; save it again" };
  return entriesOf(block.subarray(0, size), budget) ?? { problem: `its index is damaged at byte ${offset}` };
}

/** The entries of a block; undefined where it contradicts itself. */
function entriesOf(block: Uint8Array, budget: Budget): TableEntry[] | Problem | undefined {
  const { length } = block;
  if (length < 4) return undefined;
  const restarts = new DataView(block.buffer, block.byteOffset + length - 4, 4).getUint32(0, true);
  const end = length - 4 - 4 * restarts;
  if (end < 0) return undefined;
  const entries: TableEntry[] = [];
  const cursor: Cursor = { bytes: block.subarray(0, end), at: 0 };
  let key: Uint8Array = new Uint8Array(0);
  while (cursor.at < end) {
    const [shared, own, size] = [readVarint(cursor), readVarint(cursor), readVarint(cursor)];
    if (shared === undefined || own === undefined || size === undefined) return undefined;
    if (shared > key.length || cursor.at + own + size > end) return undefined;
    budget.keyBytes -= shared + own;
    if (--budget.entries < 0) return { problem: `it has more than ${mostEntries} entries` };
    if (budget.keyBytes < 0) return { problem: `its names together are longer than ${mostKeyBytes} bytes` };
    const longer = new Uint8Array(shared + own);
    longer.set(key.subarray(0, shared));
    longer.set(cursor.bytes.subarray(cursor.at, cursor.at + own), shared);
    key = longer;
    const start = cursor.at + own;
    cursor.at = start + size;
    const text = textOf(key);
    if (text === undefined) return { problem: "one of its names is not UTF-8 text" };
    entries.push({ key: text, value: block.subarray(start, cursor.at) });
  }
  return entries;
}

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0) return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
