// Archives of arrays as numpy.savez and numpy.savez_compressed write them (.npz).
import { arranged, type NpyFailure, type NpyHeader, type NpyTensor, npyHeader, readNpyHeader } from "./npy.ts";
import { readZip, type ZipEntry } from "./zip/read.ts";
import { writeZip, type ZipFile } from "./zip/write.ts";

/** An array whose elements are unpacked when somebody wants them. */
export interface NpzArray extends Pick<NpyHeader, "dtype" | "dims"> {
  /** As NumPy calls it: without the suffix of the entry. */
  readonly name: string;
  /** The elements in order, little endian. */
  content(): Uint8Array | NpyFailure;
}

/** What an archive holds; one array that cannot be read is told when it is wanted. */
export interface Npz {
  readonly arrays: readonly NpzArray[];
  /** Why an entry is no array that can be read, by its name. */
  readonly others: ReadonlyMap<string, string>;
}

export function readNpz(bytes: Uint8Array): Npz | NpyFailure {
  const entries = readZip(bytes);
  if ("failure" in entries) return entries;
  const arrays: NpzArray[] = [];
  const others = new Map<string, string>();
  for (const entry of entries) {
    const name = entry.name.replace(/\.npy$/, "");
    const header = headerOf(entry);
    if ("failure" in header) others.set(name, header.failure);
    else arrays.push({ name, dtype: header.dtype, dims: header.dims, content: () => contentOf(entry, header) });
  }
  return { arrays, others };
}

function headerOf(entry: ZipEntry): NpyHeader | NpyFailure {
  const start = entry.peek();
  if ("failure" in start) return start;
  const header = readNpyHeader(start);
  if ("failure" in header || header.start + header.bytes === entry.size) return header;
  return { failure: `its shape needs ${header.bytes} bytes, but it holds ${entry.size - header.start}` };
}

function contentOf(entry: ZipEntry, header: NpyHeader): Uint8Array | NpyFailure {
  const all = entry.read();
  return "failure" in all ? all : arranged(header, all.subarray(header.start));
}

export const writeNpz = (arrays: readonly (NpyTensor & { readonly name: string })[]): ZipFile | NpyFailure =>
  writeZip(arrays.map((array) => ({ name: `${array.name}.npy`, pieces: [npyHeader(array), array.content] })));
