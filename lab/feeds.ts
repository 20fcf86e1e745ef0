// What flows into a model that is timed, calibrated or compared: numbers drawn at random, or samples of the user
// in batches.
import { formatDim, type Graph, trialArray } from "../compiler/index.ts";
import type { Manifest, Numbers, Port, TensorData } from "../runtime/index.ts";
import type { Layout } from "./layout.ts";

export type Feeds = Readonly<Record<string, TensorData>>;
type Ports = Pick<Manifest, "inputs">;

/** Whole samples of one input: the first axis counts them. */
export interface Samples {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** An axis whose size nobody knows. */
export interface OpenAxis {
  readonly name: string;
  readonly axis: number;
  readonly size: string;
}

/** The first free axis that is not the batch: a model that has one cannot be fed. */
export function openAxis({ inputs }: Ports): OpenAxis | undefined {
  return inputs
    .flatMap(({ name, dims }) => dims.map((size, axis) => ({ name, axis, size })))
    .find((each): each is OpenAxis => each.axis > 0 && typeof each.size === "string");
}

/** The dims of an input with its free first axis filled. */
function dimsAt({ name, dims }: Port, batch: number): readonly number[] {
  return dims.map((size, axis) => {
    if (typeof size === "number") return size;
    if (axis > 0) throw new Error(`axis ${axis} of input ${name} is free: ${size}`);
    return batch;
  });
}

const countOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** The inputs of a file that was written with this layout, whether the file tells them or not. */
export function portsOf({ inputs }: Graph, layout: Layout): Ports {
  const ports = inputs.map(({ name, value: { type } }): Port => {
    const dims = type.dims.map((dim) => (typeof dim === "number" ? dim : formatDim(dim)));
    const isMoved = layout === "nchw" && dims.length >= 4;
    const ordered = isMoved ? [...dims.slice(0, -3), ...dims.slice(-1), ...dims.slice(-3, -1)] : dims;
    return { name, type: portTypes[type.dtype], dims: ordered };
  });
  return { inputs: ports };
}

const portTypes = { f32: "float32", i32: "int32", bool: "bool" } as const;
const dtypes = { float32: "f32", int32: "i32", bool: "bool" } as const;

/** Numbers in the type that an interface wants. */
export function numbersFor(type: Port["type"], data: Float32Array | Float64Array): Numbers {
  const from: Readonly<Record<Port["type"], (data: Float32Array | Float64Array) => Numbers>> = {
    float32: (numbers) => (numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)),
    int32: (numbers) => Int32Array.from(numbers),
    bool: (numbers) => Uint8Array.from(numbers, (number) => Number(number !== 0)),
  };
  return from[type](data);
}

/** One batch for every input: standard normal floats, whole numbers from 0 to 3, coin tosses. */
export function randomFeeds({ inputs }: Ports, batch: number, seed: number): Feeds {
  return Object.fromEntries(
    inputs.map((port) => {
      const { name, type } = port;
      const { dims, data } = trialArray(name, { dtype: dtypes[type], dims: dimsAt(port, batch) }, seed);
      return [name, { dims, data: numbersFor(type, data) }];
    }),
  );
}

/** So many samples in batches, each with a seed of its own from `seed` on. */
export function randomBatches(ports: Ports, count: number, batch: number, seed: number): readonly Feeds[] {
  const size = fixedBatch(ports) ?? batch;
  return Array.from({ length: Math.ceil(count / size) }, (_, i) =>
    randomFeeds(ports, Math.min(size, count - i * size), seed + i),
  );
}

const fixedBatch = ({ inputs }: Ports): number | undefined =>
  inputs.map(({ dims }) => dims[0]).find((size) => typeof size === "number");

/**
 * Every sample in batches; empty where a fixed batch is larger than all there is. The rest that fills no batch is a
 * smaller one of its own; where the batch is fixed, samples before it fill it up.
 */
export function batched(ports: Ports, samples: readonly Samples[], batch: number): readonly Feeds[] {
  const count = samples[0]?.dims[0] ?? 0;
  const size = fixedBatch(ports) ?? Math.min(batch, count);
  if (size === 0 || count < size) return [];
  const isFixed = fixedBatch(ports) !== undefined;
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => {
    const start = isFixed ? Math.min(i * size, count - size) : i * size;
    return cutOut(ports, samples, start, Math.min(start + size, count));
  });
}

function cutOut({ inputs }: Ports, samples: readonly Samples[], start: number, end: number): Feeds {
  return Object.fromEntries(
    samples.map(({ name, dims, data }) => {
      const each = countOf(dims.slice(1));
      const type = inputs.find((port) => port.name === name)?.type ?? "float32";
      const part = data.subarray(start * each, end * each);
      return [name, { dims: [end - start, ...dims.slice(1)], data: numbersFor(type, part) }];
    }),
  );
}
