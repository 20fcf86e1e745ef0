// Arrays as NumPy saves them (.npy, format versions 1 to 3). Whatever order bytes and axes have in a file, they are
// handed on little-endian and in C order.
import { type DType, dtypeSizes } from "../checkpoints/index.ts";

export interface NpyFailure {
  readonly failure: string;
}

/** What a file says before its elements. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly dims: readonly number[];
  /** Where the elements begin, in bytes. */
  readonly start: number;
  /** Of all elements. */
  readonly bytes: number;
  /** The first axis varies fastest: what `x.T` is saved as. */
  readonly isFortran: boolean;
  readonly isBigEndian: boolean;
}

/** An array of any type that NumPy and tensors share. */
export interface NpyTensor extends Pick<NpyHeader, "dtype" | "dims"> {
  /** The elements in order, little endian. */
  readonly content: Uint8Array;
}

const magic = "\u0093NUMPY";
/** A header of such an array has 128 bytes; this is the most that the first format version can say. */
const longestHeader = 12 + 65_536;

const types = new Map<string, DType>([
  ["<f8", "F64"],
  ["<f4", "F32"],
  ["<f2", "F16"],
  ["<i8", "I64"],
  ["<i4", "I32"],
  ["<i2", "I16"],
  ["|i1", "I8"],
  ["<u8", "U64"],
  ["<u4", "U32"],
  ["<u2", "U16"],
  ["|u1", "U8"],
  ["|b1", "BOOL"],
]);
const descriptions = new Map<DType, string>([...types].map(([description, dtype]) => [dtype, description]));

/** Reads the header from the first bytes of a file; says what is wrong where they are no such array. */
export function readNpyHeader(bytes: Uint8Array): NpyHeader | NpyFailure {
  if (bytes.length < 12 || text(bytes, 0, magic.length) !== magic) return { failure: "it is no .npy file" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWide = (bytes[6] ?? 1) > 1;
  const from = isWide ? 12 : 10;
  const start = from + (isWide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > bytes.length) return { failure: "it ends inside its header" };
  const header = text(bytes, from, start);
  const description = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (description === undefined || shape === undefined) return { failure: "its header names no type and shape" };
  const isBigEndian = description.startsWith(">");
  const dtype = types.get(description.replace(/^>/, "<"));
  if (dtype === undefined) return { failure: `it holds ${description}; save x.astype("float32")` };
  const dims = shape.split(",").flatMap((part) => (part.trim() === "" ? [] : [Number(part)]));
  if (!dims.every(Number.isSafeInteger)) return { failure: "its shape has a size past 2^53" };
  const isFortran = /'fortran_order':\s*True/.test(header);
  return { dtype, dims, start, bytes: dims.reduce((a, b) => a * b, dtypeSizes[dtype]), isFortran, isBigEndian };
}

/** The elements in C order, little endian. */
export function arranged({ dtype, dims, isFortran, isBigEndian }: NpyHeader, content: Uint8Array): Uint8Array {
  const width = dtypeSizes[dtype];
  if (!isBigEndian && (!isFortran || dims.length < 2)) return content;
  const strides = dims.map((_, axis) => (isFortran ? product(dims.slice(0, axis)) : product(dims.slice(axis + 1))));
  const made = new Uint8Array(content.length);
  const index = dims.map(() => 0);
  for (let to = 0; to < content.length; to += width) {
    const from = width * index.reduce((sum, at, axis) => sum + at * (strides[axis] ?? 0), 0);
    for (let i = 0; i < width; i++) made[to + i] = content[from + (isBigEndian ? width - 1 - i : i)] ?? 0;
    step(index, dims);
  }
  return made;
}

const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** To the next element in C order. */
function step(index: number[], dims: readonly number[]): void {
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const next = (index[axis] ?? 0) + 1;
    index[axis] = next === dims[axis] ? 0 : next;
    if (next !== dims[axis]) return;
  }
}

/** `longestHeader` keeps what a hostile header costs in bounds. */
const text = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, from + longestHeader)));

export function readNpyTensor(bytes: Uint8Array): NpyTensor | NpyFailure {
  const header = readNpyHeader(bytes);
  if ("failure" in header) return header;
  const { dtype, dims, start } = header;
  const held = bytes.length - start;
  if (held === header.bytes) return { dtype, dims, content: arranged(header, bytes.subarray(start)) };
  const width = dtypeSizes[dtype];
  return { failure: `its shape needs ${header.bytes / width} numbers, but it holds ${Math.floor(held / width)}` };
}

/** The bytes in front of the elements, as NumPy writes them: the elements begin at a multiple of 64. */
export function npyHeader({ dtype, dims }: Pick<NpyTensor, "dtype" | "dims">): Uint8Array {
  const shape = dims.length === 1 ? `${dims[0]},` : dims.join(", ");
  const said = `{'descr': '${descriptions.get(dtype)}', 'fortran_order': False, 'shape': (${shape}), }`;
  const length = Math.ceil((10 + said.length + 1) / 64) * 64 - 10;
  const bytes = Uint8Array.from(`${magic}\u0001\0\0\0${said.padEnd(length - 1)}\n`, (each) => each.charCodeAt(0));
  new DataView(bytes.buffer).setUint16(8, length, true);
  return bytes;
}
