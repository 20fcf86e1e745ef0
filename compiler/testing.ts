// Graphs for tests, built by hand through the operators' own shape and weight rules. No language.

import type {
  Graph,
  GraphInput,
  GraphOutput,
  Node,
  NodeOrigin,
  ParamValue,
  Phase,
  TensorType,
  Value,
  Weight,
} from "./ir/graph.ts";
import { operators } from "./ops/index.ts";
import {
  type Composite,
  isFailure,
  type NDArray,
  type Parameter,
  type ParametersOf,
  type Primitive,
  type Sizes,
  type WeightSpec,
} from "./ops/kit/primitive.ts";
import { type Dim, isSymbolic, type Origin, sameDim, variable, variablesOf } from "./sizes/dim/dim.ts";

export const table: Readonly<Record<string, Primitive | Composite>> = operators;

const source = { name: "test.dm", text: "model Test\n  test\n" };
const origin: NodeOrigin = { span: { source, start: 13, end: 17 }, chain: [] };

type Params = Readonly<Record<string, ParamValue>>;
export interface Use {
  readonly path?: string;
  /** Weights of another node: a shared block. */
  readonly weights?: Node["weights"];
}

/** Questions about free sizes are answered yes: tests pick sizes that work. */
const sizes: Sizes = {
  equal: (a, b) => (isSymbolic(a) || isSymbolic(b) ? true : sameDim(a, b)),
  atLeast: (a, minimum) => isSymbolic(a) || a >= minimum,
  divisible: (a, by) => isSymbolic(a) || a % by === 0,
  show: String,
  showType: (type) => `[${type.dims.map((d) => (isSymbolic(d) ? d.key : d)).join(", ")}]`,
};

export class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly #inputs: GraphInput[] = [];
  readonly #outputs: GraphOutput[] = [];
  readonly #paths = new Set<string>();
  #values = 0;

  /** A string is a free size. */
  input(name: string, dims: readonly (Dim | string)[], dtype: TensorType["dtype"] = "f32"): Value {
    const type: TensorType = { dtype, dims: dims.map((d) => (typeof d === "string" ? variable(d) : d)) };
    const value = this.#value(type, name);
    this.#inputs.push({ name, value });
    return value;
  }

  output(name: string, value: Value): this {
    this.#outputs.push({ name, value });
    return this;
  }

  apply(op: string, inputs: readonly Value[], params: Params = {}, use: Use = {}): Value {
    return this.applyAll(op, inputs, params, use)[0] as Value;
  }

  applyAll(op: string, inputs: readonly Value[], params: Params = {}, use: Use = {}): readonly Value[] {
    const operator = table[op];
    if (!operator) throw new Error(`no operator ${op}`);
    const given = withDefaults(operator.params, params);
    if ("expand" in operator) {
      const result = operator.expand(inputs, given, (name, from, more = {}) =>
        this.apply(name, from as readonly Value[], more, { path: `${use.path ?? op}/${name}` }),
      );
      return Array.isArray(result) ? (result as Value[]) : [result as Value];
    }
    const types = inputs.map((input) => input.type);
    const shape = operator.shape(types, given as ParametersOf<Record<string, Parameter>>, sizes);
    if (isFailure(shape)) throw new Error(`${op}: ${JSON.stringify(shape)}`);
    const path = this.#path(use.path ?? op);
    const results = "dims" in shape ? [shape] : shape;
    const outputs = results.map((type, i) => this.#value(type, results.length === 1 ? path : `${path}:${i}`));
    const weights =
      use.weights ?? this.#weights(operator.weights(types, given as ParametersOf<Record<string, Parameter>>), path);
    this.nodes.push({ op, inputs, outputs, params: given, weights, path, origin });
    return outputs;
  }

  graph(phase: Phase = "infer", origins: ReadonlyMap<string, Origin> = new Map()): Graph {
    const names = this.#inputs.flatMap(({ value }) => value.type.dims.flatMap((d) => [...variablesOf(d)]));
    return {
      name: "Test",
      phase,
      inputs: this.#inputs,
      outputs: this.#outputs,
      losses: [],
      nodes: this.nodes,
      instances: [],
      docs: new Map(),
      rules: { sizes: new Map(), reasons: [], text: "", origins },
      provenance: [],
      free: [...new Set(names)],
    };
  }

  #value(type: TensorType, path: string): Value {
    return { id: this.#values++, type, path };
  }

  #path(wanted: string): string {
    let path = wanted;
    for (let i = 2; this.#paths.has(path); i++) path = `${wanted}_${i}`;
    this.#paths.add(path);
    return path;
  }

  #weights(specs: Readonly<Record<string, WeightSpec>>, path: string): Readonly<Record<string, Weight>> {
    return Object.fromEntries(
      Object.entries(specs).map(([role, spec]) => [role, { path: `${path}/${role}`, ...spec }]),
    );
  }
}

function withDefaults(parameters: Readonly<Record<string, Parameter>>, given: Params): Params {
  const names = Object.keys(parameters);
  const stranger = Object.keys(given).find((name) => !names.includes(name));
  if (stranger) throw new Error(`no parameter ${stranger}`);
  return Object.fromEntries(
    names.map((name) => {
      const parameter = parameters[name] as Parameter;
      const value = given[name] ?? (parameter.default as ParamValue | undefined);
      if (value === undefined) throw new Error(`parameter ${name} is missing`);
      return [name, parameter.kind === "pair" && typeof value === "number" ? [value, value] : value];
    }),
  );
}

/** Numbers in -1..1 that look random and are always the same. */
export function sample(dims: readonly number[], seed = 1): NDArray {
  const data = new Float64Array(dims.reduce((a, b) => a * b, 1));
  let state = seed * 2654435761;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    // Rounded to float32, as engines see them.
    data[i] = Math.fround((state >>> 8) / 0x800000 - 1);
  }
  return { dims, data };
}

/** Largest difference over the largest value. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 1e-30;
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Math.abs((a[i] as number) - (b[i] as number)));
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) return Number.POSITIVE_INFINITY;
    scale = Math.max(scale, Math.abs(a[i] as number), Math.abs(b[i] as number));
  }
  return difference / scale;
}

/** Every weight, batch norms included, with numbers that matter: positive for variances. */
export function variedWeights(graph: Graph): Map<string, Float64Array> {
  const values = new Map<string, Float64Array>();
  let seed = 3;
  for (const node of graph.nodes) {
    for (const [role, weight] of Object.entries(node.weights)) {
      if (values.has(weight.path)) continue;
      const { data } = sample(weight.dims.map(Number), seed++);
      values.set(weight.path, role === "moving_variance" ? data.map((v) => Math.fround(1.5 + v)) : data);
    }
  }
  return values;
}
