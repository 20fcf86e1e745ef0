// A graph put together operator by operator, without the language: types, weights and several results come from the
// operators' own rules, and composites are expanded.
import type {
  Graph,
  GraphInput,
  GraphOutput,
  Node,
  NodeOrigin,
  ParamValue,
  ParamValues,
  Phase,
  TensorType,
  Value,
  Weight,
} from "../ir/graph.ts";
import { NodeBuilder } from "../ir/node-builder.ts";
import {
  type Dim,
  formatDim,
  isSymbolic,
  modulo,
  type Origin,
  sameDim,
  variable,
  variablesOf,
} from "../sizes/dim/dim.ts";
import { operators } from "./index.ts";
import {
  type Composite,
  isFailure,
  type Parameter,
  type Primitive,
  type Sizes,
  type WeightSpec,
} from "./kit/primitive.ts";

export interface Use {
  readonly path?: string;
  /** Weights of another node: a shared block. */
  readonly weights?: Node["weights"];
  /** Axes that lead every sample; as in a body on the first input, where it is left out. */
  readonly leading?: number;
}

const table: Readonly<Record<string, Primitive | Composite>> = operators;

/** Whoever builds a graph by hand knows that its sizes work: questions about free ones are answered yes. */
export const assumedSizes = (leading: number): Sizes => ({
  equal: (a, b) => sameDim(a, b) || isSymbolic(a) || isSymbolic(b),
  atLeast: (a, minimum) => isSymbolic(a) || a >= minimum,
  divisible: (a, by) => isSymbolic(modulo(a, by)) || modulo(a, by) === 0,
  leading,
  show: (a) => formatDim(a),
  showType: ({ dtype, dims }) => `${dtype === "f32" ? "" : dtype}[${dims.map((dim) => formatDim(dim)).join(", ")}]`,
});

/** The leading axes of a body on an input of that rank, without `..`. */
export const usualLeading = (rank: number): number => Math.max(rank >= 4 ? rank - 3 : rank - 1, 1);

export class GraphBuilder extends NodeBuilder {
  readonly #name: string;
  readonly #origin: NodeOrigin;
  readonly #inputs: GraphInput[] = [];
  readonly #outputs: GraphOutput[] = [];
  readonly #paths = new Set<string>();

  /** `origin`: where messages and comments say that its nodes come from. */
  constructor(name: string, origin: NodeOrigin) {
    super();
    this.#name = name;
    this.#origin = origin;
  }

  /** A string is a free size. */
  input(name: string, dims: readonly (Dim | string)[], dtype: TensorType["dtype"] = "f32"): Value {
    const type: TensorType = { dtype, dims: dims.map((dim) => (typeof dim === "string" ? variable(dim) : dim)) };
    const value = this.value(type, name);
    this.#inputs.push({ name, value });
    return value;
  }

  output(name: string, value: Value): this {
    this.#outputs.push({ name, value });
    return this;
  }

  /** The first result of an operator. */
  apply(op: string, inputs: readonly Value[], params: ParamValues = {}, use: Use = {}): Value {
    return this.applyAll(op, inputs, params, use)[0] as Value;
  }

  applyAll(op: string, inputs: readonly Value[], params: ParamValues = {}, use: Use = {}): readonly Value[] {
    const operator = table[op];
    if (!operator) throw new Error(`internal: no operator ${op}`);
    const given = withDefaults(operator.params, params);
    if ("expand" in operator) {
      const result = operator.expand(inputs, given, (name, from, more = {}) =>
        this.apply(name, from as readonly Value[], more, { path: `${use.path ?? op}/${name}` }),
      );
      return Array.isArray(result) ? (result as Value[]) : [result as Value];
    }
    const inputTypes = inputs.map((input) => input.type);
    const sizes = assumedSizes(use.leading ?? usualLeading(inputTypes[0]?.dims.length ?? 0));
    const shape = operator.shape(inputTypes, given as never, sizes);
    if (isFailure(shape)) throw new Error(`internal: ${op}: ${JSON.stringify(shape)}`);
    const path = this.#path(use.path ?? op);
    const weights = use.weights ?? this.#weights(operator.weights(inputTypes, given as never), path);
    const types = "dims" in shape ? [shape] : shape;
    return this.node({ op, inputs, types, params: given, weights, path, origin: this.#origin });
  }

  graph(phase: Phase = "infer", origins: ReadonlyMap<string, Origin> = new Map()): Graph {
    const names = this.#inputs.flatMap(({ value }) => value.type.dims.flatMap((dim) => [...variablesOf(dim)]));
    return {
      name: this.#name,
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

  #path(wanted: string): string {
    let path = wanted;
    for (let i = 2; this.#paths.has(path); i++) path = `${wanted}_${i}`;
    this.#paths.add(path);
    return path;
  }

  #weights(specs: Readonly<Record<string, WeightSpec>>, path: string): Readonly<Record<string, Weight>> {
    return Object.fromEntries(
      Object.entries(specs).map(([role, spec]) => [role, this.weight(`${path}/${role}`, spec, false)]),
    );
  }
}

function withDefaults(parameters: Readonly<Record<string, Parameter>>, given: ParamValues): ParamValues {
  const names = Object.keys(parameters);
  const stranger = Object.keys(given).find((name) => !names.includes(name));
  if (stranger) throw new Error(`internal: no parameter ${stranger}`);
  return Object.fromEntries(
    names.map((name) => {
      const parameter = parameters[name] as Parameter;
      const value = given[name] ?? (parameter.default as ParamValue | undefined);
      if (value === undefined) throw new Error(`internal: parameter ${name} is missing`);
      return [name, parameter.kind === "pair" && typeof value === "number" ? [value, value] : value];
    }),
  );
}
