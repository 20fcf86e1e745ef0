// Samples of the user, read from files.
import { extname } from "node:path";
import {
  type Checkpoint,
  isProblem,
  memorySource,
  numbersOf,
  openSafetensors,
  type TensorEntry,
} from "../checkpoints/index.ts";
import { batched, type Feeds, type Samples } from "../lab/index.ts";
import { type Manifest, type Port, readNpy } from "../runtime/index.ts";
import { exits, Failure } from "./exit.ts";
import { readBytes } from "./files.ts";

/** What Node reads at once. */
const largestFile = 2 ** 31 - 1;

const countOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** Everything that the files hold, cut into batches. */
export function feedsFrom(files: readonly string[], manifest: Manifest, batch: number): readonly Feeds[] {
  return files.flatMap((file) => {
    const arrays = readSamples(file, manifest);
    const samples = manifest.inputs.map((port) => samplesOf(port, arrays, file));
    const counts = [...new Set(samples.map(({ dims }) => dims[0] ?? 0))];
    if (counts.length > 1)
      throw new Failure(exits.usage, `the inputs in ${file} have different numbers of samples: ${counts.join(", ")}`);
    const feeds = batched(manifest, samples, batch);
    if (feeds.length > 0) return feeds;
    const fixed = manifest.inputs.map(({ dims }) => dims[0]).find((size) => typeof size === "number");
    throw new Failure(
      exits.usage,
      `${file} holds ${counts[0] ?? 0} samples, fewer than the batch of ${fixed ?? batch}`,
    );
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
  const wanted = port.dims;
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
