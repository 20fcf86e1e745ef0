// graph -> one Python file and the tensors of its state_dict. The graph is the one that the text says: batch norms
// and dropouts are modules, so that the file trains.

import { type Graph, resultsOfGraph, type Value, type Weight } from "../../ir/graph.ts";
import { reachable } from "../../ir/graph-walk.ts";
import type { TargetAxes } from "../../ir/weights.ts";
import { NeedsFixedSize } from "../../ops/kit/fixed-size.ts";
import { isUnsupported, type NDArray } from "../../ops/kit/primitive.ts";
import type { TorchHelper } from "../../ops/kit/torch.ts";
import { countBuffers, countParams } from "../../ops/measure.ts";
import { primitiveOf } from "../../ops/of-node.ts";
import { openSize, type UnsupportedNode } from "../unsupported.ts";
import { type RecordedOutput, spread } from "./check-text.ts";
import { classesOf } from "./classes.ts";
import { portDims } from "./entry.ts";
import type { DrawnLayer } from "./initial.ts";
import { modelText } from "./model-text.ts";
import { ModuleNames } from "./module-names.ts";
import { concrete, portPlaces, probeOf } from "./probe.ts";
import { scopesOf } from "./scopes.ts";
import { type Layout, loweringOf, type Step, stepsOf } from "./steps.ts";
import { LayerClash } from "./template.ts";

export { phaseDifference } from "./phases.ts";
export { probeOf } from "./probe.ts";

export interface TorchOptions {
  readonly layout: Layout;
  readonly compilerVersion: string;
  /** A file of weights is written beside the model. */
  readonly hasWeights: boolean;
  /** What the reference makes of the probe, by output; absent: the check compares shapes only. */
  readonly expected?: ReadonlyMap<string, NDArray>;
}

/** One tensor of the state_dict. */
export interface TorchTensor {
  readonly name: string;
  readonly weight: Weight;
  readonly axes: TargetAxes;
}

export interface TorchFile {
  readonly text: string;
  readonly tensors: readonly TorchTensor[];
  /** Classes of modules in the file, the model included. */
  readonly classes: number;
}

export interface TorchUnsupported {
  readonly unsupported: readonly UnsupportedNode[];
}

export function emitTorch(whole: Graph, options: TorchOptions): TorchFile | TorchUnsupported {
  const results = resultsOfGraph(whole).map(({ value }) => value);
  const graph = { ...whole, nodes: reachable(whole.nodes, results) };
  const unsupported = unsupportedNodes(graph);
  if (unsupported.length > 0) return { unsupported };
  try {
    return written(graph, options);
  } catch (problem) {
    const [node] = graph.nodes;
    if (problem instanceof LayerClash) {
      const clashing = graph.nodes.find(({ path }) => path === problem.path) ?? node;
      if (clashing) return { unsupported: [{ node: clashing, reason: problem.message }] };
    }
    if (problem instanceof NeedsFixedSize && node) {
      return { unsupported: [openSize(problem, node, graph)] };
    }
    throw problem;
  }
}

/** Nodes that PyTorch cannot express, with the reason that their operator gives. */
function unsupportedNodes(graph: Graph): TorchUnsupported["unsupported"] {
  return graph.nodes.flatMap((node) => {
    const { torch } = primitiveOf(node);
    return isUnsupported(torch) ? [{ node, reason: torch.unsupported }] : [];
  });
}

function written(graph: Graph, options: TorchOptions): TorchFile {
  const { layout, hasWeights, compilerVersion } = options;
  const steps = stepsOf(graph, layout);
  const names = new ModuleNames(steps.steps);
  const classes = classesOf(scopesOf(graph, steps), names);
  const layers = layersOf(steps.steps, names);
  const text = modelText({
    graph,
    classes,
    names,
    layout,
    layers: layers.flatMap(({ drawn }) => drawn ?? []),
    helpers: new Set<TorchHelper>(steps.steps.flatMap(({ helpers }) => helpers)),
    recorded: recordedOf(graph, options),
    hasWeights,
    compilerVersion,
  });
  return { text, tensors: layers.flatMap(({ tensors }) => tensors), classes: classes.length };
}

interface StoredLayer {
  readonly tensors: readonly TorchTensor[];
  /** Absent where nothing is drawn: norms start at 0 and 1. */
  readonly drawn?: DrawnLayer;
}

function layersOf(steps: readonly Step[], names: ModuleNames): readonly StoredLayer[] {
  const seen = new Set<string>();
  return steps.flatMap((step): readonly StoredLayer[] => {
    const { layer, node } = step;
    if (!layer || !node || seen.has(layer.address)) return [];
    seen.add(layer.address);
    const segments = names.of(layer.address, true);
    const known = loweringOf(node).weights ?? {};
    const tensors = Object.entries(node.weights).map(([role, weight]): TorchTensor => {
      const torch = known[role];
      if (!torch) throw new Error(`internal: ${node.op} says nothing of its ${role} in PyTorch`);
      return { name: [...segments, torch.name].join("."), weight, axes: torch.axes };
    });
    const { kernel, bias } = node.weights;
    if (!kernel) return [{ tensors }];
    return [{ tensors, drawn: { segments, callee: layer.call.callee, kernel, ...(bias && { bias }) } }];
  });
}

function recordedOf(graph: Graph, { layout, expected }: TorchOptions) {
  const { sizes } = probeOf(graph, layout);
  const port = (value: Value): readonly number[] => concrete(portDims(value, layout), sizes);
  return {
    parameters: Number(countParams(graph.nodes)),
    buffers: Number(countBuffers(graph.nodes)),
    staysFinite: graph.nodes.every(({ op }) => op !== "div"),
    inputs: graph.inputs.map(({ name, value }) => ({ name, shape: port(value), dtype: value.type.dtype })),
    outputs: resultsOfGraph(graph).map(({ name, value }): RecordedOutput => {
      const found = expected?.get(name);
      const isKnown = found?.data.every(Number.isFinite);
      return {
        name,
        shape: port(value),
        ...(found && isKnown && { values: valuesOf(value, found, layout) }),
      };
    }),
  };
}

function valuesOf(value: Value, { dims, data }: NDArray, layout: Layout): { scale: number; some: readonly number[] } {
  const place = portPlaces(value, dims, layout);
  const ordered = Float64Array.from({ length: data.length }, (_, i) => data[place(i)] as number);
  const scale = ordered.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  return { scale: scale === 0 ? 1 : scale, some: spread(ordered) };
}
