// What a model answered, as files that other tools read.
import { existsSync, realpathSync } from "node:fs";
import { extname } from "node:path";
import { type DType, writeSafetensors } from "../../checkpoints/index.ts";
import type { NDArray, TensorType } from "../../compiler/index.ts";
import { listOf } from "../../report/index.ts";
import { npyHeader, writeNpz } from "../../runtime/index.ts";
import { exits, Failure } from "../exit.ts";
import { writeWhole } from "../output/index.ts";
import type { Assigned } from "./inputs.ts";

/** A result in the axes in which it is written. */
export interface Result {
  readonly name: string;
  readonly dtype: TensorType["dtype"];
  readonly isLoss: boolean;
  readonly array: NDArray;
}

interface Tensor {
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly content: Uint8Array;
}

interface ToWrite {
  readonly bytes: number;
  chunks(): Iterable<Uint8Array>;
}

const formats: Readonly<Record<string, (tensors: readonly Tensor[], path: string) => ToWrite>> = {
  ".safetensors": (tensors) =>
    writeSafetensors(tensors.map(({ dims, content, ...rest }) => ({ ...rest, shape: dims, content: () => [content] }))),
  ".npy": ([only]) => {
    if (!only) throw new Error("internal: there is no result to write");
    const header = npyHeader(only);
    return { bytes: header.length + only.content.length, chunks: () => [header, only.content] };
  },
  ".npz": (tensors, path) => {
    const file = writeNpz(tensors);
    if (!("failure" in file)) return file;
    throw new Failure(exits.limit, `cannot write ${path}: ${file.failure}`, ["a .safetensors file may have it"]);
  },
};

/** Before anything is computed: whether a file of this name can hold so many results. */
export function checkOutput(path: string | undefined, names: readonly string[], assigned: Assigned): string {
  if (path === undefined)
    throw new Failure(exits.usage, "there is no file for the results", ["name it: -o out.safetensors"]);
  const suffix = extname(path).toLowerCase();
  if (!Object.hasOwn(formats, suffix))
    throw new Failure(exits.usage, `cannot tell by its name how to write ${path || '""'}`, [
      `results are written to ${listOf(Object.keys(formats), "or")} files`,
    ]);
  if (suffix === ".npy" && names.length > 1)
    throw new Failure(exits.usage, `a .npy file holds one array, but the model answers ${listOf(names)}`, [
      "use a .npz or .safetensors file",
    ]);
  refuseOverwriting(path, assigned);
  return path;
}

/** Results never take the place of what they were made from. */
function refuseOverwriting(path: string, { tensors }: Assigned): void {
  if (!existsSync(path)) return;
  const place = realpathSync(path);
  if ([...tensors.values()].some((tensor) => realpathSync(tensor.path) === place))
    throw new Failure(exits.usage, `${path} is an input, and would be written over`, ["name another file with -o"]);
}

export const namesIn = (ports: readonly { readonly name: string }[]): readonly string[] =>
  ports.map(({ name }) => name);

/** Answers how many bytes there are. */
export async function writeResults(path: string, results: readonly Result[], isDouble: boolean): Promise<number> {
  const file = formats[extname(path).toLowerCase()]?.(
    results.map((result) => tensorOf(result, isDouble)),
    path,
  );
  if (!file) throw new Error(`internal: nothing writes ${path}`);
  await writeWhole(path, file.chunks());
  return file.bytes;
}

function tensorOf({ name, dtype, array: { dims, data } }: Result, isDouble: boolean): Tensor {
  const [type, numbers] = storedAs(dtype, data, isDouble);
  return { name, dtype: type, dims, content: new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength) };
}

function storedAs(
  dtype: Result["dtype"],
  data: NDArray["data"],
  isDouble: boolean,
): readonly [DType, Float64Array | Float32Array | Int32Array | Uint8Array] {
  switch (dtype) {
    case "f32":
      return isDouble ? ["F64", Float64Array.from(data)] : ["F32", Float32Array.from(data)];
    case "i32":
      return ["I32", Int32Array.from(data)];
    case "bool":
      return ["BOOL", Uint8Array.from(data, (value) => Number(value !== 0))];
  }
}
