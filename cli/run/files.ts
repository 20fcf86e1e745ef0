// Tensors in files of the user: .npy, .npz and .safetensors. Shapes are known at once, numbers are read when they are
// wanted, so that what does not fit is refused before it is unpacked.
import { extname } from "node:path";
import { type DType, isProblem, numbersOf, openSafetensors, printable } from "../../checkpoints/index.ts";
import { listOf } from "../../report/index.ts";
import { readNpyTensor, readNpz } from "../../runtime/index.ts";
import { exits, Failure } from "../exit.ts";
import { readBytes } from "../files.ts";
import { fileSource } from "../weights/source.ts";

export interface StoredTensor {
  /** Undefined in a file that holds one array without a name. */
  readonly name?: string;
  readonly path: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** All elements in order; a failure that names the file where they are damaged. */
  numbers(): ArrayLike<number>;
}

/** What Node reads at once. */
const largestFile = 2 ** 31 - 1;

/** One reader per kind of file. */
const readers: Readonly<Record<string, (path: string) => readonly StoredTensor[]>> = {
  ".npy": openNpy,
  ".npz": openNpz,
  ".safetensors": openTensors,
};

export function tensorsIn(path: string): readonly StoredTensor[] {
  const suffix = extname(path).toLowerCase();
  if (Object.hasOwn(readers, suffix)) return readers[suffix]?.(path) ?? [];
  throw new Failure(exits.usage, `cannot tell what ${path || '""'} holds by its name`, [
    `tensors are read from ${listOf(Object.keys(readers))} files`,
  ]);
}

const damaged = (path: string, reason: string): Failure =>
  new Failure(exits.diagnostics, `cannot use ${path}: ${reason}`);

const readWhole = (path: string): Buffer =>
  readBytes(path, largestFile, "larger tensors are read from .safetensors files");

function openNpy(path: string): readonly StoredTensor[] {
  const array = readNpyTensor(readWhole(path));
  if ("failure" in array) throw damaged(path, array.failure);
  const { dtype, dims, content } = array;
  return [{ path, dtype, shape: dims, numbers: () => numbersOf(dtype, content) }];
}

function openNpz(path: string): readonly StoredTensor[] {
  const npz = readNpz(readWhole(path));
  if ("failure" in npz) throw damaged(path, npz.failure);
  const [[name, reason] = []] = npz.others;
  if (name !== undefined) throw damaged(path, `${name}: ${reason}`);
  return npz.arrays.map(({ name, dtype, dims, content }) => ({
    name,
    path,
    dtype,
    shape: dims,
    numbers: () => {
      const bytes = content();
      if ("failure" in bytes) throw damaged(path, bytes.failure);
      return numbersOf(dtype, bytes);
    },
  }));
}

function openTensors(path: string): readonly StoredTensor[] {
  const file = openSafetensors(fileSource(path));
  if (isProblem(file)) throw damaged(path, file.problem);
  return [...file.tensors.values()].map(({ name, dtype, shape }) => ({
    name,
    path,
    dtype,
    shape,
    numbers: () => {
      const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
      let at = 0;
      for (const piece of file.pieces(name)) {
        if (isProblem(piece)) throw damaged(path, piece.problem);
        const numbers = numbersOf(dtype, piece);
        data.set(numbers, at);
        at += numbers.length;
      }
      return data;
    },
  }));
}

/** "a, b and 3 more" */
export function namesOf(tensors: readonly StoredTensor[]): string {
  const names = tensors.map(({ name = "one array without a name" }) => printable(name));
  const more = names.length - 6;
  return names.length === 0 ? "nothing" : [...names.slice(0, 6), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
