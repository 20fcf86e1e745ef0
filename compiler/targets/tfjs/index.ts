// graph -> tfjs LayersModel: model.json and files of weights. Nothing large exists until chunks are walked,
// and then one weight at a time.
import { type Graph, type Node, resultsOfGraph } from "../../ir/graph.ts";
import { reachable } from "../../ir/graph-walk.ts";
import { lowerGraph, unsupportedNodes } from "./lower.ts";
import { customLayersOf, modelText, weightsInOrder } from "./model.ts";
import type { TfjsOptions } from "./options.ts";
import { weightBytes } from "./program.ts";
import { type Shard, shardsOf } from "./shards.ts";

export type { TfjsOptions } from "./options.ts";

export type TfjsFile = Shard;

export interface TfjsModel {
  /** In the order in which they must be written: model.json, which names the others, comes last. */
  readonly files: readonly TfjsFile[];
  readonly bytes: number;
  readonly weightBytes: number;
  readonly layers: number;
  /** Classes that `deepmacc/tfjs` registers; empty where tfjs alone opens the model. */
  readonly customLayers: readonly string[];
}

export interface TfjsUnsupported {
  readonly unsupported: readonly { readonly node: Node; readonly reason: string }[];
}

export function emitTfjs(given: Graph, options: TfjsOptions): TfjsModel | TfjsUnsupported {
  const graph = withoutDeadCode(given);
  const unsupported = unsupportedNodes(graph);
  if (unsupported.length > 0) return { unsupported };
  const lowered = lowerGraph(graph, options.layout);
  if (lowered.unsupported.length > 0) return { unsupported: lowered.unsupported };
  const { layers } = lowered.program;
  const weights = options.weights ? weightsInOrder(layers) : [];
  const shards = options.weights ? shardsOf(weights, options.weights) : [];
  const text = new TextEncoder().encode(modelText(graph, lowered, shards, options));
  const files = [...shards, { name: "model.json", bytes: text.length, chunks: () => [text] }];
  return {
    files,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    weightBytes: weights.reduce((sum, weight) => sum + weightBytes(weight), 0),
    layers: layers.length,
    customLayers: customLayersOf(layers),
  };
}

/** tfjs forgets layers that no output needs, and then refuses their weights. */
function withoutDeadCode(graph: Graph): Graph {
  const targets = resultsOfGraph(graph).map(({ value }) => value);
  return { ...graph, nodes: reachable(graph.nodes, targets) };
}
