// Zip archives as far as NumPy writes them: entries that are stored or deflated, listed at the end. Read strictly: what
// the list says must be true of the bytes, checksums included, and no two entries share a byte, so that no small file
// becomes a large one unseen. Own code, because the libraries for it leave checksums and overlaps unchecked.
import { constants, crc32, inflateRawSync } from "node:zlib";
import { deflated, elsewhere, lengths, marks, stored, type ZipFailure } from "./format.ts";

export interface ZipEntry {
  readonly name: string;
  /** Of what it holds, unpacked. */
  readonly size: number;
  /** Its beginning, as far as the first thousand packed bytes go; unchecked. */
  peek(): Uint8Array | ZipFailure;
  /** All of it, once length and checksum are as they should be. */
  read(): Uint8Array | ZipFailure;
}

interface Listed {
  readonly name: string;
  readonly isDeflated: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

interface Placed extends Listed {
  readonly start: number;
}

const longestComment = 65_535;
/** No deflated byte makes more than this. */
const largestRatio = 1032;
const lookBytes = 1000;

/** Answers a sentence about the file where it cannot be read. */
export function readZip(bytes: Uint8Array): readonly ZipEntry[] | ZipFailure {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  if (end === undefined) return { failure: "it is no zip archive, or its end is missing" };
  const list = listOf(view, end);
  if ("failure" in list) return list;
  const listed = listEntries(bytes, view, list);
  if ("failure" in listed) return listed;
  const placed: Placed[] = [];
  for (const each of listed) {
    const start = startOf(view, each);
    if (typeof start !== "number") return start;
    placed.push({ ...each, start });
  }
  return overlap(placed, list.start) ?? placed.map((each) => entryOf(bytes, each));
}

/** Where the list of entries lies, and what the end of the file says of it. */
interface List {
  readonly count: number;
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
}

function listOf(view: DataView, end: number): List | ZipFailure {
  const [disk, listDisk, here, count = 0] = [4, 6, 8, 10].map((offset) => view.getUint16(end + offset, true));
  const [size = 0, start = 0] = [12, 16].map((offset) => view.getUint32(end + offset, true));
  const isWide = count === elsewhere.short || size === elsewhere.long || start === elsewhere.long;
  // Some write both ends, and what fits in 32 bits in both.
  if (isWide || (start + size !== end && hasLocator(view, end))) return wideList(view, end);
  if (disk !== 0 || listDisk !== 0 || here !== count) return { failure: "it is one part of a split archive" };
  return start + size === end ? { count, start, end } : { failure: endsWrongly };
}

const endsWrongly = "its list of entries does not end where it should";

const hasLocator = (view: DataView, end: number): boolean =>
  end >= lengths.locator && view.getUint32(end - lengths.locator, true) === marks.locator;

/** The same in 64 bits: a record in front of the end, and a locator between the two. */
function wideList(view: DataView, end: number): List | ZipFailure {
  const locator = end - lengths.locator;
  if (!hasLocator(view, end)) return { failure: "its end is damaged" };
  const at = wide(view, locator + 8);
  if (at + lengths.wideEnd > locator || view.getUint32(at, true) !== marks.wideEnd)
    return { failure: "its end is damaged" };
  const [here, count = 0, size = 0, start = 0] = [24, 32, 40, 48].map((offset) => wide(view, at + offset));
  if (here !== count) return { failure: "it is one part of a split archive" };
  return start + size === at ? { count, start, end: at } : { failure: endsWrongly };
}

/** Exact as long as it says a place in a file that is held. */
const wide = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

/** Where the record at the end stands: the last one that ends with the file. */
function endOf(view: DataView): number | undefined {
  const last = view.byteLength - lengths.end;
  for (let at = last; at >= Math.max(0, last - longestComment); at--)
    if (view.getUint32(at, true) === marks.end && at + lengths.end + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  return undefined;
}

function listEntries(bytes: Uint8Array, view: DataView, { count, start, end }: List): readonly Listed[] | ZipFailure {
  const listed: Listed[] = [];
  const names = new Set<string>();
  let at = start;
  while (at < end) {
    const entry = listedAt(bytes, view, at, end);
    if ("failure" in entry) return entry;
    if (names.has(entry.name)) return { failure: `it has two entries named ${entry.name}` };
    names.add(entry.name);
    listed.push(entry);
    at = entry.next;
  }
  return listed.length === count ? listed : { failure: `it says ${count} entries, but lists ${listed.length}` };
}

function listedAt(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
): (Listed & { readonly next: number }) | ZipFailure {
  if (at + lengths.listed > end || view.getUint32(at, true) !== marks.listed)
    return { failure: "its list of entries is damaged" };
  const [flags = 0, method = 0] = [8, 10].map((offset) => view.getUint16(at + offset, true));
  const [crc = 0, shortPacked = 0, shortSize = 0, shortOffset = 0] = [16, 20, 24, 42].map((offset) =>
    view.getUint32(at + offset, true),
  );
  const [nameLength = 0, extra = 0, comment = 0] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
  const next = at + lengths.listed + nameLength + extra + comment;
  if (next > end) return { failure: "its list of entries is damaged" };
  const name = new TextDecoder().decode(bytes.subarray(at + lengths.listed, at + lengths.listed + nameLength));
  if ((flags & 1) !== 0) return { failure: `${name} is encrypted` };
  if (method !== stored && method !== deflated) return { failure: `${name} is packed in a way that is not read here` };
  const numbers = widened(view, at + lengths.listed + nameLength, extra, [shortSize, shortPacked, shortOffset]);
  if (!numbers) return { failure: "its list of entries is damaged" };
  const [size = 0, packed = 0, offset = 0] = numbers;
  const isDeflated = method === deflated;
  if (isDeflated ? size > packed * largestRatio : size !== packed)
    return { failure: `${name} cannot hold the ${size} bytes that it says, in ${packed}` };
  return { name, isDeflated, crc, packed, size, offset, next };
}

/** Numbers of 32 bits, or those of the extra field where they say that they stand there; undefined where they do not. */
function widened(
  view: DataView,
  from: number,
  length: number,
  short: readonly number[],
): readonly number[] | undefined {
  if (!short.includes(elsewhere.long)) return short;
  const field = extraField(view, from, from + length);
  if (!field) return undefined;
  let at = field.start;
  const numbers: number[] = [];
  for (const number of short) {
    const isWide = number === elsewhere.long;
    if (isWide && at + 8 > field.end) return undefined;
    numbers.push(isWide ? wide(view, at) : number);
    if (isWide) at += 8;
  }
  return numbers;
}

const wideField = 1;

/** The extra field that holds numbers of 64 bits. */
function extraField(
  view: DataView,
  from: number,
  to: number,
): { readonly start: number; readonly end: number } | undefined {
  for (let at = from; at + 4 <= to; ) {
    const [id, size = 0] = [at, at + 2].map((place) => view.getUint16(place, true));
    const [start, end] = [at + 4, at + 4 + size];
    if (end > to) return undefined;
    if (id === wideField) return { start, end };
    at = end;
  }
  return undefined;
}

/** Where the bytes of an entry begin: behind a header of its own, of which only the lengths count. */
function startOf(view: DataView, { name, offset }: Listed): number | ZipFailure {
  if (offset + lengths.local > view.byteLength || view.getUint32(offset, true) !== marks.local)
    return { failure: `${name} is not where the list says` };
  return offset + lengths.local + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
}

/** Bytes that two entries share, or an entry shares with the list, would be unpacked more than once. */
function overlap(entries: readonly Placed[], list: number): ZipFailure | undefined {
  const ordered = [...entries].sort((a, b) => a.offset - b.offset);
  const wrong = ordered.find(({ start, packed }, i) => start + packed > (ordered[i + 1]?.offset ?? list));
  return wrong && { failure: `${wrong.name} reaches into what comes behind it` };
}

function entryOf(bytes: Uint8Array, { name, isDeflated, crc, packed, size, start }: Placed): ZipEntry {
  const content = bytes.subarray(start, start + packed);
  return {
    name,
    size,
    peek: () => (isDeflated ? inflated(name, content.subarray(0, lookBytes), lookBytes * largestRatio) : content),
    read: () => {
      const all = isDeflated ? inflated(name, content, size) : content;
      if ("failure" in all) return all;
      if (all.length !== size) return { failure: `${name} holds ${all.length} bytes, not the ${size} that it says` };
      return crc32(all) === crc ? all : { failure: `${name} is damaged: its checksum is another` };
    },
  };
}

/** Ends without a word where the packed bytes do: a look needs only the beginning. */
function inflated(name: string, content: Uint8Array, most: number): Uint8Array | ZipFailure {
  try {
    return inflateRawSync(content, { maxOutputLength: Math.max(1, most), finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return { failure: `${name} is damaged: it cannot be unpacked` };
  }
}
