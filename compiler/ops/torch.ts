// What an operator says about PyTorch: one expression, one layer, or both. Statements, names, indentation
// and literals belong to the target.
import type { Dim } from "../ir/dim.ts";
import type { Node } from "../ir/graph.ts";
import { nth } from "./nth.ts";

/** A value of Python; a list is a tuple, and of equal numbers one number where that means the same. */
export type TorchLiteral = number | boolean | string | readonly number[];

export interface TorchArgument {
  /** Absent: by position. */
  readonly name?: string;
  readonly value: TorchLiteral;
  /** PyTorch's own default, which is not written. */
  readonly usual?: TorchLiteral;
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
  | "SameConv2d"
  | "append_coords"
  | "avg_pool_same"
  | "max_pool_same"
  | "without_bias"
  | "without_weight";

export interface TorchEmitter {
  /** The axis of the tensor as it is now, for an axis in logical order (negative axes count from the end). */
  axis(logical: number): number;
  /** Where the layer is: `self.conv`. */
  readonly layer: string;
  /** A value that may differ between uses of a block; `name` is what a parameter for it would be called. */
  literal(value: TorchLiteral, name: string): string;
  /** A function of `x` and these arguments: `F.max_pool2d(x, 3, stride=2)`. */
  apply(fn: TorchCall, x: string): string;
  helper(name: TorchHelper): string;
  /** A whole number, known or read off the inputs of the model. */
  size(dim: Dim): string;
  /** Leading axes that are folded in `x`, given back. */
  unfold(x: string): string;
}

/** How PyTorch calls and orders a weight. */
export interface TorchWeight {
  readonly name: "weight" | "bias" | "running_mean" | "running_var";
  readonly axes: "OIHW" | "IOHW" | "OI" | "C";
}

export type TorchLayout = "channels-first" | "logical" | "any";

/**
 * `layout`: what the inputs look like. "channels-first": [N', C, H, W] with all leading axes folded into N';
 * "logical": as in the language; "any": whatever the inputs have (made equal), the output keeps it.
 */
export interface TorchLowering {
  readonly layout: TorchLayout | ((node: Node) => TorchLayout);
  /** The module that holds weights or draws random numbers. */
  readonly layer?: (node: Node) => TorchCall;
  readonly weights?: Readonly<Record<string, TorchWeight>>;
  /** Absent: the layer, applied. Inputs are put in parentheses where they need them. */
  readonly expression?: (inputs: readonly string[], node: Node, emit: TorchEmitter) => string;
  /** The same as a module of nn.Sequential, where there is one without weights. Channels-first if that matters. */
  readonly module?: (node: Node) => TorchCall | undefined;
}

export const call = (callee: string, ...args: readonly TorchArgument[]): TorchCall => ({ callee, args });
export const given = (value: TorchLiteral, hint?: string): TorchArgument => ({
  value,
  ...(hint === undefined ? {} : { hint }),
});
export const named = (name: string, value: TorchLiteral, usual?: TorchLiteral): TorchArgument => ({
  name,
  value,
  ...(usual === undefined ? {} : { usual }),
});

/** A function of one tensor and its twin in `torch.nn`: `F.relu(x)`, `nn.ReLU()`. */
export const torchFunction = (fn: string, module: string): TorchLowering => ({
  layout: "any",
  expression: (inputs) => `${fn}(${nth(inputs, 0)})`,
  module: () => call(module),
});

/** A function of one tensor and one number. */
export const torchFunctionOf = (
  fn: string,
  module: string,
  name: string,
  value: (node: Node) => number,
): TorchLowering => ({
  layout: "any",
  expression: (inputs, node, emit) => emit.apply(call(fn, given(value(node), name)), nth(inputs, 0)),
  module: (node) => call(module, given(value(node))),
});

/** The weights of layers with a kernel and a bias. */
export const torchKernel = (axes: "OIHW" | "IOHW" | "OI"): Readonly<Record<string, TorchWeight>> => ({
  kernel: { name: "weight", axes },
  bias: { name: "bias", axes: "C" },
});
