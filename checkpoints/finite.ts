// Numbers that are none: NaN and infinities, counted in the bytes of a tensor without turning them into numbers.
import type { TensorEntry } from "./checkpoint.ts";
import { aligned, type DType, dtypeSizes } from "./dtype.ts";
import { printable } from "./printable.ts";

/** What was found so far, over the pieces of one tensor. */
export interface NonFinite {
  readonly nans: number;
  /** Infinities, and what float32 cannot hold. */
  readonly infinities: number;
  /** Place of the first one among all elements, in the order of the file. */
  readonly first: number;
}

/** A look at one piece after the other: answers what was found up to there; undefined where all is well. */
export function watchFinite(dtype: DType): (bytes: Uint8Array) => NonFinite | undefined {
  const bits = floatBits[dtype];
  if (!bits) return () => undefined;
  let [nans, infinities, first, done] = [0, 0, -1, 0];
  return (bytes) => {
    for (const { place, isNan } of suspects(bits, bytes)) {
      if (first < 0) first = done + place;
      if (isNan) nans++;
      else infinities++;
    }
    done += bytes.length / dtypeSizes[dtype];
    return first < 0 ? undefined : { nans, infinities, first };
  };
}

/** `conv/kernel holds 3 NaN and 1 infinity, the first at [0, 2]`. */
export function nonFiniteText({ name, shape, dtype }: TensorEntry, { nans, infinities, first }: NonFinite): string {
  const large = dtype === "F64" ? "beyond float32" : infinities === 1 ? "infinity" : "infinities";
  const found = [...(nans > 0 ? [`${nans} NaN`] : []), ...(infinities > 0 ? [`${infinities} ${large}`] : [])];
  return `${printable(name)} holds ${found.join(" and ")}, the first at [${indexOf(first, shape).join(", ")}]`;
}

function indexOf(place: number, shape: readonly number[]): readonly number[] {
  const index: number[] = [];
  let rest = place;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

/** The upper part of a float: from `limit` on, its exponent means NaN, infinity, or more than float32 holds. */
interface FloatBits {
  readonly bytes: 2 | 4;
  /** Such parts in an element; the last one is the upper. */
  readonly each: 1 | 2;
  readonly limit: number;
  /** What the part is above where the number is NaN and no infinity; the lower part may say it too. */
  readonly infinity: number;
}

const floatBits: Readonly<Partial<Record<DType, FloatBits>>> = {
  F16: { bytes: 2, each: 1, limit: 0x7c00, infinity: 0x7c00 },
  BF16: { bytes: 2, each: 1, limit: 0x7f80, infinity: 0x7f80 },
  F32: { bytes: 4, each: 1, limit: 0x7f800000, infinity: 0x7f800000 },
  F64: { bytes: 4, each: 2, limit: 0x47f00000, infinity: 0x7ff00000 },
};

interface Suspect {
  readonly place: number;
  readonly isNan: boolean;
}

function suspects({ bytes: size, each, limit, infinity }: FloatBits, bytes: Uint8Array): readonly Suspect[] {
  const { buffer, byteOffset, length } = aligned(bytes, size);
  const parts =
    size === 2 ? new Int16Array(buffer, byteOffset, length / 2) : new Int32Array(buffer, byteOffset, length / 4);
  const sign = size === 2 ? 0x7fff : 0x7fffffff;
  if (largest(parts, each, sign) < limit) return [];
  const found: Suspect[] = [];
  for (let i = each - 1; i < parts.length; i += each) {
    const upper = (parts[i] as number) & sign;
    if (upper < limit) continue;
    const isNan = upper > infinity || (each === 2 && upper === infinity && parts[i - 1] !== 0);
    found.push({ place: (i + 1) / each - 1, isNan });
  }
  return found;
}

/** Everything that is read passes through this loop. */
function largest(parts: Int16Array | Int32Array, each: number, sign: number): number {
  let most = 0;
  for (let i = each - 1; i < parts.length; i += each) {
    const upper = (parts[i] as number) & sign;
    if (upper > most) most = upper;
  }
  return most;
}
