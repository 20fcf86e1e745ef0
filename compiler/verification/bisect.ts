// Which layer is the first that answers differently: the graph is cut at one value after another, each
// cut is asked, and the answers narrow the search down. Works for any target, as a cut is a graph.
import type { Graph, Node, Value } from "../ir/graph.ts";
import { removeDeadCode } from "../passes/index.ts";

/** The graph that computes one value, under the name `cut`, and nothing that the value does not need. */
export function cutAt(graph: Graph, value: Value): Graph {
  const cut = removeDeadCode({ ...graph, outputs: [{ name: "cut", value }], losses: [], updates: [] });
  const read = new Set(cut.nodes.flatMap((node) => node.inputs));
  return { ...cut, inputs: graph.inputs.filter((input) => read.has(input.value)) };
}

/** Whether the target answers differently for the graph cut at this value. */
export type Diverges = (value: Value) => Promise<boolean>;

/**
 * A node whose result diverges although nothing that flows into it does, on the way to `from`, which
 * diverges. Undefined where no cut diverges: the difference may need the whole model. Asks about
 * log2(nodes) times.
 */
export async function firstDivergence(graph: Graph, from: Value, diverges: Diverges): Promise<Node | undefined> {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const asked = new Map<Value, boolean>();
  const ask = async (value: Value): Promise<boolean> => {
    const known = asked.get(value) ?? (await diverges(value));
    asked.set(value, known);
    return known;
  };
  let [suspect, next]: [Node | undefined, Value | undefined] = [undefined, from];
  while (next) {
    suspect = (await halve(cutAt(graph, next).nodes, ask)) ?? suspect;
    next = suspect && (await findAsync(suspect.inputs, async (value) => makers.has(value) && (await ask(value))));
  }
  return suspect;
}

/** The list is in topological order; its end diverges and what comes before its beginning does not. */
async function halve(nodes: readonly Node[], ask: Diverges): Promise<Node | undefined> {
  const isBad = async (index: number): Promise<boolean> =>
    (await findAsync(nodes[index]?.outputs ?? [], ask)) !== undefined;
  let good = -1;
  let bad = nodes.length - 1;
  if (bad < 0 || !(await isBad(bad))) return undefined;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (await isBad(middle)) bad = middle;
    else good = middle;
  }
  return nodes[bad];
}

async function findAsync<T>(items: readonly T[], test: (item: T) => Promise<boolean>): Promise<T | undefined> {
  for (const item of items) if (await test(item)) return item;
  return undefined;
}
