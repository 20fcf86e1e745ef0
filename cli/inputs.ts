// The inputs that a model is run on to be timed, calibrated or compared: drawn at random, or from files.
import { extname } from "node:path";
import {
  type Checkpoint,
  isProblem,
  memorySource,
  numbersOf,
  openSafetensors,
  type TensorEntry,
} from "../checkpoints/index.ts";
import { formatDim, type Graph, trialArray } from "../compiler/index.ts";
import { type Manifest, type Port, readNpy, type TensorData } from "../runtime/index.ts";
import { exits, Failure } from "./exit.ts";
import { readBytes } from "./files.ts";
import type { Layout } from "./targets/index.ts";

export type Feeds = Readonly<Record<string, TensorData>>;

/** Whole samples of one input: the first axis counts them. */
interface Samples {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** The dims of an input with its free first axis filled; every other size must be known. */
export function dimsOf({ name, dims }: Port, batch: number): readonly number[] {
  return dims.map((size, axis) => {
    if (typeof size === "number") return size;
    if (axis === 0) return batch;
    throw new Failure(exits.usage, `axis ${axis} of input ${name} is free: ${size}`, [
      `fix what it depends on: --at ${/[A-Z]\w*/.exec(size)?.[0] ?? size}=…`,
    ]);
  });
}

/** What Node reads at once. */
const largestFile = 2 ** 31 - 1;

const countOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** The inputs of a file that was written with this layout, whether the file tells them or not. */
export function portsOf({ inputs }: Graph, layout: Layout): Pick<Manifest, "inputs"> {
  const ports = inputs.map(({ name, value: { type } }): Port => {
    const dims = type.dims.map((dim) => (typeof dim === "number" ? dim : formatDim(dim)));
    const isMoved = layout === "nchw" && dims.length >= 4;
    const ordered = isMoved ? [...dims.slice(0, -3), ...dims.slice(-1), ...dims.slice(-3, -1)] : dims;
    return { name, type: portTypes[type.dtype], dims: ordered };
  });
  return { inputs: ports };
}

const portTypes = { f32: "float32", i32: "int32", bool: "bool" } as const;

/** One batch for every input: standard normal floats, whole numbers from 0 to 3, coin tosses. */
export function randomFeeds({ inputs }: Pick<Manifest, "inputs">, batch: number, seed: number): Feeds {
  return Object.fromEntries(inputs.map((port) => [port.name, randomTensor(port, dimsOf(port, batch), seed)]));
}

function randomTensor({ name, type }: Port, dims: readonly number[], seed: number): TensorData {
  const { data } = trialArray(name, { dtype: dtypes[type], dims }, seed);
  return {
    dims,
    data:
      type === "float32" ? Float32Array.from(data) : type === "int32" ? Int32Array.from(data) : Uint8Array.from(data),
  };
}

const dtypes = { float32: "f32", int32: "i32", bool: "bool" } as const;

/** What the files hold, cut into batches. A rest that fills no fixed batch is left out. */
export function feedsFrom(files: readonly string[], manifest: Manifest, batch: number): readonly Feeds[] {
  return files.flatMap((file) => {
    const arrays = readSamples(file, manifest);
    const whole = manifest.inputs.map((port) => ({ port, samples: samplesOf(port, arrays, file) }));
    const counts = new Set(whole.map(({ samples }) => samples.dims[0] ?? 0));
    const [count = 0] = counts;
    if (counts.size > 1)
      throw new Failure(
        exits.usage,
        `the inputs in ${file} have different numbers of samples: ${[...counts].join(", ")}`,
      );
    return batchesOf(whole, count, batch, file);
  });
}

/** One reader per kind of file. */
const readers: Readonly<Record<string, (path: string, manifest: Manifest) => readonly Samples[]>> = {
  ".npy": readNpySamples,
  ".safetensors": readSafetensorsSamples,
};

function readSamples(path: string, manifest: Manifest): readonly Samples[] {
  const reader = readers[extname(path).toLowerCase()];
  if (reader) return reader(path, manifest);
  const known = Object.keys(readers).join(" and ");
  throw new Failure(exits.usage, `cannot tell what ${path} holds by its name`, [`inputs are read from ${known} files`]);
}

/** NumPy's way to keep one array: it belongs to the only input. */
function readNpySamples(path: string, { inputs }: Manifest): readonly Samples[] {
  const [only, second] = inputs;
  if (!only || second)
    throw new Failure(exits.usage, `${path} holds one array, but the model has ${inputs.length} inputs`, [
      `its inputs are ${inputs.map(({ name }) => name).join(", ")}`,
    ]);
  const array = readNpy(readBytes(path, largestFile));
  if ("failure" in array) throw new Failure(exits.diagnostics, `cannot use ${path}: ${array.failure}`);
  return [{ name: only.name, ...array }];
}

/** One tensor per input, under the input's name. */
function readSafetensorsSamples(path: string, { inputs }: Manifest): readonly Samples[] {
  const file = openSafetensors(memorySource(readBytes(path, largestFile)));
  if (isProblem(file)) throw new Failure(exits.diagnostics, `cannot use ${path}: ${file.problem}`);
  const entries = [...file.tensors.values()];
  const wanted = entries.filter(({ name }) => inputs.some((port) => port.name === name));
  const missing = inputs.find((port) => entries.length !== 1 && !wanted.some(({ name }) => name === port.name));
  if (missing) {
    const names = entries.map(({ name }) => name);
    const more = names.length > 4 ? ` and ${names.length - 4} more` : "";
    throw new Failure(exits.usage, `${path} has no input ${missing.name}`, [
      `it holds ${names.slice(0, 4).join(", ") || "nothing"}${more}`,
    ]);
  }
  return (entries.length === 1 ? entries : wanted).map((entry) => ({
    name: entries.length === 1 && inputs.length === 1 ? (inputs[0]?.name ?? entry.name) : entry.name,
    dims: entry.shape,
    data: numbersIn(file, entry, path),
  }));
}

function numbersIn(file: Checkpoint, { name, dtype, shape }: TensorEntry, path: string): Float32Array {
  const data = new Float32Array(countOf(shape));
  let at = 0;
  for (const piece of file.pieces(name)) {
    if (isProblem(piece)) throw new Failure(exits.diagnostics, `cannot use ${path}: ${piece.problem}`);
    const numbers = numbersOf(dtype, piece);
    data.set(numbers, at);
    at += numbers.length;
  }
  return data;
}

function samplesOf(port: Port, arrays: readonly Samples[], file: string): Samples {
  const found = arrays.find(({ name }) => name === port.name);
  if (!found)
    throw new Failure(exits.usage, `${file} has no input ${port.name}`, [
      `it holds ${arrays.map(({ name }) => name).join(", ")}`,
    ]);
  const wanted = dimsOf(port, found.dims[0] ?? 0);
  const fits =
    wanted.length === found.dims.length && wanted.every((size, axis) => axis === 0 || size === found.dims[axis]);
  if (!fits)
    throw new Failure(
      exits.usage,
      `input ${port.name} is [${["N", ...wanted.slice(1)].join(", ")}], but ${file} holds [${found.dims.join(", ")}]`,
      ["the axes are those of the model's interface; see --layout"],
    );
  const bad = found.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new Failure(exits.diagnostics, `element ${bad} of ${port.name} in ${file} is ${found.data[bad]}`);
  return found;
}

function batchesOf(
  whole: readonly { readonly port: Port; readonly samples: Samples }[],
  count: number,
  batch: number,
  file: string,
): readonly Feeds[] {
  const fixed = whole.map(({ port }) => port.dims[0]).find((size) => typeof size === "number");
  const size = fixed ?? Math.min(batch, count);
  const starts = Array.from({ length: size > 0 ? Math.floor(count / size) : 0 }, (_, i) => i * size);
  if (starts.length === 0)
    throw new Failure(exits.usage, `${file} holds ${count} samples, fewer than the batch of ${size}`);
  return starts.map((start) =>
    Object.fromEntries(
      whole.map(({ samples: { name, dims, data } }) => {
        const each = countOf(dims.slice(1));
        return [name, { dims: [size, ...dims.slice(1)], data: data.subarray(start * each, (start + size) * each) }];
      }),
    ),
  );
}
