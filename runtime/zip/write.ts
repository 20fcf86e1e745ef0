// Zip archives whose entries are stored and not packed, as numpy.savez writes them.
import { crc32 } from "node:zlib";
import { lengths, marks, stored, type ZipFailure } from "./format.ts";

export interface EntryToWrite {
  readonly name: string;
  readonly pieces: readonly Uint8Array[];
}

export interface ZipFile {
  /** Of the whole file. */
  readonly bytes: number;
  chunks(): Iterable<Uint8Array>;
}

/** What 32 bits can say. */
const largestZip = 2 ** 32 - 2;

/** Stored, not packed, as numpy.savez does. The same entries give the same bytes: all are of 1 January 1980. */
export function writeZip(entries: readonly EntryToWrite[]): ZipFile | ZipFailure {
  const list: Uint8Array[] = [];
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { name, pieces } of entries) {
    const about = aboutOf(name, pieces);
    list.push(record(lengths.listed, marks.listed, about, at));
    const local = record(lengths.local, marks.local, about);
    parts.push(local, ...pieces);
    at += local.length + about.size;
  }
  const size = list.reduce((sum, { length }) => sum + length, 0);
  const bytes = at + size + lengths.end;
  if (bytes > largestZip || entries.length >= 0xffff) return { failure: "it would have more than 4 GiB" };
  return { bytes, chunks: () => [...parts, ...list, endRecord(entries.length, size, at)] };
}

interface About {
  readonly name: Uint8Array;
  readonly crc: number;
  readonly size: number;
}

function aboutOf(name: string, pieces: readonly Uint8Array[]): About {
  return {
    name: new TextEncoder().encode(name),
    // For memory of no length zlib starts again, whatever came before.
    crc: pieces.reduce((crc, piece) => (piece.length === 0 ? crc : crc32(piece, crc)), 0),
    size: pieces.reduce((sum, { length }) => sum + length, 0),
  };
}

/** In the list, the version of the writer comes in front of the fields that both records have. */
function record(length: number, mark: number, { name, crc, size }: About, offset?: number): Uint8Array {
  const bytes = new Uint8Array(length + name.length);
  const view = new DataView(bytes.buffer);
  const isListed = offset !== undefined;
  const shift = isListed ? 2 : 0;
  const version = 20;
  const utf8 = 0x800;
  const firstDay = 0x21;
  view.setUint32(0, mark, true);
  if (isListed) view.setUint16(4, version, true);
  for (const [place, value] of [version, utf8, stored, 0, firstDay].entries())
    view.setUint16(4 + shift + 2 * place, value, true);
  for (const [place, value] of [crc, size, size].entries()) view.setUint32(14 + shift + 4 * place, value, true);
  view.setUint16(26 + shift, name.length, true);
  if (isListed) view.setUint32(42, offset, true);
  bytes.set(name, length);
  return bytes;
}

function endRecord(count: number, size: number, start: number): Uint8Array {
  const bytes = new Uint8Array(lengths.end);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, marks.end, true);
  for (const at of [8, 10]) view.setUint16(at, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, start, true);
  return bytes;
}
