// Runs tfjs LayersModels: with TensorFlow's library where the user has installed it, otherwise on
// WebAssembly or in plain JavaScript.
import { createRequire } from "node:module";
import type * as tfjs from "@tensorflow/tfjs";
import { register } from "../../tfjs/index.ts";
import type { Manifest, Port } from "../manifest.ts";
import {
  type EngineFailure,
  invalidModel,
  isEngineFailure,
  missingEngine,
  type Numbers,
  runFailed,
  type Session,
  type TensorData,
  type Tensors,
  type TfjsBackend,
  timeOf,
} from "../session.ts";
import { mendEmpty } from "./tfjs-empty.ts";
import { readModel } from "./tfjs-files.ts";

type Tf = typeof tfjs;

interface Source {
  /** What the user installs. */
  readonly packages: string;
  /** The name of the backend inside tfjs. */
  readonly inside: string;
  load(): Promise<unknown>;
}

/** Named by variables, so that neither compilers nor bundlers ask for what nobody has installed. */
const [nodeGpu, node] = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

const sources: Readonly<Record<TfjsBackend, Source>> = {
  "tfjs-node-gpu": { packages: nodeGpu, inside: "tensorflow", load: () => loadNative(nodeGpu) },
  "tfjs-node": { packages: node, inside: "tensorflow", load: () => loadNative(node) },
  "tfjs-wasm": {
    packages: "@tensorflow/tfjs @tensorflow/tfjs-backend-wasm",
    inside: "wasm",
    load: async () => {
      const tf = await import("@tensorflow/tfjs");
      await import("@tensorflow/tfjs-backend-wasm");
      mendEmpty(tf);
      return tf;
    },
  },
  "tfjs-cpu": { packages: "@tensorflow/tfjs", inside: "cpu", load: () => import("@tensorflow/tfjs") },
};

/** Node 23 dropped a function that the last release of tfjs-node calls. */
async function loadNative(name: string): Promise<unknown> {
  const util = createRequire(import.meta.url)("node:util") as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  return import(name);
}

async function loadTf(backend: TfjsBackend): Promise<Tf | EngineFailure> {
  const { packages, inside, load } = sources[backend];
  try {
    const loaded = (await load()) as Tf & { readonly default?: Tf };
    const tf = loaded.default ?? loaded;
    // Without it, tfjs advertises its native build on stderr.
    tf.env().set("PROD", true);
    if (!(await tf.setBackend(inside))) throw new Error(`tfjs has no backend ${inside}`);
    register(tf);
    return tf;
  } catch (problem) {
    return missingEngine(packages, problem);
  }
}

/** `path`: the directory of a model, or its model.json. */
export async function openTfjs(path: string, backend: TfjsBackend): Promise<Session | EngineFailure> {
  const tf = await loadTf(backend);
  if (isEngineFailure(tf)) return tf;
  try {
    const artifacts = readModel(path);
    const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
    const manifest = manifestOf(model, artifacts.userDefinedMetadata ?? {});
    const runOn = (feeds: Tensors) => run(tf, model, sources[backend].inside, manifest, feeds);
    return {
      backend,
      title: backend,
      manifest,
      run: runOn,
      time: (feeds) => timeOf(() => runOn(feeds)),
      close: async () => void model.dispose(),
    };
  } catch (problem) {
    return invalidModel(problem);
  }
}

// ---- what the model says about itself

function manifestOf(model: tfjs.LayersModel, metadata: Readonly<Record<string, unknown>>): Manifest {
  const text = Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const told = (key: string): readonly Port[] | undefined => {
    const ports = metadata[key] as readonly (Omit<Port, "type"> & { readonly dtype: Port["type"] })[] | undefined;
    return ports?.map(({ name, dtype, dims }) => ({ name, type: dtype, dims }));
  };
  return {
    inputs: told("inputs") ?? model.inputs.map((tensor, i) => portOf(model.inputNames[i] ?? "", tensor)),
    outputs: told("outputs") ?? model.outputs.map((tensor, i) => portOf(model.outputNames[i] ?? "", tensor)),
    metadata: Object.fromEntries(text),
  };
}

/** For a model that others wrote: free sizes are named by their axis. */
function portOf(name: string, { dtype, shape }: tfjs.SymbolicTensor): Port {
  const type = dtype === "int32" || dtype === "bool" ? dtype : "float32";
  return { name, type, dims: shape.map((size, axis) => size ?? `axis${axis}`) };
}

// ---- running

async function run(tf: Tf, model: tfjs.LayersModel, inside: string, manifest: Manifest, feeds: Tensors) {
  try {
    // The backend is a setting of the whole process; another session may have changed it.
    await tf.setBackend(inside);
    const results = tf.tidy(() => {
      const inputs = manifest.inputs.map((port) => tensorOf(tf, port, feeds[port.name]));
      return [model.apply(inputs.length === 1 ? (inputs[0] as tfjs.Tensor) : inputs)].flat() as tfjs.Tensor[];
    });
    const answers = manifest.outputs.map(({ name }, i) => [name, dataOf(results[i] as tfjs.Tensor)] as const);
    tf.dispose(results);
    return Object.fromEntries(answers);
  } catch (problem) {
    return runFailed(problem);
  }
}

function tensorOf(tf: Tf, { name, type, dims }: Port, given: TensorData | undefined): tfjs.Tensor {
  if (!given) throw new Error(`input ${name} is missing`);
  if (given.dims.length !== dims.length)
    throw new Error(`input ${name} has ${dims.length} axes, but ${given.dims.length} are given`);
  return tf.tensor(given.data, [...given.dims], type);
}

function dataOf(tensor: tfjs.Tensor): TensorData {
  return { dims: tensor.shape, data: tensor.dataSync() as Numbers };
}
