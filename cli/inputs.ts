// Samples of the user, read from files.
import { batched, type Feeds, type Samples } from "../lab/index.ts";
import type { Manifest, Port } from "../runtime/index.ts";
import { exits, Failure } from "./exit.ts";
import { namesOf, type StoredTensor, tensorsIn } from "./run/files.ts";
import { checkType } from "./run/numbers.ts";

export interface Given {
  readonly feeds: readonly Feeds[];
  /** What a person should know: tensors that no input takes. */
  readonly notes: readonly string[];
}

/** Everything that the files hold, cut into batches. */
export function feedsFrom(files: readonly string[], manifest: Manifest, batch: number): Given {
  const notes: string[] = [];
  const all = files.flatMap((file) => {
    const { samples: arrays, ignored } = readSamples(file, manifest);
    if (ignored.length > 0) notes.push(`no input takes ${namesOf(ignored)} of ${file}`);
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
  return { feeds: all, notes };
}

/** One array belongs to the only input; several to inputs by their names. */
function readSamples(path: string, { inputs }: Manifest): Read {
  const tensors = tensorsIn(path);
  const [only] = tensors;
  const [first] = inputs;
  const alone = tensors.length === 1 && inputs.length === 1 ? only : undefined;
  const wanted = alone ? [alone] : tensors.filter(({ name }) => inputs.some((port) => port.name === name));
  const missing = inputs.find(({ name }) => !alone && !wanted.some((tensor) => tensor.name === name));
  if (missing)
    throw new Failure(exits.usage, `${path} has no input ${missing.name}`, [
      `it holds ${namesOf(tensors)}; the inputs of the model are ${inputs.map(({ name }) => name).join(", ")}`,
    ]);
  const samples = wanted.map((tensor) => sampleOf(tensor, alone ? (first?.name ?? "") : (tensor.name ?? "")));
  return { samples, ignored: tensors.filter((tensor) => !wanted.includes(tensor)) };
}

interface Read {
  readonly samples: readonly Samples[];
  readonly ignored: readonly StoredTensor[];
}

function sampleOf(tensor: StoredTensor, name: string): Samples {
  checkType(name, "f32", tensor);
  return { name, dims: tensor.shape, data: Float32Array.from(tensor.numbers()) };
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
