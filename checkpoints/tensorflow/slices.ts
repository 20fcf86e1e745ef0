// Variables that were partitioned when they were saved. Their entry has the whole shape and no data; each slice has
// an entry of its own, under a key that names the variable and the range of every axis (TensorFlow's `OrderedCode`).
import type { Problem } from "../checkpoint.ts";
import { printable, shapeText } from "../printable.ts";

/** A range of one axis; all of it where the length is -1. */
export interface Extent {
  readonly start: number;
  readonly length: number;
}

export interface SliceKey {
  readonly name: string;
  readonly extents: readonly Extent[];
}

/** Keys of slices begin with this byte, which no name does. */
export const isSliceKey = (key: string): boolean => key.startsWith("\0");

interface Cursor {
  /** One character a byte. */
  readonly text: string;
  at: number;
}

/** What a key says; undefined where it is no key of a slice. */
export function readSliceKey(text: string): SliceKey | undefined {
  const cursor: Cursor = { text, at: 0 };
  if (readNumber(cursor) !== 0) return undefined;
  const name = readText(cursor);
  const axes = readNumber(cursor);
  if (name === undefined || axes === undefined || axes > mostAxes) return undefined;
  const extents: Extent[] = [];
  for (let axis = 0; axis < axes; axis++) {
    const [start, length] = [readSigned(cursor), readSigned(cursor)];
    if (start === undefined || length === undefined) return undefined;
    extents.push({ start: Math.max(start, 0), length });
  }
  return cursor.at === text.length ? { name, extents } : undefined;
}

const mostAxes = 255;
const byteAt = ({ text, at }: Cursor): number => text.charCodeAt(at);

/** A byte that counts the bytes behind it, largest first. */
function readNumber(cursor: Cursor): number | undefined {
  const count = byteAt(cursor);
  if (!(count <= 6)) return undefined;
  cursor.at++;
  return readBytes(cursor, count, 0);
}

function readBytes(cursor: Cursor, count: number, first: number): number | undefined {
  let value = first;
  for (let i = 0; i < count; i++) value = value * 256 + byteAt({ ...cursor, at: cursor.at++ });
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Ends with 0 1; 0 is written 0 255, and 255 is written 255 0. */
function readText(cursor: Cursor): string | undefined {
  const bytes: number[] = [];
  for (;;) {
    const [byte, next] = [byteAt(cursor), byteAt({ ...cursor, at: cursor.at + 1 })];
    if (Number.isNaN(byte)) return undefined;
    const isPair = byte === 0 || byte === 255;
    cursor.at += isPair ? 2 : 1;
    if (byte === 0 && next === 1) return decoded(bytes);
    if (isPair && next !== 255 - byte) return undefined;
    bytes.push(byte);
  }
}

function decoded(bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

/** As many ones in front as bytes, a zero, and the number; of the negative ones, only -1 says anything. */
function readSigned(cursor: Cursor): number | undefined {
  const first = byteAt(cursor);
  cursor.at++;
  if (first === 0x7f) return -1;
  const count = Math.clz32(~(first << 24));
  if (!(first >= 0x80) || count > 6) return undefined;
  return readBytes(cursor, count - 1, first & (0xff >> count));
}

/** Slices of one variable, in the order of the axis that was partitioned. */
export interface Partition<Slice> {
  readonly axis: number;
  readonly slices: readonly Slice[];
}

/** One behind the other along one axis, without a hole: how TensorFlow's partitioners make them. */
export function partitionOf<Slice extends { readonly extents: readonly Extent[] }>(
  name: string,
  shape: readonly number[],
  slices: readonly Slice[],
): Partition<Slice> | Problem {
  const named = `${printable(name)} ${shapeText(shape)}`;
  if (slices.length === 0) return { problem: `${named} is stored in slices, but none of them is there` };
  const lengths = ({ extents }: Slice) => shape.map((size, axis) => lengthOf(extents[axis], size));
  const cut = shape.flatMap((size, axis) => (slices.some((slice) => lengths(slice)[axis] !== size) ? [axis] : []));
  const [axis = 0, second] = cut;
  if (second !== undefined)
    return { problem: `${named} is stored in slices along axes ${cut.join(" and ")}; slices along one are read` };
  const ordered = [...slices].sort((a, b) => (a.extents[axis]?.start ?? 0) - (b.extents[axis]?.start ?? 0));
  let end = 0;
  for (const slice of ordered) {
    const { start = 0 } = slice.extents[axis] ?? {};
    if (start !== end || slice.extents.length !== shape.length)
      return { problem: `${named} is stored in slices that do not meet at ${end} of axis ${axis}` };
    end += lengths(slice)[axis] ?? 0;
  }
  return end === (shape[axis] ?? 1)
    ? { axis, slices: ordered }
    : { problem: `${named} is stored in slices that end at ${end} of axis ${axis}` };
}

export const lengthOf = (extent: Extent | undefined, size: number): number =>
  extent === undefined || extent.length < 0 ? size : extent.length;
