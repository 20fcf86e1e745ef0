// The metadata of an ONNX file, which engines do not show: `metadata_props` of its ModelProto, without looking at the rest.
import type { ByteSource } from "../../checkpoints/index.ts";

/** Of `StringStringEntryProto metadata_props`, in onnx.proto. */
const metadataField = 14;
/** What is longer is no metadata of ours. */
const longest = 2 ** 20;

/** By key; empty where the bytes are no model, which whoever opens it will say. */
export function onnxMetadata(source: ByteSource): Readonly<Record<string, string>> {
  const entries = new Map<string, string>();
  for (const { field, start, length } of fieldsOf(source)) {
    if (field !== metadataField || length > longest) continue;
    const bytes = source.read(start, length);
    const [key, value] = [1, 2].map((wanted) => textOf(bytes, wanted));
    if (key !== undefined) entries.set(key, value ?? "");
  }
  return Object.fromEntries(entries);
}

interface Field {
  readonly field: number;
  /** Of what it holds, where that has a length. */
  readonly start: number;
  readonly length: number;
}

/** The fields of a message that have a length; ends where the bytes make no sense. */
function* fieldsOf(source: ByteSource): Generator<Field> {
  let next: number | undefined;
  for (let at = 0; at < source.size; at = next) {
    const head = source.read(at, Math.min(20, source.size - at));
    const tag = varint(head, 0);
    const found = tag && extent(tag.value % 8, head, tag.bytes);
    if (!tag || !found) return;
    next = at + found.start + found.length;
    if (next > source.size) return;
    if (found.hasLength) yield { field: Math.floor(tag.value / 8), start: at + found.start, length: found.length };
  }
}

interface Extent {
  /** From the start of the field. */
  readonly start: number;
  readonly length: number;
  readonly hasLength?: true;
}

/** What a field of a wire type takes, whose tag ends at `start`. */
function extent(wire: number, head: Uint8Array, start: number): Extent | undefined {
  if (wire === 1) return { start, length: 8 };
  if (wire === 5) return { start, length: 4 };
  const number = wire === 0 || wire === 2 ? varint(head, start) : undefined;
  if (!number) return undefined;
  const end = start + number.bytes;
  return wire === 0 ? { start: end, length: 0 } : { start: end, length: number.value, hasLength: true };
}

/** Seven bits a byte, the lowest first; beyond 2^53 nothing here is right. */
function varint(bytes: Uint8Array, start: number): { readonly value: number; readonly bytes: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) return undefined;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return Number.isSafeInteger(value) ? { value, bytes: i + 1 } : undefined;
  }
  return undefined;
}

function textOf(bytes: Uint8Array, wanted: number): string | undefined {
  const source = { size: bytes.length, read: (at: number, length: number) => bytes.subarray(at, at + length) };
  for (const { field, start, length } of fieldsOf(source))
    if (field === wanted) return new TextDecoder().decode(bytes.subarray(start, start + length));
  return undefined;
}
