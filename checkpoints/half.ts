// Numbers in half precision (IEEE binary16): 11 bits of fraction, up to 65,504.

export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** From here on a number rounds to infinity. */
const overflow = 65_520;

/** A weight that half precision has no number for. Thrown while a file is written; nothing of it is kept. */
export class TooLargeForHalf extends Error {
  override readonly name = "TooLargeForHalf";
  readonly tensor: string;
  readonly value: number;

  constructor(tensor: string, value: number) {
    super(`${tensor} holds ${value}, and half precision ends at 65504`);
    this.tensor = tensor;
    this.value = value;
  }
}

/**
 * The bytes of the nearest halves, little endian; a tie goes to the even one.
 * Throws `TooLargeForHalf` for a finite number that would become infinite.
 */
export function halfBytes(values: ArrayLike<number>, tensor: string): Uint8Array {
  const singles = values instanceof Float32Array ? values : Float32Array.from(values);
  const bits = new Uint32Array(singles.buffer, singles.byteOffset, singles.length);
  const halves = new Uint8Array(2 * singles.length);
  for (let i = 0; i < bits.length; i++) {
    const half = halfOf(bits[i] as number);
    if ((half & 0x7fff) === 0x7c00 && Math.abs(singles[i] as number) >= overflow && Number.isFinite(singles[i]))
      throw new TooLargeForHalf(tensor, singles[i] as number);
    halves[2 * i] = half & 0xff;
    halves[2 * i + 1] = half >> 8;
  }
  return halves;
}

/** The bits of a half for the bits of a single. */
function halfOf(single: number): number {
  const sign = (single >>> 16) & 0x8000;
  const size = single & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x47800000) return sign | 0x7c00;
  // 13 bits of fraction are dropped; what carries out of the fraction raises the exponent, as it should.
  if (size >= 0x38800000) return sign | ((size - 0x38000000 + 0xfff + ((size >> 13) & 1)) >> 13);
  return sign | subnormal(size);
}

/** Below 2^-14 halves are multiples of 2^-24. */
function subnormal(size: number): number {
  const shift = 126 - (size >> 23);
  if (shift > 24) return 0;
  const fraction = (size & 0x7fffff) | 0x800000;
  const floor = fraction >> shift;
  const rest = fraction & ((1 << shift) - 1);
  const tie = 1 << (shift - 1);
  return rest > tie || (rest === tie && floor % 2 === 1) ? floor + 1 : floor;
}
