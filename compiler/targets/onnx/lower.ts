// Graph -> program: walks the nodes in order and asks each operator for its ONNX nodes.

import { positionAt } from "../../../grammar/index.ts";
import { type Graph, type Node, resultsOfGraph, type Value } from "../../ir/graph.ts";
import { isUnsupported, NeedsFixedSize, type OnnxLowering } from "../../ops/index.ts";
import { primitiveOf } from "../../ops/of-node.ts";
import { type Form, hasChannels, outputForm } from "../channels-first.ts";
import { openSize, type UnsupportedNode } from "../unsupported.ts";
import { emitterFor, needsLogicalAxes, outputTypeOf, type Place } from "./emitter.ts";
import { Layouts } from "./layout.ts";
import { type Plan, planFor } from "./plan.ts";
import { Program, resultsOf } from "./program.ts";

export interface LowerOptions {
  readonly opset: number;
  readonly layout: "nchw" | "nhwc";
}

/** Nodes that ONNX cannot express, with the reason that their operator gives. */
export function unsupportedNodes(graph: Graph): readonly UnsupportedNode[] {
  return graph.nodes.flatMap((node) => {
    const { onnx, effect } = primitiveOf(node);
    if (isUnsupported(onnx)) return [{ node, reason: onnx.unsupported }];
    if (graph.phase === "train" && effect === "random")
      return [{ node, reason: `${node.op} in training is not written yet; build the inference graph` }];
    return [];
  });
}

function loweringOf(node: Node): OnnxLowering {
  const { onnx } = primitiveOf(node);
  if (isUnsupported(onnx)) throw new Error(`internal: ${node.path} is unsupported and was lowered`);
  return onnx;
}

export interface Lowered {
  readonly program: Program;
  /** Nodes that cannot be written while a size is free. */
  readonly unsupported: readonly UnsupportedNode[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export function lowerGraph(graph: Graph, options: LowerOptions): Lowered {
  const program = new Program();
  const layouts = new Layouts(program);
  const interfaceForm = (value: Value): Form =>
    options.layout === "nchw" && hasChannels(value.type.dims) ? "unfolded" : "logical";
  for (const { name } of graph.inputs) program.reserve(name);
  // Inputs and outputs share their names in ONNX: an output that is called as an input is called otherwise.
  const names = resultsOfGraph(graph).map(({ name }) => program.tensorName(name));
  for (const { name, value } of graph.inputs) {
    const form = interfaceForm(value);
    layouts.define(value, form, name);
    program.addInput(name, layouts.typeIn(value, form));
  }
  const plan = planFor(graph, loweringOf, interfaceForm);
  const unsupported = graph.nodes.flatMap(
    (node) => lowerNode(program, layouts, plan, node, graph, options.opset) ?? [],
  );
  program.writing = undefined;
  nameOutputs(graph, names, program, layouts, interfaceForm);
  return { program, unsupported, inputs: graph.inputs.map((input) => input.name), outputs: names };
}

function lowerNode(
  program: Program,
  layouts: Layouts,
  plan: Plan,
  node: Node,
  graph: Graph,
  opset: number,
): UnsupportedNode | undefined {
  const lowering = loweringOf(node);
  program.writing = node;
  const place: Place = {
    node,
    form: plan.formOf(node),
    makes: lowering.makes,
    opset,
    phase: graph.phase,
    doc: docOf(graph, node),
  };
  const refusal = attempt(program, layouts, lowering, place);
  const again =
    refusal === needsLogicalAxes ? attempt(program, layouts, lowering, { ...place, form: "logical" }) : refusal;
  if (again === undefined) return undefined;
  if (!(again instanceof NeedsFixedSize)) throw new Error(`internal: ${node.path} cannot be lowered in logical order`);
  // The walk goes on behind an operator that cannot be written, so that all of them are reported.
  for (const output of node.outputs) {
    layouts.define(output, "logical", output.path);
    program.types.set(output.path, layouts.typeIn(output, "logical"));
  }
  return openSize(again, node, graph);
}

type Refusal = NeedsFixedSize | typeof needsLogicalAxes;

/** Lowers the node, or leaves no trace and says why not. */
function attempt(program: Program, layouts: Layouts, lowering: OnnxLowering, place: Place): Refusal | undefined {
  const nodes = program.mark();
  const forms = layouts.mark();
  try {
    lowerIn(program, layouts, lowering, place);
    return undefined;
  } catch (problem) {
    if (!(problem instanceof NeedsFixedSize) && problem !== needsLogicalAxes) throw problem;
    program.rollback(nodes);
    layouts.rollback(forms);
    return problem;
  }
}

function lowerIn(program: Program, layouts: Layouts, lowering: OnnxLowering, place: Place): void {
  const { node, form, makes, doc } = place;
  const inputs = node.inputs.map((input) => layouts.nameIn(input, form, doc));
  const answer = lowering.lower(inputs, node.params, emitterFor(program, place, inputs));
  const names = typeof answer === "string" ? [answer] : answer;
  node.outputs.forEach((output, index) => {
    const name = names[index];
    if (name === undefined) throw new Error(`internal: the lowering of ${node.op} gives no output ${index}`);
    if (!program.types.has(name)) program.types.set(name, outputTypeOf(place, index));
    layouts.define(output, outputForm(node, index, form, makes), name);
  });
}

/** `hourglass.dm:40:47 HG[52]/trunk/hourglass/conv` */
function docOf(graph: Graph, node: Node): string {
  const { source, start } = node.origin.span;
  const { line, column } = positionAt(source, start);
  return `${source.name}:${line}:${column} ${graph.name}/${node.path}`;
}

/** The user's names: the node that makes an output is renamed; an Identity where that cannot be. */
function nameOutputs(
  graph: Graph,
  names: readonly string[],
  program: Program,
  layouts: Layouts,
  interfaceForm: (value: Value) => Form,
): void {
  const renamed = new Map<string, string>();
  const made = new Set(program.nodes.flatMap(resultsOf));
  const results = resultsOfGraph(graph);
  const copies: [from: string, to: string][] = [];
  for (const [i, { value }] of results.entries()) {
    const name = names[i] as string;
    const count = program.nodes.length;
    const tensor = layouts.nameIn(value, interfaceForm(value), `${graph.name}/${value.path}`);
    for (const name of program.nodes.slice(count).flatMap(resultsOf)) made.add(name);
    if (made.has(tensor) && !renamed.has(tensor)) renamed.set(tensor, name);
    else copies.push([tensor, name]);
  }
  program.rename(renamed);
  for (const [from, to] of copies) program.copy(renamed.get(from) ?? from, to);
}
