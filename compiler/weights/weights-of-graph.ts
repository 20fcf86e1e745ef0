import type { Graph, Weight } from "../ir/graph.ts";

/** The weights of a graph by path; shared ones once. */
export const weightsOfGraph = (graph: Graph): ReadonlyMap<string, Weight> =>
  new Map(graph.nodes.flatMap((node) => Object.values(node.weights).map((weight) => [weight.path, weight] as const)));
