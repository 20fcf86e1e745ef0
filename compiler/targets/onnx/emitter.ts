// What a lowering writes with: one emitter per node of the graph. It knows the layout in which the
// node is lowered, gives names by path and keeps the type of every tensor.
import type { Node, Phase } from "../../ir/graph.ts";
import type { OnnxAttribute, OnnxEmitter, OnnxLowering, OnnxType } from "../../ops/kit/primitive.ts";
import { axisIn, dimsIn, type Form, outputForm } from "../channels-first.ts";
import type { Program } from "./program.ts";
import { reshaping, shapeOf } from "./shape.ts";

/** Thrown by `axis` for an axis that folding has merged with others: the walker lowers in logical order instead. */
export const needsLogicalAxes: unique symbol = Symbol("needs logical axes");

export interface Place {
  readonly node: Node;
  /** Of the inputs. */
  readonly form: Form;
  readonly makes: OnnxLowering["makes"];
  readonly opset: number;
  readonly phase: Phase;
  readonly doc: string;
}

export function emitterFor(program: Program, place: Place, inputs: readonly string[]): OnnxEmitter {
  const { node, form, opset, phase, doc } = place;
  return {
    opset,
    phase,
    layout: form === "logical" ? "logical" : "channels-first",
    axis: (logical) => {
      const axis = axisIn(form, node.inputs[0]?.type.dims.length ?? 0, logical);
      if (axis === undefined) throw needsLogicalAxes;
      return axis;
    },
    inputType: (index) => program.typeOf(inputs[index] ?? missing(node, `input ${index}`)),
    outputType: (index) => outputTypeOf(place, index),
    isTurned: (x) => program.isTurned(x),
    weight: (role, axes) => program.weight(node.weights[role] ?? missing(node, `weight ${role}`), axes),
    has: (role) => node.weights[role] !== undefined,
    constant: (dtype, dims, values) => program.constant(dtype, dims, values),
    node: (opType, from, attributes = {}, type = undefined) => addNode(program, place, opType, from, attributes, type),
    several: (opType, from, attributes, types) => addSeveral(program, place, opType, from, attributes, types),
    reshape: (x, dims, type) => {
      const { opType, inputs: more, attributes } = reshaping(program, program.typeOf(x), dims, doc);
      return addNode(program, place, opType, [x, ...more], attributes, type);
    },
    sizes: (dims) => shapeOf(program, dims, doc),
  };
}

function addNode(
  program: Program,
  { node, doc }: Place,
  opType: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>>,
  type: OnnxType | undefined,
): string {
  return program.add(opType, inputs, attributes, type ? `${node.path}/${opType}` : node.path, doc, type);
}

function addSeveral(
  program: Program,
  { node, doc }: Place,
  opType: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>>,
  types: readonly OnnxType[] | number,
): readonly string[] {
  if (typeof types === "number") return program.addSeveral(opType, inputs, attributes, node.path, doc, types);
  const names = program.addSeveral(opType, inputs, attributes, `${node.path}/${opType}`, doc, types.length);
  names.forEach((name, index) => program.types.set(name, types[index] as OnnxType));
  return names;
}

function missing(node: Node, what: string): never {
  throw new Error(`internal: the lowering of ${node.op} asks for ${what}, which ${node.path} lacks`);
}

export function outputTypeOf({ node, form, makes }: Place, index: number): OnnxType {
  const { type } = node.outputs[index] ?? missing(node, `output ${index}`);
  return { dtype: type.dtype, dims: dimsIn(outputForm(node, index, form, makes), type.dims) };
}
