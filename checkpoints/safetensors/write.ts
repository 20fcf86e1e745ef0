// Writes safetensors: the same tensors give the same bytes. Tensors are asked for their numbers one at a
// time, so a file of any size takes the memory of one tensor.
import { type DType, dtypeSizes } from "../dtype.ts";

export interface TensorToWrite {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The elements in order, little endian, in pieces of any size. Called once per `chunks()`. */
  content(): Iterable<Uint8Array>;
}

export interface SafetensorsFile {
  /** Of the whole file, known before anything is produced. */
  readonly bytes: number;
  chunks(): Iterable<Uint8Array>;
}

/** `content` of numbers that are at hand. */
export const bytesOf = (numbers: Float32Array): Iterable<Uint8Array> => [
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength),
];

/**
 * Larger elements first, then by name: every tensor lies at a multiple of its element size. `metadata` holds
 * text only; readers of PyTorch look for `format`. Names must differ.
 */
export function writeSafetensors(
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): SafetensorsFile {
  const ordered = [...tensors].sort(
    (a, b) => dtypeSizes[b.dtype] - dtypeSizes[a.dtype] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  const header = headerOf(ordered, metadata);
  const data = ordered.reduce((total, tensor) => total + lengthOf(tensor), 0);
  return {
    bytes: header.length + data,
    *chunks() {
      yield header;
      for (const tensor of ordered) yield* checked(tensor);
    },
  };
}

const lengthOf = ({ dtype, shape }: TensorToWrite): number =>
  shape.reduce((size, dim) => size * dim, dtypeSizes[dtype]);

function headerOf(tensors: readonly TensorToWrite[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const parts: string[] = [];
  const notes = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (notes.length > 0)
    parts.push(`"__metadata__":{${notes.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(",")}}`);
  let at = 0;
  for (const tensor of tensors) {
    const end = at + lengthOf(tensor);
    const { name, dtype, shape } = tensor;
    parts.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [at, end] })}`);
    at = end;
  }
  const text = new TextEncoder().encode(`{${parts.join(",")}}`);
  // Spaces behind the header put the first tensor at a multiple of eight.
  const length = Math.ceil(text.length / 8) * 8;
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, 8);
  return header;
}

function* checked(tensor: TensorToWrite): Generator<Uint8Array> {
  let done = 0;
  for (const piece of tensor.content()) {
    done += piece.length;
    yield piece;
  }
  const wanted = lengthOf(tensor);
  if (done !== wanted) throw new Error(`internal: ${tensor.name} needs ${wanted} bytes, but got ${done}`);
}
