// Graph -> steps: every operator as one expression with places for its inputs, and every change of axis order
// as a step of its own, which belongs to the innermost scope that holds the value's maker and its readers.

import { type Graph, type Node, resultsOfGraph, type Value } from "../../ir/graph.ts";
import { isUnsupported } from "../../ops/kit/primitive.ts";
import { call, literal, method, tuple } from "../../ops/kit/python.ts";
import {
  layer as layerPlace,
  type TorchArgument,
  type TorchCall,
  type TorchEmitter,
  type TorchExpression,
  type TorchHelper,
  type TorchLowering,
  type UseTypes,
} from "../../ops/kit/torch.ts";
import { primitiveOf } from "../../ops/of-node.ts";
import type { Dim } from "../../sizes/dim/dim.ts";
import { axisIn, type Form, outputForm } from "../channels-first.ts";
import { converted, formOfPort, ownForm } from "./conversions.ts";
import { patternOf, placesOf, settingsOf } from "./fill.ts";
import { sizeOf } from "./sizes.ts";

/** One tensor in one axis order, or one free size of the model. Compared by identity. */
export interface Val {
  readonly id: number;
  /** Absent: a size. */
  readonly value?: Value;
  /** The name of a free size. */
  readonly size?: string;
}

/** A weighted or random layer; `address` is where its module lies: the path that its weights have in common. */
interface Layer {
  readonly call: TorchCall;
  readonly address: string;
}

export interface Step {
  readonly index: number;
  /** Absent: a change of axis order. */
  readonly node?: Node;
  /** The scope, a prefix of paths: `trunk/unit`. */
  dir: string;
  readonly name: string;
  readonly inputs: readonly Val[];
  readonly outputs: readonly Val[];
  /** With several results: what can be taken apart. */
  readonly expression: TorchExpression;
  /** The expression as text, with its places open. */
  readonly pattern: string;
  /** The values of the expression that may differ between uses of a block. */
  readonly settings: readonly TorchArgument[];
  /** How often the expression reads each of `inputs`. */
  readonly reads: readonly number[];
  readonly helpers: readonly TorchHelper[];
  readonly layer?: Layer;
  /** The step as a module without weights, for a place in nn.Sequential. */
  readonly module?: TorchCall;
}

export interface Steps {
  readonly steps: readonly Step[];
  readonly inputs: readonly Val[];
  readonly outputs: readonly Val[];
  readonly makers: ReadonlyMap<Val, Step>;
  readonly readers: ReadonlyMap<Val, readonly Step[]>;
}

const dirname = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const basename = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export function loweringOf(node: Node): TorchLowering<never> {
  const { torch } = primitiveOf(node);
  if (isUnsupported(torch)) throw new Error(`internal: ${node.path} is unsupported and was lowered`);
  return torch;
}

const typesOf = ({ inputs, outputs }: Node): UseTypes => ({
  inputs: inputs.map(({ type }) => type),
  outputs: outputs.map(({ type }) => type),
});

function layoutOf(node: Node) {
  const { layout } = loweringOf(node);
  return typeof layout === "function" ? layout(node.params as never, typesOf(node)) : layout;
}

export type Layout = "nchw" | "nhwc";

/** The steps of a graph, in an order in which they can run. */
export function stepsOf(graph: Graph, layout: Layout): Steps {
  const walk = new Walk();
  for (const { value } of graph.inputs) walk.define(value, formOfPort(value, layout));
  for (const node of graph.nodes) walk.add(node);
  const outputs = resultsOfGraph(graph).map(({ value }) => walk.in(value, formOfPort(value, layout)));
  const inputs = graph.inputs.map(({ value }) => walk.in(value, formOfPort(value, layout)));
  return walk.finish(inputs, outputs);
}

class Walk {
  readonly #vals = new Map<Value, Map<Form, Val>>();
  readonly #sizes = new Map<string, Val>();
  readonly #steps: Step[] = [];
  readonly #makers = new Map<Val, Step>();
  #count = 0;

  /** The form in which a value was made. */
  home(value: Value): Form {
    const [first] = this.#vals.get(value)?.keys() ?? [];
    if (!first) throw new Error(`internal: ${value.path} is read before it is made`);
    return first;
  }

  define(value: Value, form: Form): Val {
    const val: Val = { id: this.#count++, value };
    const forms = this.#vals.get(value) ?? new Map<Form, Val>();
    this.#vals.set(value, forms.set(ownForm(form, value), val));
    return val;
  }

  /** The value in a form; the first request converts it. */
  in(value: Value, wanted: Form): Val {
    const form = ownForm(wanted, value);
    const known = this.#vals.get(value)?.get(form);
    if (known) return known;
    const from = this.home(value);
    const source = this.in(value, from);
    const sizes: Val[] = [];
    const size = (dim: Dim) => this.#size(dim, sizes, 1);
    const expression = converted(input(0), [from, form], value.type.dims, size);
    const output = this.define(value, form);
    this.#push({ dir: "", name: "", inputs: [source, ...sizes], outputs: [output], expression, helpers: [] });
    return output;
  }

  /** Operators that take any order go on in channels-first where one of their inputs is. */
  #formFor(node: Node): Form {
    const layout = layoutOf(node);
    if (layout !== "any") return layout === "logical" ? "logical" : "first";
    const rank = node.inputs[0]?.type.dims.length ?? 0;
    const isFree = rank >= 4 && [...node.inputs, ...node.outputs].every(({ type }) => type.dims.length === rank);
    return isFree && node.inputs.some((input) => this.home(input) !== "logical") ? "first" : "logical";
  }

  add(node: Node): void {
    const form = this.#formFor(node);
    const lowering = loweringOf(node);
    const tensors = node.inputs.map((value) => this.in(value, form));
    const helpers: TorchHelper[] = [];
    const sizes: Val[] = [];
    const places = tensors.map((_, i) => input(i));
    const emit = this.#emitter(node, form, { helpers, sizes });
    const expression = lowering.expression?.(places, node.params as never, emit) ?? call(layerPlace, places);
    const layer = lowering.layer && {
      call: lowering.layer(node.params as never, typesOf(node)),
      address: addressOf(node),
    };
    const callee = layer?.call.callee;
    if (callee === "SameConv2d" || callee === "FrozenBatchNorm") helpers.push(callee);
    if (layer?.call.through) helpers.push(layer.call.through);
    const module = form === "first" || layoutOf(node) === "any" ? lowering.module?.(node.params as never) : undefined;
    this.#push({
      node,
      dir: dirname(node.path),
      name: basename(node.path),
      inputs: [...tensors, ...sizes],
      outputs: node.outputs.map((result, index) => this.define(result, outputForm(node, index, form))),
      expression,
      helpers,
      ...(layer && { layer }),
      ...(module && { module }),
    });
  }

  #push(step: Omit<Step, "index" | "pattern" | "settings" | "reads">): void {
    const places = placesOf(step.expression);
    const reads = step.inputs.map(() => 0);
    for (const place of places) if (place.kind === "input") reads[place.index] = (reads[place.index] ?? 0) + 1;
    const pattern = patternOf(step.expression);
    const made: Step = { index: this.#steps.length, ...step, pattern, settings: settingsOf(places), reads };
    this.#steps.push(made);
    for (const output of made.outputs) this.#makers.set(output, made);
  }

  #emitter(node: Node, form: Form, into: Written): TorchEmitter {
    const rank = node.inputs[0]?.type.dims.length ?? 0;
    const size = (dim: Dim) => this.#size(dim, into.sizes, node.inputs.length);
    return {
      types: typesOf(node),
      axis: (logical) => {
        const axis = axisIn(form, rank, logical);
        if (axis === undefined) throw new Error(`internal: ${node.path} asks for a folded axis`);
        return axis;
      },
      helper: (name) => {
        into.helpers.push(name);
        return name;
      },
      size,
      unfold: (x) => {
        const lead = node.inputs[0]?.type.dims.slice(0, -3) ?? [];
        return lead.length <= 1 ? x : method(x, "unflatten", [literal(0), tuple(lead.map(size))]);
      },
    };
  }

  /** Free sizes come in like tensors, behind the `offset` inputs. */
  #size(dim: Dim, sizes: Val[], offset: number): TorchExpression {
    return sizeOf(dim, (name) => {
      const val = this.#sizes.get(name) ?? { id: this.#count++, size: name };
      this.#sizes.set(name, val);
      if (!sizes.includes(val)) sizes.push(val);
      return input(offset + sizes.indexOf(val));
    });
  }

  finish(inputs: readonly Val[], outputs: readonly Val[]): Steps {
    const readers = new Map<Val, Step[]>();
    for (const step of this.#steps) {
      for (const val of new Set(step.inputs)) {
        const known = readers.get(val);
        if (known) known.push(step);
        else readers.set(val, [step]);
      }
    }
    // Behind a conversion its readers decide, so the last one is placed first.
    for (const step of this.#steps.toReversed()) {
      if (step.node) continue;
      const [source] = step.inputs;
      const [result] = step.outputs;
      const dirs = (result ? (readers.get(result) ?? []) : []).map(({ dir }) => dir);
      if (result && outputs.includes(result)) dirs.push("");
      dirs.push(source ? (this.#makers.get(source)?.dir ?? "") : "");
      step.dir = dirs.reduce(commonDir);
    }
    return { steps: this.#steps, inputs, outputs, makers: this.#makers, readers };
  }
}

const input = (index: number): TorchExpression => ({ kind: "input", index });

interface Written {
  readonly helpers: TorchHelper[];
  readonly sizes: Val[];
}

function commonDir(a: string, b: string): string {
  const [left, right] = [a.split("/"), b.split("/")];
  let same = 0;
  while (same < left.length && left[same] === right[same]) same++;
  return left.slice(0, same).join("/");
}

/** Shared layers have the path of their first use. */
function addressOf(node: Node): string {
  const [weight] = Object.values(node.weights);
  return weight ? dirname(weight.path) : node.path;
}
