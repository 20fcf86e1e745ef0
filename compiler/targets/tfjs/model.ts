// Layers -> model.json, in the words of Keras 2 as tfjs reads them.
import { architectureHash } from "../../ir/architecture.ts";
import { type Graph, type GraphOutput, resultsOfGraph, type Value } from "../../ir/graph.ts";
import type { TfjsConfig } from "../../ops/kit/tfjs.ts";
import { formatDim } from "../../sizes/dim/dim.ts";
import { dtypes, interfaceDims, type Layout, type Lowered } from "./lower.ts";
import type { TfjsOptions } from "./options.ts";
import { loadingOrder, type Reference, referencesIn } from "./order.ts";
import type { Layer, LayerWeight, Tensor, Use } from "./program.ts";
import type { Shard } from "./shards.ts";

/** Layers of our own have names that begin so; `deepmacc/tfjs` registers them. */
const ownPrefix = "Deepmacc";

export function customLayersOf(layers: readonly Layer[]): readonly string[] {
  const names = layers.map(({ className }) => className).filter((name) => name.startsWith(ownPrefix));
  return [...new Set(names)].sort();
}

export const weightsInOrder = (layers: readonly Layer[]): readonly LayerWeight[] =>
  layers.flatMap(({ weights }) => weights);

export function modelText(graph: Graph, lowered: Lowered, shards: readonly Shard[], options: TfjsOptions): string {
  const document = {
    format: "layers-model",
    generatedBy: `deepmacc ${options.compilerVersion}`,
    convertedBy: null,
    modelTopology: topologyOf(graph, lowered),
    ...(options.weights && { weightsManifest: manifestOf(lowered.program.layers, shards) }),
    userDefinedMetadata: metadataOf(graph, lowered, options),
  };
  return `${JSON.stringify(document)}\n`;
}

function topologyOf(graph: Graph, { program, inputs, outputs }: Lowered): TfjsConfig {
  const order = loadingOrder(program.layers);
  const reference = referencesIn(order);
  const config = {
    name: graph.name,
    layers: program.layers.map((layer) => layerConfig(layer, order.get(layer) ?? [], reference)),
    input_layers: inputs.map(reference),
    output_layers: outputs.map(reference),
  };
  return { class_name: "Model", config, keras_version: "2.15.0", backend: "tensorflow" };
}

function layerConfig(
  { name, className, config }: Layer,
  uses: readonly Use[],
  reference: (tensor: Use["inputs"][number]) => Reference,
): TfjsConfig {
  const trained = className === "InputLayer" ? {} : { trainable: true, dtype: "float32" };
  return {
    class_name: className,
    config: { name, ...trained, ...config },
    name,
    inbound_nodes: uses
      .filter(({ inputs }) => inputs.length > 0)
      .map(({ inputs }) => inputs.map((input) => [...reference(input), {}])),
  };
}

function manifestOf(layers: readonly Layer[], shards: readonly Shard[]): TfjsConfig {
  const weights = layers.flatMap((layer) =>
    layer.weights.map(({ name, dims }) => ({ name: `${layer.name}/${name}`, shape: dims, dtype: "float32" })),
  );
  return [{ paths: shards.map(({ name }) => name), weights }];
}

/** The words of the ONNX target, and what a reader of this file needs: layers of ours, names of inputs and outputs. */
function metadataOf(graph: Graph, lowered: Lowered, options: TfjsOptions): TfjsConfig {
  const entries = new Map<string, TfjsConfig>();
  const add = (key: string, value: TfjsConfig): void => {
    let free = key;
    for (let i = 2; entries.has(free); i++) free = `${key} ${i}`;
    entries.set(free, value);
  };
  const { layers, copies } = lowered.program;
  const custom = customLayersOf(layers);
  add("model", graph.name);
  add("compiler", `deepmacc ${options.compilerVersion}`);
  add("size rule", graph.rules.text === "" ? "every size" : graph.rules.text);
  add("layout", options.layout);
  add("custom layers", custom);
  if (custom.length > 0) add("registered by", "deepmacc/tfjs");
  if (copies.length > 0)
    add(
      "copied weights",
      copies.map(({ weight, layer }) => ({ weight, layer })),
    );
  if (options.metadata["architecture"] === undefined) add("architecture", architectureHash(graph));
  const ports = (values: readonly GraphOutput[], tensors: readonly Tensor[]) =>
    values.map(({ name, value }, i) => portOf(name, value, tensors[i]?.layer, graph, options.layout));
  add("inputs", ports(graph.inputs, lowered.inputs));
  add("outputs", ports(resultsOfGraph(graph), lowered.outputs));
  for (const { annotation, text } of graph.provenance) add(annotation, text);
  for (const [key, value] of Object.entries(options.metadata)) entries.set(key, value);
  return Object.fromEntries(entries);
}

/** A free size has its formula. */
function portOf(name: string, { type }: Value, layer: Layer | undefined, graph: Graph, layout: Layout): TfjsConfig {
  const dims = interfaceDims(type, layout).map((dim) =>
    typeof dim === "number" ? dim : formatDim(dim, graph.rules.origins),
  );
  return { name, layer: layer?.name ?? name, dtype: dtypes[type.dtype], dims };
}
