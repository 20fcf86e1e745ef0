// What an operator says about PyTorch: one expression, one layer, or both. Statements, names, indentation
// and literals belong to the target.

import type { TensorType } from "../../ir/graph.ts";
import type { Dim } from "../../sizes/dim/dim.ts";
import { nth } from "./nth.ts";
import { type Argument, call, type Expression, type Literal } from "./python.ts";

export interface TorchArgument {
  /** Absent: by position. */
  readonly name?: string;
  readonly value: Literal;
  /** PyTorch's own default, which is not written. */
  readonly usual?: Literal;
  /** What a parameter for it would be called, where that is not `name`. */
  readonly hint?: string;
}

/** `nn.Conv2d(50, 64, 3, padding=1)`. */
export interface TorchCall {
  readonly callee: string;
  readonly args: readonly TorchArgument[];
  /** A function of the file that the result goes through. */
  readonly through?: TorchHelper;
}

/** Functions and classes that the target writes into the file when an operator asks for them. */
export type TorchHelper =
  | CropHelper
  | DetectionHelper
  | "FrozenBatchNorm"
  | "SameConv2d"
  | "Weight"
  | "append_coords"
  | "avg_pool_same"
  | "max_pool_same"
  | "without_bias"
  | "without_weight";

/** Those of the operators that crop maps. */
export type CropHelper = "crop_and_resize" | "gather_centers" | "multilevel_crop" | "roi_align";

/** Those of the operators that decode detections. */
export type DetectionHelper =
  | "anchors"
  | "box_decode"
  | "centernet_decode"
  | "clip_boxes"
  | "decode_boxes"
  | "encode_boxes"
  | "heatmap_peaks"
  | "image_extents"
  | "nms"
  | "rpn_decode"
  | "top_k";

/** What the target fills in, for every use of an operator. */
export type TorchPlace =
  /** A tensor that flows in, or behind those a free size. */
  | { readonly kind: "input"; readonly index: number }
  /** Where the layer is: `self.conv`. */
  | { readonly kind: "layer" }
  /** A value that may differ between uses of a block. */
  | { readonly kind: "setting"; readonly argument: TorchArgument };
export type TorchExpression = Expression<TorchPlace>;

/** What flows into one use of an operator and out of it, in logical axes. */
export interface UseTypes {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
}

export interface TorchEmitter {
  readonly types: UseTypes;
  /** The axis of the tensor as it is now, for an axis in logical order (negative axes count from the end). */
  axis(logical: number): number;
  helper(name: TorchHelper): string;
  /** A whole number, known or read off the inputs of the model. */
  size(dim: Dim): TorchExpression;
  /** Leading axes that are folded in `x`, given back. */
  unfold(x: TorchExpression): TorchExpression;
}

/** How PyTorch calls and orders a weight. */
export interface TorchWeight {
  readonly name: "weight" | "bias" | "running_mean" | "running_var" | "value";
  readonly axes: "OIHW" | "IOHW" | "OI" | "C" | "logical";
}

type TorchLayout = "channels-first" | "logical" | "any";

/**
 * `layout`: what the inputs look like. "channels-first": [N', C, H, W] with all leading axes folded into N';
 * "logical": as in the language; "any": whatever the inputs have (made equal), the output keeps it.
 */
export interface TorchLowering<Params = unknown> {
  readonly layout: TorchLayout | ((params: Params, types: UseTypes) => TorchLayout);
  /** The module that holds weights or draws random numbers. */
  readonly layer?: (params: Params, types: UseTypes) => TorchCall;
  readonly weights?: Readonly<Record<string, TorchWeight>>;
  /** Absent: the layer, applied. Where the operator has several results, what can be taken apart: a tuple, or a call that gives one. */
  readonly expression?: (inputs: readonly TorchExpression[], params: Params, emit: TorchEmitter) => TorchExpression;
  /** The same as a module of nn.Sequential, where there is one without weights. Channels-first if that matters. */
  readonly module?: (params: Params) => TorchCall | undefined;
}

export const torchCall = (callee: string, ...args: readonly TorchArgument[]): TorchCall => ({ callee, args });
export const given = (value: Literal, hint?: string): TorchArgument => ({
  value,
  ...(hint === undefined ? {} : { hint }),
});
export const named = (name: string, value: Literal, usual?: Literal): TorchArgument => ({
  name,
  value,
  ...(usual === undefined ? {} : { usual }),
});

export const layer: TorchExpression = { kind: "layer" };

/** A value that may differ between uses of a block; `hint` is what a parameter for it would be called. */
export const setting = (value: Literal, hint: string): TorchExpression => ({
  kind: "setting",
  argument: given(value, hint),
});

/** A function of `x` and of values that may differ: `F.max_pool2d(x, 3, stride=2)`. */
export function applied({ callee, args }: TorchCall, x: TorchExpression): TorchExpression {
  const settings = args.map(
    (argument): Argument<TorchPlace> => ({
      ...(argument.name === undefined ? {} : { name: argument.name }),
      value: { kind: "setting", argument },
    }),
  );
  return { kind: "call", callee: { kind: "name", name: callee }, args: [{ value: x }, ...settings] };
}

/** A function of one tensor and its twin in `torch.nn`: `F.relu(x)`, `nn.ReLU()`. */
export const torchFunction = (fn: string, module: string): TorchLowering => ({
  layout: "any",
  expression: (inputs) => call(fn, inputs),
  module: () => torchCall(module),
});

/** A function of one tensor and one number. */
export const torchFunctionOf = <Params>(
  fn: string,
  module: string,
  name: string,
  value: (params: Params) => number,
): TorchLowering<Params> => ({
  layout: "any",
  expression: (inputs, params) => applied(torchCall(fn, given(value(params), name)), nth(inputs, 0)),
  module: (params) => torchCall(module, given(value(params))),
});

/** The weights of layers with a kernel and a bias. */
export const torchKernel = (axes: "OIHW" | "IOHW" | "OI"): Readonly<Record<string, TorchWeight>> => ({
  kernel: { name: "weight", axes },
  bias: { name: "bias", axes: "C" },
});
