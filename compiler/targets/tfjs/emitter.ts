// What a lowering writes with: one emitter per node of the graph. It names layers by path and finds weights.
import { targetDims } from "../../ir/axes.ts";
import type { Graph, Node, TensorType, Value, Weight } from "../../ir/graph.ts";
import type { TfjsEmitter, TfjsLayer, TfjsWeight } from "../../ops/kit/tfjs.ts";
import { foldedType, type Lead, type Values } from "./forms.ts";
import type { LayerWeight, Program, Tensor } from "./program.ts";
import { sizeExpressions } from "./sizes.ts";

export interface Place {
  readonly program: Program;
  readonly values: Values;
  readonly graph: Graph;
  readonly node: Node;
  readonly lead: Lead;
  readonly makers: ReadonlyMap<Value, Node>;
}

export function emitterFor({ program, values, graph, node, lead, makers }: Place): TfjsEmitter {
  const typeOf = (value: Value | undefined, what: string): TensorType =>
    foldedType((value ?? missing(node, what)).type, lead);
  const weightOf = (role: string): Weight => node.weights[role] ?? missing(node, `weight ${role}`);
  return {
    inputType: (index) => typeOf(node.inputs[index], `input ${index}`),
    outputType: (index) => typeOf(node.outputs[index], `output ${index}`),
    makerOf: (index) => makers.get(node.inputs[index] ?? missing(node, `input ${index}`))?.op,
    has: (role) => node.weights[role] !== undefined,
    initialiser: (role) => weightOf(role).initialiser,
    layer: (className, config, inputs, more = {}) => {
      const weights = (more.weights ?? []).map((wanted) => weightIn(wanted, weightOf(wanted.role)));
      return program.add(
        { name: nameOf(node, weights, more), className, config, weights },
        inputs as readonly Tensor[],
      );
    },
    several: (className, config, inputs, count) =>
      program.addSeveral(
        { name: nameOf(node, [], {}), className, config, weights: [] },
        inputs as readonly Tensor[],
        count,
      ),
    sizes: (dims) => {
      const { inputs, config } = sizeExpressions(
        dims,
        graph.inputs.map(({ value }) => value),
      );
      return { config, inputs: inputs.map((input) => values.get(input, 1)) };
    },
  };
}

function weightIn({ name, axes, dims }: TfjsWeight, weight: Weight): LayerWeight {
  return { name, weight, axes, dims: dims ?? targetDims(weight, axes) };
}

/** A layer with weights is called as its weights are, so that `layer/kernel` is the path of the kernel. */
function nameOf(node: Node, weights: readonly LayerWeight[], { part }: TfjsLayer): string {
  const folders = new Set(weights.map(({ weight }) => weight.path.replace(/\/?[^/]*$/, "")));
  const [folder] = folders;
  const name = folders.size === 1 && folder ? folder : node.path;
  return part === undefined ? name : `${name}/${part}`;
}

function missing(node: Node, what: string): never {
  throw new Error(`internal: the lowering of ${node.op} asks for ${what}, which ${node.path} lacks`);
}
