// How an operator is said in tfjs: as Keras layers where they mean exactly the same, otherwise as layers
// of our own registration module (`deepmacc/tfjs`, names that begin with "Deepmacc"). Names of layers,
// their wiring and the JSON belong to the target.
import type { TargetAxes } from "../../ir/axes.ts";
import type { Initialiser, TensorType } from "../../ir/graph.ts";
import type { Dim } from "../../sizes/dim/dim.ts";

export type TfjsConfig =
  | null
  | boolean
  | number
  | string
  | readonly TfjsConfig[]
  | { readonly [key: string]: TfjsConfig };

/** A tensor while layers are written. Only the target looks inside. */
export interface TfjsTensor {
  readonly layer: object;
  readonly use: object;
  /** Which of the layer's results it is. */
  readonly index: number;
}

/** A weight of a layer under the name that tfjs gives it, in the order of axes that tfjs wants. */
export interface TfjsWeight {
  readonly name: string;
  readonly role: string;
  readonly axes: TargetAxes;
  /** Other dims over the same numbers. */
  readonly dims?: readonly number[];
}

export interface TfjsLayer {
  readonly weights?: readonly TfjsWeight[];
  /** Behind the path of the node, for a layer that is not the operator's own: "pad". */
  readonly part?: string;
}

export interface TfjsEmitter {
  /** The type of input `index` as it is now (leading axes folded in form "map"). */
  inputType(index: number): TensorType;
  /** The type that output `index` must get, in this form. */
  outputType(index: number): TensorType;
  /** The operator that makes input `index`; undefined for an input of the graph. */
  makerOf(index: number): string | undefined;
  has(role: string): boolean;
  initialiser(role: string): Initialiser;
  /** Adds a layer, or one more use of a shared one, and answers its output. `config` is Keras's, without a name. */
  layer(
    className: string,
    config: Readonly<Record<string, TfjsConfig>>,
    inputs: readonly TfjsTensor[],
    more?: TfjsLayer,
  ): TfjsTensor;
  /** Adds a layer of ours that has several results. */
  several(
    className: string,
    config: Readonly<Record<string, TfjsConfig>>,
    inputs: readonly TfjsTensor[],
    count: number,
  ): readonly TfjsTensor[];
  /** Sizes that a layer of ours computes when it runs, and the inputs from which it reads them. */
  sizes(dims: readonly Dim[]): {
    readonly config: Readonly<Record<string, TfjsConfig>>;
    readonly inputs: readonly TfjsTensor[];
  };
}

/**
 * `form`: what the inputs look like. "map": feature maps [N', H, W, C] with all leading axes folded into N'
 * (tensors of fewer than four axes stay as they are); "logical": as in the language; "any": whatever the
 * inputs have (made equal), the output keeps it.
 */
export interface TfjsLowering<Params = unknown> {
  readonly form: "map" | "logical" | "any";
  /** A list where the operator has several results. */
  lower(inputs: readonly TfjsTensor[], params: Params, emit: TfjsEmitter): TfjsTensor | readonly TfjsTensor[];
}

export const channelsLast = { data_format: "channels_last" } as const;

/** A layer that does nothing: where the graph has a node and Keras has no word for it. */
export const passOn = (x: TfjsTensor, emit: TfjsEmitter): TfjsTensor =>
  emit.layer("Activation", { activation: "linear" }, [x]);

/** One of the functions that Keras knows by name. */
export const activation = (name: string) => (x: TfjsTensor, _params: unknown, emit: TfjsEmitter) =>
  emit.layer("Activation", { activation: name }, [x]);

const named = (class_name: string, config: Readonly<Record<string, TfjsConfig>>): TfjsConfig => ({
  class_name,
  config,
});

/**
 * What the text says, for whoever draws the weights anew in tfjs. Keras's own normal initialisers cut at two
 * deviations and tfjs does not make up for it, so normals are given by their deviation. Where Keras counts
 * what flows in and out in another way (transposed and depthwise kernels), uniforms are given by their limit.
 */
export function initialiserConfig(initialiser: Initialiser, kernel = "kernel"): TfjsConfig {
  const { kind } = initialiser;
  if (kind === "constant") {
    const { value } = initialiser;
    return value === 0 ? named("Zeros", {}) : value === 1 ? named("Ones", {}) : named("Constant", { value });
  }
  if (kind === "normal") return normal(initialiser.deviation);
  const [fanIn, fanOut] = [Number(initialiser.fanIn), Number(initialiser.fanOut)];
  switch (kind) {
    case "glorot_uniform":
      return kernel === "kernel" ? named("GlorotUniform", { seed: null }) : uniform(Math.sqrt(6 / (fanIn + fanOut)));
    case "he_uniform":
      return uniform(Math.sqrt(6 / fanIn));
    case "glorot_normal":
      return normal(Math.sqrt(2 / (fanIn + fanOut)));
    case "he_normal":
      return normal(Math.sqrt(2 / fanIn));
    case "he_normal_fan_out":
      return normal(Math.sqrt(2 / fanOut));
    case "lecun_normal":
      return normal(Math.sqrt(1 / fanIn));
  }
}

const uniform = (limit: number): TfjsConfig => named("RandomUniform", { minval: -limit, maxval: limit, seed: null });
const normal = (stddev: number): TfjsConfig => named("RandomNormal", { mean: 0, stddev, seed: null });

/** Kernel and bias as Keras layers declare them. */
export function kernelConfig(emit: TfjsEmitter, kernel = "kernel"): Readonly<Record<string, TfjsConfig>> {
  return {
    use_bias: emit.has("bias"),
    [`${kernel}_initializer`]: initialiserConfig(emit.initialiser("kernel"), kernel),
    bias_initializer: emit.has("bias") ? initialiserConfig(emit.initialiser("bias")) : named("Zeros", {}),
  };
}

export const kernelWeights = (emit: TfjsEmitter, kernel: TfjsWeight): readonly TfjsWeight[] =>
  emit.has("bias") ? [kernel, { name: "bias", role: "bias", axes: "C" }] : [kernel];

/**
 * The same numbers under other dims, behind `keep` leading axes. Keras's own layer keeps one axis and wants to
 * know every size; ours reads free sizes when it runs.
 */
export function reshaped(x: TfjsTensor, keep: number, dims: readonly Dim[], emit: TfjsEmitter): TfjsTensor {
  const sizes = dims.map((dim) => (typeof dim === "number" ? dim : -1));
  const free = sizes.filter((size) => size === -1).length;
  if (keep === 1 && free === 0) return emit.layer("Reshape", { target_shape: sizes }, [x]);
  if (free <= 1) return emit.layer("DeepmaccReshape", { keep, sizes }, [x]);
  const { config, inputs } = emit.sizes(dims);
  return emit.layer("DeepmaccReshape", { keep, ...config }, [x, ...inputs]);
}
