// The common form of operators that work on one number at a time.
import type { TensorType } from "../../ir/graph.ts";
import { mapNumbers } from "./ndarray.ts";
import { nth } from "./nth.ts";
import {
  type Failure,
  laterGradient,
  noMacs,
  noReach,
  noWeights,
  type OnnxEmitter,
  type Parameter,
  type ParametersOf,
  type Primitive,
  primitive,
  type Sizes,
} from "./primitive.ts";
import type { TfjsEmitter, TfjsTensor } from "./tfjs.ts";
import type { TorchLowering } from "./torch.ts";
import { wantFloats } from "./types.ts";

/** The shape rule of an operator that keeps the shape of its one f32 input. */
export function sameShape(op: string) {
  return (inputs: readonly TensorType[], _params: unknown, sizes: Sizes): TensorType | Failure =>
    wantFloats(op, inputs, sizes) ?? nth(inputs, 0);
}

interface Elementwise<P extends Readonly<Record<string, Parameter>>> {
  readonly op: string;
  readonly docs: string;
  readonly params: P;
  apply(x: number, params: ParametersOf<P>): number;
  identity?(params: ParametersOf<P>): boolean;
  lower(x: string, params: ParametersOf<P>, emit: OnnxEmitter): string;
  tfjs(x: TfjsTensor, params: ParametersOf<P>, emit: TfjsEmitter): TfjsTensor;
  readonly torch: TorchLowering<ParametersOf<P>>;
}

export function elementwise<const P extends Readonly<Record<string, Parameter>>>({
  op,
  docs,
  params,
  apply,
  identity,
  lower,
  tfjs,
  torch,
}: Elementwise<P>): Primitive {
  return primitive<P>({
    docs,
    inputs: ["x"],
    params,
    ...(identity ? { identity } : {}),
    weights: noWeights,
    shape: sameShape(op),
    macs: noMacs,
    reach: noReach,
    evaluate: (inputs, values) => mapNumbers(nth(inputs, 0), (x) => apply(x, values)),
    onnx: { layout: "any", lower: (inputs, values, emit) => lower(nth(inputs, 0), values, emit) },
    tfjs: { form: "any", lower: (inputs, values, emit) => tfjs(nth(inputs, 0), values, emit) },
    gradient: laterGradient,
    torch,
  });
}

export const sigmoidOf = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
