// Arrays as NumPy saves them (.npy, format versions 1 to 3): little-endian, in C order.
import { type DType, dtypeSizes, numbersOf } from "../checkpoints/index.ts";

export interface NpyArray {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

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
  if (/'fortran_order':\s*True/.test(header))
    return { failure: "it is in Fortran order; save numpy.ascontiguousarray(x)" };
  const dtype = types.get(description);
  if (dtype === undefined) return { failure: `it holds ${description}; save x.astype("float32")` };
  const dims = shape.split(",").flatMap((part) => (part.trim() === "" ? [] : [Number(part)]));
  if (!dims.every(Number.isSafeInteger)) return { failure: "its shape has a size past 2^53" };
  return { dtype, dims, start, bytes: dims.reduce((a, b) => a * b, dtypeSizes[dtype]) };
}

/** `longestHeader` keeps what a hostile header costs in bounds. */
const text = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, from + longestHeader)));

export function readNpyTensor(bytes: Uint8Array): NpyTensor | NpyFailure {
  const header = readNpyHeader(bytes);
  if ("failure" in header) return header;
  const { dtype, dims, start } = header;
  const held = bytes.length - start;
  if (held === header.bytes) return { dtype, dims, content: bytes.subarray(start) };
  const width = dtypeSizes[dtype];
  return { failure: `its shape needs ${header.bytes / width} numbers, but it holds ${Math.floor(held / width)}` };
}

/** Floats, as float32. Says what is wrong with the bytes where they are no such array. */
export function readNpy(bytes: Uint8Array): NpyArray | NpyFailure {
  const array = readNpyTensor(bytes);
  if ("failure" in array) return array;
  const { dtype, dims, content } = array;
  if (dtype !== "F32" && dtype !== "F64")
    return { failure: `it holds ${descriptions.get(dtype)}; save x.astype("float32")` };
  return { dims, data: Float32Array.from(numbersOf(dtype, content)) };
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
