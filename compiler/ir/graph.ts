// The typed graph that every pass and target works on. An open set: a node is one record, and the
// table of operators gives it meaning. Types are filled when a node is built, so there is no "not
// inferred yet". Axes are logical everywhere: [.., H, W, C]; layout belongs to targets.
import type { Expansion, Span } from "../../grammar/index.ts";
import type { Dim, Origin } from "../sizes/dim/dim.ts";
import type { SizeSet } from "../sizes/set/set.ts";

export type Phase = "train" | "infer";
export const dtypes = ["f32", "i32", "bool"] as const;
export type DType = (typeof dtypes)[number];

export interface TensorType {
  readonly dtype: DType;
  readonly dims: readonly Dim[];
}

/** One tensor of the graph: a graph input or an output of a node. */
export interface Value {
  /** Unique within a graph; values are compared by identity. */
  readonly id: number;
  readonly type: TensorType;
  /** `trunk/unit/conv`: path of the node, or the name of the graph input. */
  readonly path: string;
}

/** How a parameter value of an operator looks once resolved. */
export type ParamValue = Dim | boolean | string | readonly Dim[];
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** How the numbers of a fresh weight are drawn. `fanIn` and `fanOut` are products of kernel dims. */
export type Initialiser =
  | { readonly kind: "constant"; readonly value: number }
  | {
      readonly kind:
        | "glorot_uniform"
        | "glorot_normal"
        | "he_uniform"
        | "he_normal"
        | "he_normal_fan_out"
        | "lecun_normal";
      readonly fanIn: Dim;
      readonly fanOut: Dim;
    }
  | { readonly kind: "normal"; readonly deviation: number };

/**
 * The role of each axis, logical order: a convolution kernel is HWIO, that of a transposed
 * convolution HWOI, a dense kernel IO, everything per channel C. Targets permute from here. A tensor that no layer
 * owns has axes without a role, ABCD, which nobody permutes.
 */
export type WeightAxes = "HWIO" | "HWOI" | "IO" | "C" | PlainAxes;
export type PlainAxes = "A" | "AB" | "ABC" | "ABCD";

export interface Weight {
  /** Without the model's name: `trunk/unit/conv/kernel`. Unique; names the weight in every target. */
  readonly path: string;
  readonly axes: WeightAxes;
  readonly dims: readonly Dim[];
  readonly initialiser: Initialiser;
  /** False for moving statistics (`buffers`). */
  readonly trainable: boolean;
  /** Set by passes: the numbers are computed from other weights and never stored in a checkpoint. */
  readonly derived?: Derivation;
}

/** A kernel or bias with a following batch norm multiplied in. */
export interface Derivation {
  readonly kind: "folded_kernel" | "folded_bias";
  /** The kernel, or the bias before folding (absent: zero). */
  readonly base?: Weight;
  readonly gamma?: Weight;
  readonly beta?: Weight;
  readonly mean: Weight;
  readonly variance: Weight;
  readonly eps: number;
}

/** Where a node comes from: the operator as written, and every block use on the way in, outermost first. */
export interface NodeOrigin {
  readonly span: Span;
  readonly chain: readonly Expansion[];
}

export interface Node {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly params: ParamValues;
  /** By role (`kernel`, `bias`, `gamma`…); shared blocks share the Weight objects. */
  readonly weights: Readonly<Record<string, Weight>>;
  /** Without the model's name: `trunk/unit/conv`. Unique within a graph. */
  readonly path: string;
  readonly origin: NodeOrigin;
}

/** A parameter of a block as a use of it has it. Blocks, records and free sizes are left out. */
export type InstanceValue = number | boolean | string | readonly InstanceValue[];

/** One use of a block or model, in the order of expansion; the paths make the tree over the list of nodes. */
export interface Instance {
  readonly path: string;
  /** The declaration's name; "" for iterations of chain, each and grow. */
  readonly block: string;
  /** Arguments as text, for people: `Stage(128, 2, stride = 2)`. */
  readonly text: string;
  readonly span: Span;
  /** Where the name of the declaration stands: blocks of one name may come from several files. */
  readonly declared: Span;
  /** The `##` comments of the declaration, of its parameters, and of its statements by the segment they add to the path. */
  readonly doc?: string;
  readonly docs: ReadonlyMap<string, string>;
  /** Defaults included, in the order of the declaration. */
  readonly params: ReadonlyMap<string, InstanceValue>;
  /** What flows in, by port. */
  readonly inputs: ReadonlyMap<string, Value>;
}

export interface GraphInput {
  readonly name: string;
  readonly value: Value;
}
export interface GraphOutput {
  readonly name: string;
  readonly value: Value;
}

/** All that a graph answers, in order. */
export const resultsOfGraph = ({ outputs, losses, updates = [] }: Results): readonly GraphOutput[] => [
  ...outputs,
  ...losses,
  ...updates,
];
type Results = Pick<Graph, "outputs" | "losses" | "updates">;

/** Why a size rule holds: one per equation that was not always true. */
export interface SizeReason {
  readonly variable: string;
  readonly sizes: SizeSet;
  /** What needs it, in source terms: "`up + lrs`" or "where H % 2 == 0". */
  readonly text: string;
  readonly equation: string;
  readonly span: Span;
  readonly chain: readonly Expansion[];
}

export interface SizeRules {
  /** The exact sizes of each free dimension; absent: every size. Names are the user's (S), not the substituted ones. */
  readonly sizes: ReadonlyMap<string, SizeSet>;
  readonly reasons: readonly SizeReason[];
  /** "S % 32 == 0"; "" where every size works. */
  readonly text: string;
  /** S = 32·s: how substituted variables in dims of this graph print. */
  readonly origins: ReadonlyMap<string, Origin>;
}

export interface Provenance {
  readonly annotation: string;
  /** As it was written, or the settings of one that a runtime reads. */
  readonly text: string;
  /** The text is JSON. */
  readonly hasSettings?: true;
}

export interface Graph {
  /** `HG[52]`. */
  readonly name: string;
  /** Where the name of the model stands; absent in a graph that no text declares. */
  readonly declared?: Span;
  readonly phase: Phase;
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly GraphOutput[];
  /** Scalars to minimise; train only. */
  readonly losses: readonly GraphOutput[];
  /** What becomes of weights in a step of training, as `after/PATH`; where a pass was asked for them. */
  readonly updates?: readonly GraphOutput[];
  /** In topological order. */
  readonly nodes: readonly Node[];
  readonly instances: readonly Instance[];
  /** What the text calls values that come together: `let (value, gate) = …`. For people. */
  readonly words?: ReadonlyMap<Value, string>;
  readonly rules: SizeRules;
  readonly provenance: readonly Provenance[];
  /** The `##` comment of the model, and those of its statements as in `Instance.docs`. */
  readonly doc?: string;
  readonly docs: ReadonlyMap<string, string>;
  /** Free dimensions left, as the user named them, in order of first use: ["N", "S"]. */
  readonly free: readonly string[];
}
