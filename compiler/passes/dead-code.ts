// Takes out nodes that no output and no loss needs: what a dropped skip leaves behind.
import { type Graph, resultsOfGraph } from "../ir/graph.ts";
import { reachable } from "../ir/graph-walk.ts";

export function removeDeadCode(graph: Graph): Graph {
  const results = resultsOfGraph(graph).map(({ value }) => value);
  const nodes = reachable(graph.nodes, results);
  return nodes.length === graph.nodes.length ? graph : { ...graph, nodes };
}
