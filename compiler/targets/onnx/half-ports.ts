// The precision of a model's inputs and outputs where the rest is in half: coordinates of boxes stay in single.
import type { Graph, Value } from "../../ir/graph.ts";
import { primitiveOf } from "../../ops/of-node.ts";

type Precision = "f32" | "f16";

const isBoxes = (name: string | undefined): boolean => name === "boxes" || name === "anchors";

/** Values that some operator reads or answers as boxes. */
function boxesIn({ nodes }: Graph): ReadonlySet<Value> {
  const found = new Set<Value>();
  for (const node of nodes) {
    const { inputs, outputs = [] } = primitiveOf(node);
    if (inputs !== "many") node.inputs.forEach((value, i) => isBoxes(inputs[i]) && found.add(value));
    if (outputs !== "many") node.outputs.forEach((value, i) => isBoxes(outputs[i]) && found.add(value));
  }
  return found;
}

/** What the floats of each input and output are, by name, where `wanted` is asked for. */
export function portPrecisions(graph: Graph, wanted: Precision): ReadonlyMap<string, Precision> {
  const boxes = wanted === "f16" ? boxesIn(graph) : new Set<Value>();
  const ports = [...graph.inputs, ...graph.outputs, ...graph.losses];
  return new Map(ports.map(({ name, value }) => [name, boxes.has(value) ? "f32" : wanted]));
}
