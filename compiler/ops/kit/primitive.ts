// What the project knows about an operator, as one object. A missing field is a type error; a target
// that cannot express an operator says so with a reason.
import type { Slots } from "../../../grammar/index.ts";
import type { Initialiser, ParamValue, ParamValues, Phase, TensorType, WeightAxes } from "../../ir/graph.ts";
import type { MessageKey, messages } from "../../messages/messages.ts";
import type { Dim } from "../../sizes/dim/dim.ts";
import type { TfjsLowering } from "./tfjs.ts";
import type { TorchLowering, UseTypes } from "./torch.ts";

// ---- parameters

interface Documented {
  readonly docs: string;
}
/** A parameter of an operator; `default` absent means that the author must give it. */
export type Parameter = Documented &
  (
    | { readonly kind: "size"; readonly default?: number; readonly min: number } // whole number, may be a symbolic dim (channels)
    | { readonly kind: "int"; readonly default?: number; readonly min: number } // whole number, always concrete
    | { readonly kind: "pair"; readonly default?: number; readonly min: number } // one number for both axes, or [height, width]
    | { readonly kind: "real"; readonly default?: number; readonly min?: number; readonly max?: number }
    | { readonly kind: "flag"; readonly default?: boolean }
    | { readonly kind: "choice"; readonly default?: string; readonly choices: readonly string[] }
    | { readonly kind: "sizes"; readonly default?: readonly number[]; readonly min: number } // takes all positional arguments: reshape(S, S, 1)
  );

type ValueOf<P extends Parameter> = P["kind"] extends "size"
  ? Dim
  : P["kind"] extends "int" | "real"
    ? number
    : P["kind"] extends "pair"
      ? readonly [number, number]
      : P["kind"] extends "flag"
        ? boolean
        : P["kind"] extends "choice"
          ? string
          : readonly Dim[];
export type ParametersOf<P extends Readonly<Record<string, Parameter>>> = { readonly [K in keyof P]: ValueOf<P[K]> };

export const size = (docs: string, fallback?: number, min = 1) =>
  ({ kind: "size", docs, min, ...(fallback === undefined ? {} : { default: fallback }) }) as const;
export const int = (docs: string, fallback?: number, min = 1) =>
  ({ kind: "int", docs, min, ...(fallback === undefined ? {} : { default: fallback }) }) as const;
export const pair = (docs: string, fallback?: number, min = 1) =>
  ({ kind: "pair", docs, min, ...(fallback === undefined ? {} : { default: fallback }) }) as const;
export const real = (docs: string, fallback?: number, range: { min?: number; max?: number } = {}) =>
  ({ kind: "real", docs, ...range, ...(fallback === undefined ? {} : { default: fallback }) }) as const;
export const flag = (docs: string, fallback: boolean) => ({ kind: "flag", docs, default: fallback }) as const;
export const choice = (docs: string, choices: readonly string[], fallback?: string) =>
  ({ kind: "choice", docs, choices, ...(fallback === undefined ? {} : { default: fallback }) }) as const;
export const sizes = (docs: string, fallback?: readonly number[], min = 1) =>
  ({ kind: "sizes", docs, min, ...(fallback === undefined ? {} : { default: fallback }) }) as const;

// ---- failures: one mistake, one message

export interface Failure {
  readonly failure: MessageKey;
  readonly slots: Readonly<Record<string, string | number>>;
  readonly notes?: readonly string[];
  readonly help?: readonly string[];
}
export function fail<Key extends MessageKey>(
  key: Key,
  slots: Slots<(typeof messages)[Key]>,
  more: { notes?: readonly string[]; help?: readonly string[] } = {},
): Failure {
  return { failure: key, slots, ...more };
}
export function isFailure(x: object): x is Failure {
  return "failure" in x;
}

// ---- shape rules

/**
 * The exact size algebra as a shape rule sees it. A question that holds only for some sizes is
 * recorded as a requirement of the model and answered `true`; `false` means that no size works.
 */
export interface Sizes {
  equal(a: Dim, b: Dim): boolean;
  atLeast(a: Dim, minimum: number): boolean;
  divisible(a: Dim, by: number): boolean;
  /** How many axes lead every sample of the body that the operator is written in: those that `..` stands for. */
  readonly leading: number;
  /** The dim as the user should read it: "S/2". */
  show(a: Dim): string;
  /** "[N, S, S, 8]". */
  showType(type: TensorType): string;
}

export interface WeightSpec {
  readonly axes: WeightAxes;
  readonly dims: readonly Dim[];
  readonly initialiser: Initialiser;
  readonly trainable: boolean;
}

// ---- the reference meaning

/** Row-major numbers in logical axes [.., H, W, C]. */
export interface NDArray {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

// ---- ONNX

export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };
export interface OnnxType {
  readonly dtype: "f32" | "f16" | "i32" | "i64" | "bool" | "u8" | "i8";
  readonly dims: readonly Dim[];
}
/**
 * What a lowering writes with. The walker of the target names things, keeps layouts and types, and adds
 * doc strings; a lowering only says which ONNX nodes an operator is.
 */
export interface OnnxEmitter {
  readonly opset: number;
  readonly phase: Phase;
  readonly layout: "channels-first" | "logical";
  /** The axis of the tensor as it is now, for an axis in logical order (negative axes count from the end). */
  axis(logical: number): number;
  /** The type of input `index` as it is now (layout applied, leading axes folded). */
  inputType(index: number): OnnxType;
  /** The type that output `index` must get, in this layout. */
  outputType(index: number): OnnxType;
  /** Whether a Transpose lies in front of a tensor, where a runtime may make one node of it and what reads it. */
  isTurned(x: string): boolean;
  /** An initialiser for a weight, in the target's axis order: OIHW, IOHW (transposed convolution), IO or OI, C, or its own. */
  weight(role: string, axes: "OIHW" | "IOHW" | "IO" | "OI" | "C" | "logical"): string;
  has(role: string): boolean;
  /** A small constant initialiser. */
  constant(dtype: OnnxType["dtype"], dims: readonly number[], values: readonly number[]): string;
  /** Adds a node and answers the name of its output; `type` is needed unless this is the operator's last node. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    type?: OnnxType,
  ): string;
  /** Adds a node with several results; `types` are needed unless they are the operator's results, in order. */
  several(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    types: readonly OnnxType[] | number,
  ): readonly string[];
  /** The same numbers under other dims; `type` is needed unless this is the operator's last node. */
  reshape(x: string, dims: readonly Dim[], type?: OnnxType): string;
  /** The dims as an int64 tensor, computed where they are free. */
  sizes(dims: readonly Dim[]): string;
}
/**
 * `layout`: what the inputs look like. "channels-first": [N', C, H, W] with all leading axes folded into N';
 * "logical": as in the language; "any": whatever the inputs have (made equal), the output keeps it.
 * `makes`: what the output looks like, for an operator that turns what is no feature map into one.
 */
export interface OnnxLowering<Params = unknown> {
  readonly layout: "channels-first" | "logical" | "any";
  readonly makes?: "channels-first";
  /** It refuses a map of no height or no width in channels-first order, and takes it in logical order. */
  readonly needsPixels?: true;
  lower(inputs: readonly string[], params: Params, emit: OnnxEmitter): string | readonly string[];
}

export interface Unsupported {
  readonly unsupported: string;
}
export const unsupported = (reason: string): Unsupported => ({ unsupported: reason });
export function isUnsupported(field: object): field is Unsupported {
  return "unsupported" in field;
}

// ---- the receptive field

/** How one operator widens the receptive field and changes the step between neighbours. */
export type Reach =
  | {
      readonly kind: "window";
      readonly kernel: readonly [number, number];
      readonly stride: readonly [number, number];
      /** Pixels of padding in front of the first. */
      readonly before: readonly [number, number];
    }
  | {
      readonly kind: "upsample";
      readonly factor: readonly [number, number];
      /** At most so many source pixels make one output pixel (1 for nearest, 2 for bilinear). */
      readonly taps: number;
      /** The first and the last of them for output pixel `i` of an axis. */
      readonly sources: (i: number, axis: 0 | 1) => readonly [number, number];
    }
  | { readonly kind: "everything" };

// ---- the operator

export interface Primitive<P extends Readonly<Record<string, Parameter>> = Readonly<Record<string, Parameter>>> {
  readonly docs: string;
  /** Names of the inputs; "many" for joins that take any number (at least one). */
  readonly inputs: readonly string[] | "many";
  /** One more input, which may be left out. */
  readonly optional?: string;
  readonly params: P;
  /** Names of the fields of the result; "many" where the parameters say how many there are; absent: one tensor. */
  readonly outputs?: readonly string[] | "many";
  /** Counts in `depth`: convolutions and dense layers. */
  readonly layer?: boolean;
  /** A `skip` may flow in, and is left out by `without skip`. */
  readonly join?: boolean;
  readonly effect?: "batch_stats" | "random";
  /** What a step of training makes of weights that are not trained: a primitive on the inputs and these weights, in order. */
  readonly updates?: {
    readonly op: string;
    readonly roles: readonly string[];
    params(params: ParametersOf<P>): ParamValues;
  };
  /** A file in half precision computes it in single: statistics, exponentials, boxes and sizes need the digits. */
  readonly keepsSingle?: boolean;
  /** Whether a use hands its only input on; absent: never. */
  identity?(params: ParametersOf<P>, types: UseTypes, phase: Phase): boolean;
  weights(inputs: readonly TensorType[], params: ParametersOf<P>): Readonly<Record<string, WeightSpec>>;
  shape(
    inputs: readonly TensorType[],
    params: ParametersOf<P>,
    sizes: Sizes,
  ): TensorType | readonly TensorType[] | Failure;
  /** Multiply-adds over the whole tensors, leading axes included. */
  macs(inputs: readonly TensorType[], outputs: readonly TensorType[], params: ParametersOf<P>): Dim;
  reach(params: ParametersOf<P>): Reach | undefined;
  /** The meaning: float64, slow and right. `weights` by role; `outputs` are the axes that `shape` gave. */
  readonly evaluate:
    | ((
        inputs: readonly NDArray[],
        params: ParametersOf<P>,
        weights: Readonly<Record<string, NDArray>>,
        phase: Phase,
        outputs: readonly (readonly number[])[],
      ) => NDArray | readonly NDArray[])
    | Unsupported;
  readonly onnx: OnnxLowering<ParametersOf<P>> | Unsupported;
  readonly tfjs: TfjsLowering<ParametersOf<P>> | Unsupported;
  readonly gradient: Unsupported;
  readonly torch: TorchLowering<ParametersOf<P>> | Unsupported;
}

/** Checks an operator's fields against its own parameters, and forgets their exact type. */
export function primitive<const P extends Readonly<Record<string, Parameter>>>(operator: Primitive<P>): Primitive {
  return operator as unknown as Primitive;
}

/** Fields that most operators share. */
export const noWeights = (): Readonly<Record<string, WeightSpec>> => ({});
export const noMacs = (): Dim => 0;
export const noReach = (): undefined => undefined;
export const laterGradient = unsupported("this release does not differentiate");

// ---- composites

/** Builds the body of a composite: one call per operator, in order. */
type Call = (op: string, inputs: readonly unknown[], params?: Readonly<Record<string, ParamValue>>) => unknown;
/** An operator that is written with other operators; shape, cost, lowerings and gradient come from them. */
export interface Composite {
  readonly docs: string;
  readonly inputs: readonly string[];
  readonly params: Readonly<Record<string, Parameter>>;
  expand(inputs: readonly unknown[], params: ParamValues, call: Call): unknown;
}
export const composite = (operator: Composite): Composite => operator;
