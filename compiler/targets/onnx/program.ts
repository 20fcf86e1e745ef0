// The ONNX graph while it is built: nodes, types and initialisers in order, and unique names.

import { type TargetAxes, targetDims } from "../../ir/axes.ts";
import type { Node, Weight } from "../../ir/graph.ts";
import type { OnnxAttribute, OnnxType } from "../../ops/kit/primitive.ts";

export interface OnnxNode {
  readonly opType: string;
  readonly name: string;
  readonly inputs: readonly string[];
  /** The first result, and the only one of most nodes. */
  readonly output: string;
  readonly others: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  readonly doc: string;
  /** What it was written for; absent for what turns the axes of a result. */
  readonly from?: Node | undefined;
}

export type Initialiser =
  | {
      readonly kind: "weight";
      readonly name: string;
      readonly weight: Weight;
      readonly axes: TargetAxes;
      readonly dtype: "f32" | "f16";
      readonly dims: readonly number[];
    }
  | {
      readonly kind: "constant";
      readonly name: string;
      readonly dtype: OnnxType["dtype"];
      readonly dims: readonly number[];
      readonly values: ArrayLike<number>;
    }
  | {
      /** Large, and made of weights: its bytes are produced when they are written. */
      readonly kind: "computed";
      readonly name: string;
      readonly dtype: OnnxType["dtype"];
      readonly dims: readonly number[];
      produce(): Uint8Array;
    };

/** A place in the program to return to. */
export interface Mark {
  readonly nodes: number;
  readonly initialisers: number;
  readonly known: number;
}

/** Runtimes move no Transpose behind these. */
const keepsTransposes: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "Flatten", "Gemm", "MatMul", "Reshape"]);

export class Program {
  nodes: OnnxNode[] = [];
  readonly initialisers: Initialiser[] = [];
  readonly types = new Map<string, OnnxType>();
  /** What is being lowered. */
  writing: Node | undefined;
  /** Tensors of the interface: where sizes are known at run time. */
  readonly inputs: string[] = [];
  readonly #tensorNames = new Set<string>();
  readonly #nodeNames = new Set<string>();
  readonly #turned = new Set<string>();
  readonly #known = new Map<string, string>();
  /** What forgets a name that is known, in the order in which they came. */
  readonly #undo: (() => void)[] = [];
  readonly #weights = new Map<Weight, Map<TargetAxes, string>>();

  /** Names of the interface are the user's, so they are taken before any other. */
  reserve(name: string): void {
    this.#tensorNames.add(name);
  }

  addInput(name: string, type: OnnxType): void {
    this.inputs.push(name);
    this.types.set(name, type);
  }

  /** Whether a Transpose lies in front of it, perhaps with operators between that a runtime moves it behind. */
  isTurned(name: string): boolean {
    return this.#turned.has(name);
  }

  tensorName(wanted: string): string {
    return unique(this.#tensorNames, wanted);
  }

  typeOf(name: string): OnnxType {
    const type = this.types.get(name);
    if (!type) throw new Error(`internal: tensor ${name} has no type`);
    return type;
  }

  add(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    wanted: string,
    doc: string,
    type?: OnnxType,
  ): string {
    const output = this.tensorName(wanted);
    this.#push({ opType, inputs, attributes, doc, output, others: [] }, wanted);
    if (type) this.types.set(output, type);
    return output;
  }

  /** A node with `count` results, called as several values of a node of the graph are: `rpn:0`, `rpn:1`. */
  addSeveral(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    wanted: string,
    doc: string,
    count: number,
  ): readonly string[] {
    const outputs = Array.from({ length: count }, (_, index) => this.tensorName(`${wanted}:${index}`));
    const [output = "", ...others] = outputs;
    this.#push({ opType, inputs, attributes, doc, output, others }, wanted);
    return outputs;
  }

  #push(node: Omit<OnnxNode, "name" | "from">, wanted: string): void {
    this.nodes.push({ ...node, name: unique(this.#nodeNames, wanted), from: this.writing });
    const isTurned = node.opType === "Transpose" || node.inputs.some((input) => this.#turned.has(input));
    if (isTurned && !keepsTransposes.has(node.opType))
      for (const name of [node.output, ...node.others]) this.#turned.add(name);
  }

  /** The plain path for the first axis order that is asked for, a suffix for any other. */
  weight(weight: Weight, axes: TargetAxes): string {
    const orders = this.#weights.get(weight) ?? new Map<TargetAxes, string>();
    this.#weights.set(weight, orders);
    const known = orders.get(axes);
    if (known !== undefined) return known;
    const name = this.tensorName(orders.size === 0 ? weight.path : `${weight.path}/${axes}`);
    const dims = targetDims(weight, axes);
    orders.set(axes, name);
    this.#undo.push(() => orders.delete(axes));
    this.initialisers.push({ kind: "weight", name, weight, axes, dtype: "f32", dims });
    this.types.set(name, { dtype: "f32", dims });
    return name;
  }

  /** Equal constants are one initialiser. */
  constant(dtype: OnnxType["dtype"], dims: readonly number[], values: readonly number[]): string {
    const key = `${dtype}[${dims.join()}]${values.map((v) => (Object.is(v, -0) ? "-0" : v)).join()}`;
    return this.once(key, () => this.stored(`constant/${this.#known.size}`, dtype, dims, values));
  }

  /** A constant of its own, with a name that says what it is. */
  stored(wanted: string, dtype: OnnxType["dtype"], dims: readonly number[], values: ArrayLike<number>): string {
    return this.#initialise({ kind: "constant", name: this.tensorName(wanted), dtype, dims, values });
  }

  computed(wanted: string, dtype: OnnxType["dtype"], dims: readonly number[], produce: () => Uint8Array): string {
    return this.#initialise({ kind: "computed", name: this.tensorName(wanted), dtype, dims, produce });
  }

  #initialise(initialiser: Exclude<Initialiser, { kind: "weight" }>): string {
    const { name, dtype, dims } = initialiser;
    this.initialisers.push(initialiser);
    this.types.set(name, { dtype, dims });
    return name;
  }

  /** Initialisers that no node reads any more leave the file. */
  forgetUnread(): void {
    const read = new Set(this.nodes.flatMap((node) => node.inputs));
    const kept = this.initialisers.filter(({ name }) => read.has(name));
    this.initialisers.splice(0, this.initialisers.length, ...kept);
  }

  /** The name of what is made at most once. */
  once(key: string, make: () => string): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = make();
    this.#known.set(key, name);
    this.#undo.push(() => this.#known.delete(key));
    return name;
  }

  /** Gives tensors other names, wherever they are made or read. */
  rename(names: ReadonlyMap<string, string>): void {
    const renamed = (name: string): string => names.get(name) ?? name;
    this.nodes = this.nodes.map((node) =>
      [...resultsOf(node), ...node.inputs].some((name) => names.has(name))
        ? {
            ...node,
            inputs: node.inputs.map(renamed),
            output: renamed(node.output),
            others: node.others.map(renamed),
          }
        : node,
    );
    for (const [from, to] of names) {
      this.types.set(to, this.typeOf(from));
      this.types.delete(from);
    }
  }

  /** The same numbers under a name that is reserved. */
  copy(from: string, to: string): void {
    this.nodes.push({
      opType: "Identity",
      name: unique(this.#nodeNames, to),
      inputs: [from],
      output: to,
      others: [],
      attributes: {},
      doc: "",
    });
    this.types.set(to, this.typeOf(from));
  }

  mark(): Mark {
    return { nodes: this.nodes.length, initialisers: this.initialisers.length, known: this.#undo.length };
  }

  /** Forgets what was added since the mark. */
  rollback(mark: Mark): void {
    const nodes = this.nodes.splice(mark.nodes);
    for (const { name } of nodes) this.#nodeNames.delete(name);
    const gone = new Set([
      ...nodes.flatMap(resultsOf),
      ...this.initialisers.splice(mark.initialisers).map((i) => i.name),
    ]);
    for (const name of gone) {
      this.types.delete(name);
      this.#tensorNames.delete(name);
    }
    for (const undo of this.#undo.splice(mark.known)) undo();
  }
}

export const resultsOf = ({ output, others }: OnnxNode): readonly string[] => [output, ...others];

function unique(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
  taken.add(name);
  return name;
}
