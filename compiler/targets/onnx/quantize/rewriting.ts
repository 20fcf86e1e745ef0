// A program on its way from floats to integers: which tensors have integers already, and how a node that
// works on integers is put between its QuantizeLinear and DequantizeLinear.

import type { WeightReader } from "../../../ir/weights.ts";
import type { OnnxType } from "../../../ops/kit/primitive.ts";
import type { Dim } from "../../../sizes/dim/dim.ts";
import type { Initialiser, OnnxNode, Program } from "../program.ts";
import type { Calibration } from "./calibration.ts";
import type { Plan } from "./plan.ts";
import { type Steps, stepsFor, stepsForResult } from "./ranges.ts";

export interface Quantized {
  /** The float tensor behind DequantizeLinear. */
  readonly name: string;
  readonly steps: Steps;
}

export interface Rewriting {
  readonly program: Program;
  readonly plan: Plan;
  readonly outputs: ReadonlySet<string>;
  readonly calibration: Calibration;
  readonly weights: WeightReader;
  readonly initialisers: ReadonlyMap<string, Initialiser>;
  /** Tensors of the float program, as integers read back. */
  readonly quantized: Map<string, Quantized>;
}

export const floatOf = (name: string, { quantized }: Rewriting): string => quantized.get(name)?.name ?? name;

/** The tensor as integers, from floats where nobody has made them yet. */
export function integersFor(name: string, r: Rewriting, doc: string): Quantized {
  return r.quantized.get(name) ?? around(name, name, stepsOfTensor(name, false, r), r, doc);
}

export function stepsOfTensor(name: string, positive: boolean, { calibration, plan }: Rewriting): Steps {
  const seen = calibration.get(name);
  if (!seen) throw new Error(`internal: ${name} was not observed`);
  return plan.wanted.has(name) ? stepsFor(seen.histogram, positive) : stepsForResult(seen.histogram, positive);
}

/** QuantizeLinear and DequantizeLinear behind `made`, which stands for `tensor` from here on. */
function around(tensor: string, made: string, steps: Steps, r: Rewriting, doc: string): Quantized {
  const { program } = r;
  const { dims } = program.typeOf(made);
  const ends = [program.constant("f32", [], [steps.scale]), program.constant("u8", [], [steps.zero])];
  const integers = program.add("QuantizeLinear", [made, ...ends], {}, `${tensor}/quantized`, doc, {
    dtype: "u8",
    dims,
  });
  const isResult = made !== tensor;
  const back = program.add("DequantizeLinear", [integers, ...ends], {}, `${tensor}/dequantized`, doc, floats(dims));
  if (isResult) program.rename(new Map([[back, tensor]]));
  const quantized = { name: isResult ? tensor : back, steps };
  r.quantized.set(tensor, quantized);
  return quantized;
}

export const floats = (dims: readonly Dim[]): OnnxType => ({ dtype: "f32", dims });

/** A node whose result is made of integers. The user's name of an output goes to what is read back. */
export function addNode(node: OnnxNode, output: string, inputs: readonly string[], steps: Steps, r: Rewriting): void {
  const { program, outputs } = r;
  const type = program.typeOf(output);
  const made = outputs.has(output) ? program.tensorName(`${output}/float`) : output;
  program.types.set(made, type);
  program.nodes.push({ ...node, inputs, output: made });
  around(output, made, steps, r, node.doc);
}
