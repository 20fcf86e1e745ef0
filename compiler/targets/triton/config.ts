// What Triton Inference Server is told about a model: config.pbtxt, by the published message ModelConfig.
// One file per model, and one for an ensemble that hands tensors from model to model.
import type { Graph, TensorType } from "../../ir/graph.ts";
import { type Dim, evaluateDim, isSymbolic } from "../../sizes/dim/dim.ts";
import { dimsIn } from "../channels-first.ts";
import { type Field, type Message, message, textOf, word } from "./text-format.ts";

export interface ServedPort {
  readonly name: string;
  readonly dtype: TensorType["dtype"] | "f16" | "u8";
  /** Of one request in a batch, where there is a batch; -1 for a free size. */
  readonly dims: readonly number[];
  /** The same in sizes that the model takes. */
  readonly example: readonly number[];
}

export interface ServedModel {
  readonly name: string;
  readonly inputs: readonly ServedPort[];
  readonly outputs: readonly ServedPort[];
  /** Whether the first axis of every port is the batch, which the server fills with requests of several callers. */
  readonly isBatched: boolean;
  /** Which sizes it takes: "H % 128 == 0"; empty where every size works. */
  readonly rule: string;
}

export interface ServingOptions {
  /** The most samples that are run at once. */
  readonly maxBatch: number;
  /** How long a request waits for others, in microseconds. */
  readonly delay: number;
}

const types = { u8: "TYPE_UINT8", f32: "TYPE_FP32", f16: "TYPE_FP16", i32: "TYPE_INT32", bool: "TYPE_BOOL" } as const;

/** What the file was written with. */
export interface FileOptions {
  readonly layout: "nchw" | "nhwc";
  /** What the floats of its interface are, by name. */
  readonly precisions: ReadonlyMap<string, "f32" | "f16">;
  /** The input that takes pixels as bytes. */
  readonly pixels?: string;
  /** Free sizes that the model takes, by name. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** The interface of a model as the server sees it. */
export function servedModel(
  graph: Graph,
  name: string,
  { layout, precisions, pixels, sizes }: FileOptions,
): ServedModel {
  const form = layout === "nchw" ? "unfolded" : "logical";
  const values = [...graph.inputs, ...graph.outputs];
  const isBatched = batchOf(values.map(({ value }) => value.type.dims)) !== undefined;
  const variables = variablesAt(graph, sizes);
  const portOf = ({ name: port, value: { type } }: (typeof values)[number]): ServedPort => {
    const dims = dimsIn(form, type.dims).slice(isBatched ? 1 : 0);
    return {
      name: port,
      dtype: port === pixels ? "u8" : type.dtype === "f32" ? (precisions.get(port) ?? "f32") : type.dtype,
      dims: dims.map((dim) => (typeof dim === "number" ? dim : -1)),
      example: dims.map((dim) => (typeof dim === "number" ? dim : evaluateDim(dim, variables))),
    };
  };
  const [inputs, outputs] = [graph.inputs.map(portOf), graph.outputs.map(portOf)];
  return { name, inputs, outputs, isBatched, rule: graph.rules.text };
}

/** The variables of sizes, which may stand for parts of them: H = 4·H'. */
function variablesAt({ rules }: Graph, sizes: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const derived = [...rules.origins].map(([variable, { name, modulus, residue }]) => {
    const size = sizes.get(name) ?? residue;
    return [variable, (size - residue) / modulus] as const;
  });
  return new Map([...sizes, ...derived]);
}

/** The free size that leads every port. */
function batchOf(ports: readonly (readonly Dim[])[]): Dim | undefined {
  const [first] = ports[0] ?? [];
  if (first === undefined || !isSymbolic(first)) return undefined;
  return ports.every(([dim]) => dim !== undefined && isSymbolic(dim) && dim.key === first.key) ? first : undefined;
}

/** config.pbtxt of a model that onnxruntime runs. */
export function modelConfig(model: ServedModel, options: ServingOptions): string {
  const batching: readonly Field[] = model.isBatched
    ? [["dynamic_batching", message(["max_queue_delay_microseconds", options.delay])]]
    : [];
  return textOf(
    message(
      ["name", model.name],
      ["backend", "onnxruntime"],
      ["max_batch_size", model.isBatched ? options.maxBatch : 0],
      ["input", model.inputs.map(portMessage)],
      ["output", model.outputs.map(portMessage)],
      ["instance_group", message(["kind", word("KIND_AUTO")])],
      ...batching,
    ),
  );
}

/** A tensor without axes of its own has one of length 1 on the wire: the server knows no empty shape. */
function portMessage(port: ServedPort): Message {
  return message(...outerFields(port), ["reshape", port.dims.length === 0 ? message(["shape", []]) : undefined]);
}

/** As callers see it: an ensemble hands on what they do. */
const outerFields = ({ name, dtype, dims }: ServedPort): readonly Field[] => [
  ["name", name],
  ["data_type", word(types[dtype])],
  ["dims", dims.length === 0 ? [1] : dims],
];

export interface Ensemble {
  readonly name: string;
  readonly steps: readonly ServedModel[];
}

/**
 * config.pbtxt of models in a row: an input takes the output of the same name of an earlier model, or becomes an
 * input of the whole. What no later model reads is an output of the whole.
 */
export function ensembleConfig(ensemble: Ensemble, { maxBatch }: ServingOptions): string {
  const { name, steps } = ensemble;
  const isBatched = steps.every((step) => step.isBatched);
  const { inputs, outputs } = ensemblePorts(ensemble);
  const mapOf = (field: string, ports: readonly ServedPort[]): Field => [
    field,
    ports.map((port) => message(["key", port.name], ["value", port.name])),
  ];
  const step = ({ name: model, ...ports }: ServedModel): Message =>
    message(
      ["model_name", model],
      ["model_version", -1],
      mapOf("input_map", ports.inputs),
      mapOf("output_map", ports.outputs),
    );
  return textOf(
    message(
      ["name", name],
      ["platform", "ensemble"],
      ["max_batch_size", isBatched ? maxBatch : 0],
      ["input", inputs.map((port) => message(...outerFields(port)))],
      ["output", outputs.map((port) => message(...outerFields(port)))],
      ["ensemble_scheduling", message(["step", steps.map(step)])],
    ),
  );
}

/** What callers of the whole give and get. */
export function ensemblePorts({ steps }: Ensemble): Pick<ServedModel, "inputs" | "outputs"> {
  const made = new Map(steps.flatMap(({ outputs }) => outputs.map((port) => [port.name, port] as const)));
  const read = new Map(steps.flatMap(({ inputs }) => inputs.map((port) => [port.name, port] as const)));
  return {
    inputs: [...read.values()].filter(({ name }) => !made.has(name)),
    outputs: [...made.values()].filter(({ name }) => !read.has(name)),
  };
}
