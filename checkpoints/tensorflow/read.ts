// Opens a TensorFlow checkpoint (a "tensor bundle"): an index of names and places, and data files that
// hold nothing but bytes. Reads it without TensorFlow.
import { type Checkpoint, isProblem, type Problem, type TensorEntry } from "../checkpoint.ts";
import { byteLength, type DType, wrongSize } from "../dtype.ts";
import { printable } from "../printable.ts";
import { type ByteSource, piecesOf } from "../source.ts";
import { crc32c, unmasked } from "./crc32c.ts";
import { type BundleEntry, readEntry, readHeader, readObjectGraph } from "./messages.ts";
import { type Named, nameVariables } from "./names.ts";
import { type Extent, isSliceKey, lengthOf, partitionOf, readSliceKey } from "./slices.ts";
import { readTable, type TableEntry } from "./table.ts";

/** The data file `index` of `count`: `ckpt-0.data-00001-of-00002`; undefined or a problem where it cannot be opened. */
export type OpenShard = (index: number, count: number) => ByteSource | Problem;

/** TensorFlow's `DataType`, as far as it holds numbers. */
const dtypes: ReadonlyMap<number, DType> = new Map([
  [1, "F32"],
  [2, "F64"],
  [3, "I32"],
  [4, "U8"],
  [5, "I16"],
  [6, "I8"],
  [9, "I64"],
  [10, "BOOL"],
  [14, "BF16"],
  [17, "U16"],
  [19, "F16"],
  [22, "U32"],
  [23, "U64"],
]);

const objectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH";

/** Bytes in a data file, and their checksum. */
interface Part {
  readonly source: ByteSource;
  readonly offset: number;
  readonly bytes: number;
  readonly crc: number;
}

/** Where a tensor lies: in one part, or in slices that take turns, `turns` times each. */
interface Placed extends TensorEntry {
  readonly parts: readonly Part[];
  readonly turns: number;
}

interface Contents {
  readonly tensors: Map<string, Placed>;
  readonly slots: Map<string, Placed>;
  readonly others: string[];
}

export function openTensorflow(index: ByteSource, openShard: OpenShard): Checkpoint | Problem {
  const table = readTable(index);
  if (isProblem(table)) return table;
  const [first, ...rest] = table;
  const shards = first?.key === "" ? shardsOf(first.value, openShard) : { problem: "its index has no header" };
  if (isProblem(shards)) return shards;
  const entries = entriesOf(rest);
  if (isProblem(entries)) return entries;
  const named = namesOf(entries, shards);
  if (isProblem(named)) return named;
  const contents = placeAll(entries, named, shards);
  if (isProblem(contents)) return contents;
  const { tensors, slots, others } = contents;
  const pieces = (name: string) => tensorPieces(tensors.get(name) ?? slots.get(name), name);
  return { format: "tensorflow", tensors, slots, others, metadata: new Map(), pieces };
}

type Shards = (entry: BundleEntry) => ByteSource | Problem;

/** The data files, each opened when the first tensor in it is placed. */
function shardsOf(bytes: Uint8Array, openShard: OpenShard): Shards | Problem {
  const header = readHeader(bytes);
  if (isProblem(header)) return header;
  if (header.isBigEndian) return { problem: "it was written on a big-endian machine, which is not supported" };
  if (header.minConsumer > 1) return { problem: `it needs a reader of version ${header.minConsumer}` };
  const opened = new Map<number, ByteSource | Problem>();
  return ({ shard }) => {
    if (shard >= header.shards) return { problem: `it names data file ${shard}, but has ${header.shards}` };
    const source = opened.get(shard) ?? openShard(shard, header.shards);
    opened.set(shard, source);
    return source;
  };
}

interface Slice {
  readonly extents: readonly Extent[];
  readonly entry: BundleEntry;
}

interface Entries {
  readonly whole: ReadonlyMap<string, BundleEntry>;
  /** Of partitioned variables, by key. */
  readonly slices: ReadonlyMap<string, readonly Slice[]>;
}

function entriesOf(table: readonly TableEntry[]): Entries | Problem {
  const whole = new Map<string, BundleEntry>();
  const slices = new Map<string, Slice[]>();
  for (const { key, value } of table) {
    const slice = isSliceKey(key) ? readSliceKey(key) : undefined;
    if (isSliceKey(key) && !slice) return { problem: "one of its names is neither UTF-8 text nor that of a slice" };
    const entry = readEntry(slice?.name ?? key, value);
    if (isProblem(entry)) return entry;
    if (slice) {
      const known = slices.get(slice.name) ?? [];
      slices.set(slice.name, known);
      known.push({ extents: slice.extents, entry });
    } else if (whole.has(key)) return { problem: `its index names ${printable(key)} twice` };
    else whole.set(key, entry);
  }
  return { whole, slices };
}

/** Names by the object graph; a checkpoint without one (TensorFlow 1) has names for keys. */
function namesOf({ whole }: Entries, shards: Shards): Named | Problem {
  const entry = whole.get(objectGraphKey);
  if (!entry) return { names: new Map(), slots: slotsByName(whole) };
  const source = sourceOf(objectGraphKey, entry, shards);
  if (isProblem(source)) return source;
  const graph = onlyString(source.read(entry.offset, entry.size), entry);
  const nodes = graph ? readObjectGraph(graph) : { problem: "the checksum of its object graph does not match" };
  return isProblem(nodes) ? nodes : nameVariables(nodes);
}

/** What optimisers of TensorFlow 1 keep beside a variable `kernel` is called `kernel/Adam`. */
const slotWords = /\/(Adam|Adam_1|Momentum|RMSProp|RMSProp_1|Adagrad|Adadelta|Adadelta_1|Ftrl|Ftrl_1)$/;
const counterWords = /(^|\/)(beta1_power|beta2_power|global_step)$/;

function slotsByName(whole: Entries["whole"]): ReadonlySet<string> {
  const isSlot = (key: string): boolean =>
    counterWords.test(key) || (slotWords.test(key) && whole.has(key.replace(slotWords, "")));
  return new Set([...whole.keys()].filter(isSlot));
}

/**
 * A tensor of one string: its length, a checksum of the length (as four bytes), the bytes. The checksum of
 * the entry runs over the four bytes, that checksum, and the bytes. Undefined where anything is not so.
 */
function onlyString(bytes: Uint8Array, { size, crc: wanted }: BundleEntry): Uint8Array | undefined {
  let [length, at] = [0, 0];
  for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
    const byte = bytes[at++] ?? 0;
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  if (bytes.length !== size || at + 4 + length !== size) return undefined;
  const lengthBytes = new Uint8Array(4);
  new DataView(lengthBytes.buffer).setUint32(0, length, true);
  const crc = crc32c(lengthBytes);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
  const whole = crc32c(bytes.subarray(at), crc);
  return crc === unmasked(stored) && whole === unmasked(wanted) ? bytes.subarray(at + 4) : undefined;
}

function placeAll({ whole, slices }: Entries, { names, slots }: Named, shards: Shards): Contents | Problem {
  const contents: Contents = { tensors: new Map(), slots: new Map(), others: [] };
  for (const [key, entry] of whole) {
    const dtype = dtypes.get(entry.dtype);
    if (!dtype) {
      if (key !== objectGraphKey) contents.others.push(key);
      continue;
    }
    const name = freeName(names.get(key) ?? plainName(key), key, contents);
    const placed = entry.isSliced
      ? joinSlices(name, dtype, entry.shape, slices.get(key) ?? [], shards)
      : place(name, dtype, entry, shards);
    if (isProblem(placed)) return placed;
    (slots.has(key) || isBookkeeping(name) ? contents.slots : contents.tensors).set(name, placed);
  }
  return overlapOf([...contents.tensors.values(), ...contents.slots.values()]) ?? contents;
}

const plainName = (key: string): string => key.replace(/\/\.ATTRIBUTES\/VARIABLE_VALUE$/, "");

/** Two variables never share a name; the key is its own. */
const freeName = (name: string, key: string, { tensors, slots }: Contents): string =>
  tensors.has(name) || slots.has(name) ? key : name;

/** What newer optimisers keep stands below the optimiser itself, and slots carry a mark in their key. */
const isBookkeeping = (name: string): boolean =>
  /(^|\/)\.OPTIMIZER_SLOT\/|^_?optimizer\/(?!_?trainable_variables\/)|^save_counter$/.test(name);

function sourceOf(name: string, entry: BundleEntry, shards: Shards): ByteSource | Problem {
  const source = shards(entry);
  if (isProblem(source)) return source;
  const end = entry.offset + entry.size;
  return end <= source.size
    ? source
    : { problem: `${printable(name)} would end at byte ${end} of data file ${entry.shard}, which has ${source.size}` };
}

function place(name: string, dtype: DType, entry: BundleEntry, shards: Shards): Placed | Problem {
  const { shape, size: bytes, offset, crc } = entry;
  if (byteLength(dtype, shape) !== bytes) return { problem: wrongSize({ name, dtype, shape }, bytes) };
  const source = sourceOf(name, entry, shards);
  return isProblem(source) ? source : { name, dtype, shape, bytes, parts: [{ source, offset, bytes, crc }], turns: 1 };
}

/** A partitioned variable: its slices take turns, once for each index of the axes in front of the partitioned one. */
function joinSlices(
  name: string,
  dtype: DType,
  shape: readonly number[],
  slices: readonly Slice[],
  shards: Shards,
): Placed | Problem {
  const bytes = byteLength(dtype, shape);
  const partition = partitionOf(name, shape, slices);
  if (isProblem(partition)) return partition;
  if (bytes === undefined) return { problem: wrongSize({ name, dtype, shape }, 0) };
  const parts: Part[] = [];
  for (const { entry, extents } of partition.slices) {
    const ranges = shape.map((size, axis) => lengthOf(extents[axis], size));
    const placed = place(name, dtype, { ...entry, shape: ranges }, shards);
    if (isProblem(placed)) return placed;
    parts.push(...placed.parts);
  }
  const turns = shape.slice(0, partition.axis).reduce((product, size) => product * size, 1);
  return { name, dtype, shape, bytes, parts, turns };
}

/** No byte belongs to two tensors: a small file cannot pretend to hold many large ones. */
function overlapOf(placed: readonly Placed[]): Problem | undefined {
  const ends = new Map<ByteSource, { readonly name: string; readonly end: number }>();
  const parts = placed.flatMap(({ name, parts: own }) => own.map((part) => ({ name, ...part })));
  for (const { name, source, offset, bytes } of parts.sort((a, b) => a.offset - b.offset || a.bytes - b.bytes)) {
    const before = ends.get(source);
    if (before && before.end > offset)
      return { problem: `${printable(before.name)} and ${printable(name)} lie at the same place of the data` };
    ends.set(source, { name, end: offset + bytes });
  }
  return undefined;
}

function* tensorPieces(tensor: Placed | undefined, name: string): Generator<Uint8Array | Problem> {
  if (!tensor) {
    yield { problem: `there is no tensor ${printable(name)}` };
    return;
  }
  const { parts, turns } = tensor;
  const crcs = parts.map(() => 0);
  for (let turn = 0; turn < turns; turn++) {
    for (const [i, { source, offset, bytes }] of parts.entries()) {
      const length = bytes / turns;
      let done = 0;
      for (const piece of piecesOf(source, offset + turn * length, length)) {
        done += piece.length;
        crcs[i] = crc32c(piece, crcs[i]);
        yield piece;
      }
      if (done < length) {
        yield { problem: `the file ended while ${printable(name)} was read` };
        return;
      }
    }
  }
  if (parts.some(({ crc }, i) => crcs[i] !== unmasked(crc)))
    yield { problem: `the checksum of ${printable(name)} does not match: the file is damaged` };
}
