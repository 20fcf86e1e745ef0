// Graph -> layers: walks the nodes in order and asks each operator for its Keras layers.

import { type Graph, type Node, resultsOfGraph, type TensorType, type Value } from "../../ir/graph.ts";
import { isUnsupported, NeedsFixedSize } from "../../ops/index.ts";
import type { TfjsConfig, TfjsLowering } from "../../ops/kit/tfjs.ts";
import { primitiveOf } from "../../ops/of-node.ts";
import { openSize, type UnsupportedNode } from "../unsupported.ts";
import { emitterFor } from "./emitter.ts";
import { type Lead, Values } from "./forms.ts";
import { Program, type Tensor } from "./program.ts";

export interface Lowered {
  readonly program: Program;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly unsupported: readonly UnsupportedNode[];
}

/** Nodes that tfjs cannot express, with the reason that their operator gives. */
export function unsupportedNodes(graph: Graph): readonly UnsupportedNode[] {
  return graph.nodes.flatMap((node) => {
    const { tfjs } = primitiveOf(node);
    return isUnsupported(tfjs) ? [{ node, reason: tfjs.unsupported }] : [];
  });
}

function loweringOf(node: Node): TfjsLowering {
  const { tfjs } = primitiveOf(node);
  if (isUnsupported(tfjs)) throw new Error(`internal: ${node.path} is unsupported and was lowered`);
  return tfjs;
}

export type Layout = "nchw" | "nhwc";

export function lowerGraph(graph: Graph, layout: Layout): Lowered {
  const program = new Program();
  const values = new Values(program);
  const inputs = graph.inputs.map(({ name, value }) => program.addInput(name, inputConfig(value.type, layout)));
  const names = resultsOfGraph(graph).map(({ name }) => program.reserve(name));
  graph.inputs.forEach(({ value }, i) =>
    values.define(value, channelsLast(program, value, inputs[i] as Tensor, layout)),
  );
  const makers = new Map<Value, Node>();
  const unsupported = graph.nodes.flatMap((node) => {
    const refusal = lowerNode(program, values, graph, node, makers);
    for (const output of node.outputs) makers.set(output, node);
    return refusal ?? [];
  });
  const outputs = resultsOfGraph(graph).map(({ value }, i) =>
    program.addNamed(outputLayer(names[i] as string, value, layout), [values.get(value, 1)]),
  );
  return { program, inputs, outputs, unsupported };
}

function lowerNode(
  program: Program,
  values: Values,
  graph: Graph,
  node: Node,
  makers: ReadonlyMap<Value, Node>,
): UnsupportedNode | undefined {
  const lowering = loweringOf(node);
  const lead = leadOf(lowering.form, node, values);
  const inputs = node.inputs.map((input) => values.get(input, lead));
  try {
    const answer = lowering.lower(inputs, node.params, emitterFor({ program, values, graph, node, lead, makers }));
    const results = [answer].flat() as readonly Tensor[];
    node.outputs.forEach((output, index) => {
      const result = results[index];
      const [source] = node.inputs;
      if (!result) throw new Error(`internal: the lowering of ${node.op} gives no output ${index}`);
      if (lead === 1 || !source) values.define(output, result);
      else values.defineFolded(output, result, source, lead);
    });
    return undefined;
  } catch (problem) {
    if (!(problem instanceof NeedsFixedSize)) throw problem;
    // The walk goes on behind an operator that cannot be written, so that all of them are reported.
    for (const output of node.outputs) values.define(output, inputs[0] as Tensor);
    return openSize(problem, node, graph);
  }
}

function leadOf(form: TfjsLowering["form"], node: Node, values: Values): Lead {
  if (form === "any") return values.commonLead(node.inputs);
  return form === "map" ? Math.max((node.inputs[0]?.type.dims.length ?? 0) - 3, 1) : 1;
}

// ---- the interface

const hasChannels = ({ dims }: TensorType): boolean => dims.length >= 4;

/** [.., H, W, C] as callers see it. */
export function interfaceDims(type: TensorType, layout: Layout): TensorType["dims"] {
  const { dims } = type;
  return layout === "nchw" && hasChannels(type)
    ? [...dims.slice(0, -3), ...dims.slice(-1), ...dims.slice(-3, -1)]
    : dims;
}

/** Keras 2's key: tfjs does not read `batch_shape`. Free sizes are null. */
function inputConfig(type: TensorType, layout: Layout): Readonly<Record<string, TfjsConfig>> {
  const dims = interfaceDims(type, layout).map((dim) => (typeof dim === "number" ? dim : null));
  return { batch_input_shape: dims, dtype: dtypes[type.dtype], sparse: false };
}

export const dtypes = { f32: "float32", i32: "int32", bool: "bool" } as const;

function channelsLast(program: Program, { type }: Value, input: Tensor, layout: Layout): Tensor {
  if (layout === "nhwc" || !hasChannels(type)) return input;
  const rank = type.dims.length;
  const config = { dims: [...axes(rank - 4), rank - 2, rank - 1, rank - 3] };
  const name = `${input.layer.name}/channels_last`;
  return program.add({ name, className: "Permute", config, weights: [] }, [input]);
}

/** Every output has a layer with its name: tfjs names the outputs of a model by their layers. */
function outputLayer(name: string, { type }: Value, layout: Layout) {
  if (layout === "nhwc" || !hasChannels(type)) {
    return { name, className: "Activation", config: { activation: "linear" } };
  }
  const rank = type.dims.length;
  return { name, className: "Permute", config: { dims: [...axes(rank - 4), rank - 1, rank - 3, rank - 2] } };
}

/** Keras counts axes behind the batch from 1. */
const axes = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
