// Element types, by their safetensors names, and how their bytes become numbers.
import { halfToNumber } from "./half.ts";
import { printable, shapeText } from "./printable.ts";

/** Bytes of one element. */
export const dtypeSizes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;
export type DType = keyof typeof dtypeSizes;

export const isDType = (name: string): name is DType => Object.hasOwn(dtypeSizes, name);

/** The bytes of a tensor; undefined where JavaScript cannot count them. Stops early: a shape may have any length. */
export function byteLength(dtype: DType, shape: readonly number[]): number | undefined {
  let size: number = dtypeSizes[dtype];
  for (const dim of shape) {
    size *= dim;
    if (!Number.isSafeInteger(size)) return undefined;
  }
  return size;
}

/** Where the data is not as long as type and shape say. */
export function wrongSize(
  { name, dtype, shape }: { readonly name: string; readonly dtype: DType; readonly shape: readonly number[] },
  found: number,
): string {
  const wanted = byteLength(dtype, shape) ?? "more than 2^53";
  return `${printable(name)} is ${dtype} ${shapeText(shape)} of ${wanted} bytes, but its data has ${found}`;
}

/** The numbers of whole elements, little endian. Whole numbers beyond 2^53 are rounded. */
export function numbersOf(dtype: DType, bytes: Uint8Array): ArrayLike<number> {
  const { buffer, byteOffset, length } = aligned(bytes, dtypeSizes[dtype]);
  const count = length / dtypeSizes[dtype];
  switch (dtype) {
    case "F64":
      return new Float64Array(buffer, byteOffset, count);
    case "F32":
      return new Float32Array(buffer, byteOffset, count);
    case "F16":
      return Float32Array.from(new Uint16Array(buffer, byteOffset, count), halfToNumber);
    case "BF16":
      return brainToNumbers(new Uint16Array(buffer, byteOffset, count));
    case "I64":
      return Float64Array.from({ length: count }, bigAt(new BigInt64Array(buffer, byteOffset, count)));
    case "U64":
      return Float64Array.from({ length: count }, bigAt(new BigUint64Array(buffer, byteOffset, count)));
    case "I32":
      return new Int32Array(buffer, byteOffset, count);
    case "U32":
      return new Uint32Array(buffer, byteOffset, count);
    case "I16":
      return new Int16Array(buffer, byteOffset, count);
    case "U16":
      return new Uint16Array(buffer, byteOffset, count);
    case "I8":
      return new Int8Array(buffer, byteOffset, count);
    case "U8":
    case "BOOL":
      return new Uint8Array(buffer, byteOffset, count);
  }
}

/** Typed arrays want their elements at multiples of their size. Not `slice`: that of a Buffer copies nothing. */
export function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
}

const bigAt =
  (values: BigInt64Array | BigUint64Array) =>
  (_: unknown, index: number): number =>
    Number(values[index] ?? 0n);

/** bfloat16 is the upper half of a float32. */
function brainToNumbers(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}
