// What the tests of `deepmacc run` share: files of tensors, runs, and how far results are apart.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { tensorsIn } from "../../cli/run/files.ts";
import { npyHeader, writeNpz } from "../../runtime/index.ts";
import { deepmacc, root } from "../deepmacc.ts";

export const python = process.env["DEEPMACC_PYTHON"];

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array | BigInt64Array;
const dtypes = {
  Float32Array: "F32",
  Float64Array: "F64",
  Int32Array: "I32",
  Uint8Array: "BOOL",
  BigInt64Array: "I64",
};
const dtypeOf = (data: Numbers) => dtypes[data.constructor.name as keyof typeof dtypes] as "F32";
const contentOf = (data: Numbers) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

export function npy(path: string, dims: readonly number[], data: Numbers): void {
  writeFileSync(path, Buffer.concat([npyHeader({ dtype: dtypeOf(data), dims }), contentOf(data)]));
}
export function npz(
  path: string,
  arrays: Readonly<Record<string, readonly [dims: readonly number[], data: Numbers]>>,
): void {
  const file = writeNpz(
    Object.entries(arrays).map(([name, [dims, data]]) => ({
      name,
      dims,
      dtype: dtypeOf(data),
      content: contentOf(data),
    })),
  );
  if ("failure" in file) throw new Error(file.failure);
  writeFileSync(path, Buffer.concat([...file.chunks()]));
}

/** Waves that no layer finds easy. */
export const waves = (count: number, step = 0.37): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * step));

export interface Read {
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly data: readonly number[];
}
/** The results in a file, by name. */
export const resultsIn = (path: string): Readonly<Record<string, Read>> =>
  Object.fromEntries(
    tensorsIn(path).map(({ name = "", dtype, shape, numbers }) => [
      name,
      { dtype, dims: shape, data: Array.from(numbers()) },
    ]),
  );

/** The largest difference, relative to the largest value. */
export function off(given: Read | undefined, wanted: Read | undefined): number {
  if (!given || !wanted || given.data.length !== wanted.data.length) return Number.NaN;
  const scale = Math.max(...wanted.data.map(Math.abs));
  return Math.max(...given.data.map((value, i) => Math.abs(value - (wanted.data[i] ?? 0)))) / scale;
}

export function ran(args: readonly string[], cwd: string): string {
  const run = deepmacc(["run", ...args], { cwd });
  expect(run.exit, run.stderr).toBe(0);
  return run.stdout;
}

export const phased = join(root, "tests/language/phases.dm:Phased");
export const engines = ["onnx", "wasm", "tfjs", ...(python ? ["torch"] : [])];

/** A folder with what the cases below name. */
export function prepared(cwd: string): void {
  npy(join(cwd, "x.npy"), [2, 8, 8, 50], waves(6400));
  npy(
    join(cwd, "double.npy"),
    [1, 8, 8, 50],
    Float64Array.from({ length: 3200 }, (_, i) => Math.sin(i)),
  );
  npy(
    join(cwd, "large.npy"),
    [1, 8, 8, 50],
    Float64Array.from({ length: 3200 }, (_, i) => (i === 53 ? 1e300 : 0)),
  );
  npy(join(cwd, "odd.npy"), [2, 7, 7, 50], waves(4900));
  npy(join(cwd, "wide.npy"), [2, 8, 6, 50], waves(4800));
  npy(join(cwd, "flat.npy"), [2, 50], waves(100));
  npy(join(cwd, "int.npy"), [2, 8, 8, 50], new Int32Array(6400));
  npz(join(cwd, "two.npz"), { imag: [[1, 8, 8, 3], waves(192)], other: [[1], waves(1)] });
  npz(join(cwd, "both.npz"), { image: [[2, 8, 8, 3], waves(384)], target: [[2, 8, 8, 4], waves(512)] });
  writeFileSync(join(cwd, "torn.npy"), readFileSync(join(cwd, "x.npy")).subarray(0, 500));
  writeFileSync(join(cwd, "torn.npz"), readFileSync(join(cwd, "both.npz")).subarray(0, 500));
  writeFileSync(join(cwd, "torn.safetensors"), "no tensors at all, but some words");
  writeFileSync(join(cwd, "steps.dm"), "dm 1\nmodel Steps on n: i32[N, 2] = (n, n) -> concat\n");
  npy(join(cwd, "long.npy"), [1, 2], BigInt64Array.from([1n, 2n ** 31n]));
}
export const head = ["HG[10]", "--with", "nc=4"];
